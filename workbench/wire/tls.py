"""TLS for clients of ours: whom to trust, and who we are."""

from __future__ import annotations

import hashlib
import ssl

from workbench.model.errors import Whose, WorkbenchError
from workbench.wire.failures import failed
from workbench.wire.spec import ClientSpec


def context_for(spec: ClientSpec) -> ssl.SSLContext:
    """The system's authorities, the user's own, and the client certificate.

    Raises WorkbenchError (user) for a file that is missing or holds no certificate.
    """
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])  # RFC 7301: WebSocket and events by HTTP/1.1
    if spec.ca:
        try:
            context.load_verify_locations(spec.ca)
        except (OSError, ssl.SSLError) as error:
            raise _bad_file("ca", spec.ca, error) from error
    if spec.client_certificate:
        try:
            context.load_cert_chain(spec.client_certificate, password=_no_password)
        except (OSError, ssl.SSLError, ValueError) as error:
            raise _bad_file("client-certificate", spec.client_certificate, error) from error
    if spec.accept_certificate or spec.fingerprint:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _no_password() -> str:
    """Without this OpenSSL would ask on the terminal for the password of a locked key."""
    raise ValueError("the key is locked by a password")


def fingerprint(certificate: bytes | None) -> str:
    """SHA-256 of a certificate (DER), in hexadecimal; "" without one."""
    return hashlib.sha256(certificate).hexdigest() if certificate else ""


def check_fingerprint(accepted: str, found: str) -> None:
    """Raises AttemptError when the certificate found is another than the one accepted;
    "" means: none was accepted, or there is none (no TLS)."""
    if not accepted or not found or accepted.replace(":", "").lower() == found:
        return
    raise failed(
        "The server shows another certificate than the one that was accepted.",
        f"Accepted was {accepted[:32]}…, this one is {found[:32]}….",
        "Connect anew to accept the new one, if the server's certificate was really changed.",
        fatal=True,
        details=f"SHA-256 {found}",
    )


def _bad_file(key: str, path: str, error: Exception) -> WorkbenchError:
    missing = isinstance(error, FileNotFoundError)
    why = "there is no such file" if missing else f"it can't be read: {error}"
    return WorkbenchError(
        f"`{key}` can't be used: {path}.",
        whose=Whose.USER,
        why=f"{why[0].upper()}{why[1:]}.",
        to_do="Give a PEM file" + (" with certificate and key." if "client" in key else "."),
    )
