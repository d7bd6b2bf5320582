"""Hostile text made fit for a report: cleaned, its secrets masked, clipped.

Masked are the values of headers, query parameters and JSON members whose name speaks of a
secret, passwords in addresses, bearer tokens and JSON Web Tokens (RFC 7519).  What was masked
is counted by its kind, so that a report can list it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

MASK = "[masked]"
#: At most so much of a text is looked at; more is never shown anyway.
LOOKED_AT = 16_384

#: Controls (but tab and newline), lone surrogates, noncharacters, and the marks that turn a
#: line round (Unicode TR 36); XML 1.0 section 2.2 forbids the first three.
UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    "\ufeff\ufffe\uffff]"
)

_SECRET = (
    r"(?:[\w-]{0,40}(?:token|secret|passw(?:or)?d|passwd|credential|api[_-]?key|access[_-]?key|"
    r"private[_-]?key|signature|session[_-]?id|authorization)[\w-]{0,40}"
    r"|auth|jwt|sid|sig|pwd|pass|key|code|ticket)"
)
#: ``Cookie: ...`` up to the end of the line (RFC 9110 section 11, RFC 6265).
HEADER = re.compile(
    r"(?im)^([ \t]*((?:proxy-)?authorization|set-cookie|cookie|[\w-]{0,40}"
    r"(?:token|secret|api-?key|password|auth|credential)[\w-]{0,40})[ \t]*:[ \t]*)(\S[^\n]*)"
)
QUERY = re.compile(rf"(?i)([?&;](?:amp;)?({_SECRET})=)([^&#;\s\"'<>]+)")
MEMBER = re.compile(
    rf"(?i)(\"({_SECRET}|cookie|set-cookie)\"\s*:\s*)(\"(?:[^\"\\]|\\.)*(?:\"|$)|-?\d[\d.eE+-]*)"
)
USERINFO = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]{0,20}://)([^/@\s:?#]{0,200}:[^/@\s?#]{1,400})@")
BEARER = re.compile(r"(?i)(\b(?:bearer|basic)(?: |\+|%20))([A-Za-z0-9._~+/=-]{8,})")
JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,2}")
#: Without one of these nothing above matches: most texts of a large verdict are done at once.
TELLS = re.compile(r"(?i)[:=\"]|eyJ|bearer|basic")
#: Short words that name a secret in a query but much else in a payload.
NOT_IN_JSON = frozenset({"key", "code", "sig", "sid", "ticket"})


class Masker:
    """Makes texts fit to be shown, and remembers what it masked (``found``: kind → times)."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()

    def text(self, value: object, limit: int = 400) -> str:
        """One line: clean, masked, at most ``limit`` characters."""
        return clip(self.block(one_line(value), LOOKED_AT), limit)

    def block(self, value: object, limit: int = 4_000) -> str:
        """The same with its lines kept."""
        whole = str(value)
        return clip(self._mask(fit(whole)), limit, len(whole) > LOOKED_AT)

    def _mask(self, text: str) -> str:
        if TELLS.search(text) is None:
            return text
        text = HEADER.sub(lambda m: self._hide(f"header {m[2].title()}", m[1]), text)
        text = QUERY.sub(lambda m: self._hide(f"query parameter {m[2]}", m[1]), text)
        text = MEMBER.sub(self._member, text)
        text = USERINFO.sub(lambda m: self._hide("password in an address", m[1]) + "@", text)
        text = BEARER.sub(lambda m: self._hide("bearer token", m[1]), text)
        return JWT.sub(lambda m: self._hide("JSON Web Token", ""), text)

    def _member(self, m: re.Match[str]) -> str:
        if m[2].lower() in NOT_IN_JSON:
            return m[0]
        return self._hide(f"JSON member {m[2]}", m[1]) if m[3] != f'"{MASK}"' else m[0]

    def _hide(self, kind: str, kept: str) -> str:
        self.found[clip(kind, 80)] += 1
        return kept + MASK

    def listed(self) -> list[str]:
        """``header Cookie (2)``, sorted."""
        return [f"{kind} ({n})" for kind, n in sorted(self.found.items())]


def fit(text: str) -> str:
    """Without what no report may hold; lines end in a newline; at most LOOKED_AT characters."""
    return UNFIT.sub("", text[:LOOKED_AT].replace("\r\n", "\n").replace("\r", "\n"))


def one_line(value: object, limit: int = LOOKED_AT) -> str:
    """Fit, and on one line."""
    return clip(" ".join(fit(str(value)).split()), limit)


def clip(text: str, limit: int, more: bool = False) -> str:
    """At most ``limit`` characters, with an ellipsis where some are left out."""
    return text[: limit - 1] + "…" if len(text) > limit or (more and text) else text


def masked(value: Any, masker: Masker, limit: int = 4_000) -> Any:
    """A plain value with each text in it made fit to be shown; keys are our own and stay."""
    if isinstance(value, str):
        harmless = value.isascii() and value.isprintable() and TELLS.search(value) is None
        return value if harmless and len(value) < 64 else masker.block(value, limit)
    if isinstance(value, dict):
        return {key: masked(each, masker, limit) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [masked(each, masker, limit) for each in value]
    return value
