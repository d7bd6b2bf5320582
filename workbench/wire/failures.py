"""Why a client of ours could not connect: what, whose fault, why, and what to do."""

from __future__ import annotations

import re
import socket
import ssl
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from workbench.model.errors import Whose, WorkbenchError
from workbench.protocols.http import Head
from workbench.wire.spec import Target


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed attempt.  ``fatal``: trying again can't help.  ``retry_after``: what the
    server asked for, in seconds."""

    error: WorkbenchError
    status: int = 0
    fatal: bool = False
    retry_after: float | None = None


class AttemptError(Exception):
    """Carries a failure out of an attempt."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure.error))
        self.failure = failure


def failed(
    what: str,
    why: str = "",
    to_do: str = "",
    *,
    whose: Whose = Whose.PEER,
    status: int = 0,
    fatal: bool = False,
    retry_after: float | None = None,
    details: str = "",
) -> AttemptError:
    """The exception for a failed attempt."""
    error = WorkbenchError(what, whose=whose, why=why, to_do=to_do, details=details)
    return AttemptError(Failure(error, status, fatal, retry_after))


# --- before the first byte ------------------------------------------------------------------

#: X509 verification results (OpenSSL x509_vfy.h): what a person can do about them.
CERTIFICATE = {
    9: ("isn't valid yet", "Check the clocks of both machines."),
    10: ("has expired", "Renew the server's certificate"),
    18: ("is self-signed", "Give its authority with `ca`"),
    19: ("is signed by an authority that nobody here knows", "Give that authority with `ca`"),
    20: ("is signed by an authority that nobody here knows", "Give that authority with `ca`"),
    62: ("is for another host name", "Use the name in the certificate"),
    64: ("is for another address", "Use the name in the certificate"),
}


def explain(error: BaseException, target: Target, seconds: float) -> AttemptError:
    """What an error before or during the opening handshake means."""
    where = target.address
    if isinstance(error, AttemptError):
        return error
    if isinstance(error, socket.gaierror):
        return failed(
            f"The name {target.host} could not be found.",
            "The resolver knows no address for it.",
            "Check the spelling, and the network or VPN that knows the name.",
            whose=Whose.USER,
            details=str(error),
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate(error, target)
    if isinstance(error, ssl.SSLError):
        return _tls(error, target)
    if isinstance(error, TimeoutError):
        return failed(
            f"{where} did not answer within {seconds:g} s.",
            "The connection or the opening handshake took too long.",
            "Check that the server is up, and that no firewall swallows the connection.",
            whose=Whose.TARGET,
        )
    if isinstance(error, ConnectionRefusedError) or "[Errno 111]" in str(error):
        return failed(
            f"{where} refused the connection.",
            "Nothing listens on that port.",
            "Start the server, or check host and port.",
            whose=Whose.TARGET,
            details=str(error),
        )
    if isinstance(error, ConnectionError | EOFError):
        return failed(
            f"{where} ended the connection before it was open.",
            "It was cut or closed within the opening handshake.",
            "Look into the server's log; check whether the port speaks TLS. A balancer without a"
            " healthy server does this too.",
            details=repr(error),
        )
    return failed(
        f"{where} could not be reached.",
        str(error) or repr(error),
        "Check the address and the network.",
        whose=Whose.TARGET,
        details=repr(error),
    )


def _certificate(error: ssl.SSLCertVerificationError, target: Target) -> AttemptError:
    why, to_do = CERTIFICATE.get(error.verify_code, ("can't be verified", ""))
    reason = error.verify_message or str(error)
    return failed(
        f"The certificate of {target.host} {why}.",
        f"The TLS library says: {reason}.",
        f"{to_do or 'Check it'}, or accept this certificate as it is with `accept-certificate`.",
        fatal=True,
        details=str(error),
    )


def _tls(error: ssl.SSLError, target: Target) -> AttemptError:
    reason = error.reason or ""
    if reason in (
        "WRONG_VERSION_NUMBER",
        "HTTP_REQUEST",
        "RECORD_LAYER_FAILURE",
        "PACKET_LENGTH_TOO_LONG",
    ):
        plain = "ws://" if target.protocol == "ws" else "http://"
        return failed(
            f"{target.address} does not speak TLS.",
            "It answered the TLS handshake with something else.",
            f"Use {plain} in the address.",
            whose=Whose.USER,
            fatal=True,
            details=str(error),
        )
    if "CERTIFICATE_REQUIRED" in reason or "ALERT_BAD_CERTIFICATE" in reason:
        return failed(
            f"{target.address} wants a client certificate.",
            "It refused the TLS handshake without one that it knows.",
            "Give a file with certificate and key as `client-certificate`.",
            whose=Whose.USER,
            fatal=True,
            details=str(error),
        )
    return failed(
        f"The TLS handshake with {target.address} failed.",
        f"The TLS library says: {reason or error}.",
        "Compare TLS versions and ciphers of both sides; it may also want a client certificate.",
        details=str(error),
    )


# --- what is no handshake -------------------------------------------------------------------


def not_http(data: bytes, target: Target) -> AttemptError:
    """Bytes that are no HTTP answer."""
    # A TLS alert or handshake record (RFC 8446 section 5.1) in answer to plain HTTP.
    if re.match(rb"[\x15\x16]\x03[\x00-\x04]", data):
        secure = "wss://" if target.protocol == "ws" else "https://"
        return failed(
            f"{target.address} speaks TLS.",
            "It answered plain HTTP with a TLS record.",
            f"Use {secure} in the address.",
            whose=Whose.USER,
            fatal=True,
        )
    return failed(
        f"{target.address} does not speak HTTP.",
        f"It answered {data[:40]!r}.",
        "Check that host and port are those of the server you mean.",
        details=repr(data[:400]),
    )


def bad_head(what: str, target: Target) -> AttemptError:
    """A head that is broken or too large."""
    return failed(
        f"The answer of {target.address} can't be read.",
        f"Its HTTP head is at fault: {what}.",
        "Look at what stands between here and the server, and at the server itself.",
        fatal="larger" in what,
    )


ANSWERS = {
    400: ("finds the request faulty", "Check path, query, headers and subprotocols."),
    401: ("wants a login", "Give credentials in a header, such as `Authorization: Bearer …`."),
    403: ("refuses access", "Check credentials, and whether it wants an Origin header."),
    404: ("knows no such path", "Check the path in the address."),
    407: ("wants a login at the HTTP proxy", "Put user and password into the proxy's address."),
    426: ("wants another protocol", "Check that the path is the one for WebSocket."),
    429: ("is being asked too often", "Wait, or come back more slowly."),
    502: ("has no server behind it", "Start the server behind the balancer."),
    503: ("is not available now", "Wait until it is ready; a deploy may be under way."),
    504: ("got no answer from the server behind it", "Check the server behind the balancer."),
}

#: Statuses after which trying again can help (RFC 9110 section 15).
PASSING = {408, 425, 429, 500, 502, 503, 504}


def wrong_status(head: Head, target: Target) -> AttemptError:
    """An answer that does not open the link."""
    status = head.status
    wanted = "101 to the WebSocket upgrade" if target.protocol == "ws" else "200 with events"
    if 300 <= status < 400 and head.value("location"):
        why = f"It points to {head.value('location')[:200]}."
        does, to_do = "redirects elsewhere", "Use that address; WebSocket clients don't follow."
    else:
        why = f"It should be {wanted}."
        default = "answers as to a plain request", "Check the path: this one opens no such link."
        does, to_do = ANSWERS.get(status, default)
    return failed(
        f"{target.address} {does} (HTTP {status}).",
        why,
        to_do,
        whose=Whose.TARGET if status >= 500 else Whose.USER if status >= 400 else Whose.PEER,
        status=status,
        fatal=status not in PASSING,
        retry_after=retry_after(head),
        details=head.raw[:2000].decode("latin-1"),
    )


def retry_after(head: Head) -> float | None:
    """Seconds of a Retry-After header (RFC 9110 section 10.2.3), None without a usable one.

    A date is counted from the answer's own Date, so that no clock of ours is compared.
    """
    given = head.value("retry-after").strip()
    if given.isascii() and given.isdigit() and len(given) < 10:
        return float(given)
    try:
        wait = parsedate_to_datetime(given) - parsedate_to_datetime(head.value("date"))
    except (ValueError, TypeError, IndexError):
        return None
    return max(0.0, wait.total_seconds())
