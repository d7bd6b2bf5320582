"""Images: format and size from the header; the file itself is handed on for showing."""

from __future__ import annotations

from workbench.units.shapes import Decoded, DecodeError, Limits

TITLE = "Image"
MAGIC = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
}
#: Largest picture that is handed on for showing: a small file can claim to be a huge one.
PIXELS = 16_000_000
#: JPEG markers that begin a frame, and so hold its size (ITU-T T.81 table B.1).
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def recognise(payload: bytes, opcode: int) -> float:
    """By its magic; two letters prove nothing, so BMP must also say its own length."""
    kind = _kind(payload)
    if kind == "BMP":
        return 0.97 if int.from_bytes(payload[2:6], "little") == len(payload) else 0.0
    return 0.97 if kind else 0.0


def decode(payload: bytes, limits: Limits) -> Decoded:
    """``PNG image, 640 × 480``."""
    kind = _kind(payload)
    try:
        width, height = _size(kind, payload)
    except IndexError:
        raise DecodeError("its header is cut short") from None
    shown = payload if 0 < width * height <= PIXELS and len(payload) <= limits.read else b""
    facts = f"{kind} image, {width} × {height}"
    return Decoded(facts, lines=(facts, f"{len(payload)} B"), image=shown)


def _kind(payload: bytes) -> str:
    if payload[:4] == b"RIFF" and payload[8:12] == b"WEBP":
        return "WebP"
    return next((kind for magic, kind in MAGIC.items() if payload.startswith(magic)), "")


def _size(kind: str, data: bytes) -> tuple[int, int]:
    match kind:
        case "PNG":
            return _big(data, 16, 4), _big(data, 20, 4)
        case "GIF":
            return _little(data, 6, 2), _little(data, 8, 2)
        case "BMP":
            return _little(data, 18, 4), abs(int.from_bytes(data[22:26], "little", signed=True))
        case "WebP":
            return _webp(data)
        case "JPEG":
            return _jpeg(data)
    raise DecodeError("no image known here")


def _jpeg(data: bytes) -> tuple[int, int]:
    """Walk the segments up to the frame; each step goes forward."""
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            raise DecodeError("no marker where one belongs")
        marker = data[at + 1]
        if marker in FRAMES:
            return _big(data, at + 7, 2), _big(data, at + 5, 2)
        alone = marker == 0xFF or 0xD0 <= marker <= 0xD9 or marker == 1
        at += 1 if marker == 0xFF else 2 if alone else 2 + max(_big(data, at + 2, 2), 2)
    raise DecodeError("no frame in it")


def _webp(data: bytes) -> tuple[int, int]:
    """Lossy, lossless and extended files (RFC 9649 section 2)."""
    form = data[12:16]
    if form == b"VP8X":
        return _little(data, 24, 3) + 1, _little(data, 27, 3) + 1
    if form == b"VP8L":
        bits = _little(data, 21, 4)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _little(data, 26, 2) & 0x3FFF, _little(data, 28, 2) & 0x3FFF


def _big(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(_there(data, at, size), "big")


def _little(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(_there(data, at, size), "little")


def _there(data: bytes, at: int, size: int) -> bytes:
    if at + size > len(data):
        raise DecodeError("its header is cut short")
    return data[at : at + size]
