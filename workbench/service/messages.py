"""The words of the service's protocol: JSON in, JSON out, and every reason to say no."""

from __future__ import annotations

import re
from typing import Any

import orjson
from websockets.frames import Frame, Opcode

from workbench.service.backplane import Draft, Head, Snapshot, Update

MAX_MESSAGE = 1024 * 1024  # bytes; a longer WebSocket message is closed with 1009
# Bytes of one payload. Pages of updates are held in memory, so this bounds them too.
MAX_PAYLOAD = 64 * 1024
MAX_KEY = 200  # characters
STREAM_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")
MAX_OFFSET = 2**53  # beyond it JSON numbers are not exact (RFC 8259 section 6)


class RequestError(Exception):
    """A request that cannot be granted, with a code for programs and a sentence for people."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def object_of(text: bytes) -> dict[str, Any]:
    """The JSON object in ``text``."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestError("bad_json", f"this is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise RequestError("bad_json", f"a JSON object is needed, this is {type(value).__name__}")
    return value


def stream_of(value: Any) -> str:
    """A stream name."""
    if not isinstance(value, str) or not STREAM_NAME.fullmatch(value):
        raise RequestError(
            "bad_stream",
            'a "stream" is needed: 1 to 100 letters, digits or . _ : / - with a letter or digit'
            " at its front",
        )
    return value


def draft_of(body: dict[str, Any]) -> Draft:
    """The update that ``{"stream", "payload", "key"?}`` asks to publish."""
    stream = stream_of(body.get("stream"))
    if "payload" not in body:
        raise RequestError("bad_payload", 'a "payload" is needed: any JSON value')
    key = body.get("key")
    if key is not None and (not isinstance(key, str) or len(key) > MAX_KEY):
        raise RequestError("bad_key", f'"key" must be text of at most {MAX_KEY} characters')
    payload = orjson.dumps(body["payload"])
    if len(payload) > MAX_PAYLOAD:
        raise RequestError(
            "too_large", f"the payload has {len(payload)} bytes, {MAX_PAYLOAD} are allowed", 413
        )
    return Draft(stream, payload.decode(), key)


def position_of(value: Any) -> tuple[str, int]:
    """(epoch, offset) from ``{"epoch", "offset"}``."""
    if isinstance(value, dict):
        epoch: Any = value.get("epoch")
        offset: Any = value.get("offset")
        whole = isinstance(offset, int) and not isinstance(offset, bool)
        named = isinstance(epoch, str) and len(epoch) <= 100
        if named and whole and 0 <= offset <= MAX_OFFSET:
            return epoch, offset
    raise RequestError(
        "bad_position", '"after" must be {"epoch": text, "offset": whole number from 0 up}'
    )


def position_in(text: str) -> tuple[str, int]:
    """(epoch, offset) from ``<epoch>:<offset>``."""
    epoch, colon, offset = text.rpartition(":")
    if not colon or not re.fullmatch(r"[0-9]{1,16}", offset):
        raise RequestError(
            "bad_position", f"{text[:80]!r} is no position: <epoch>:<offset> is needed"
        )
    return position_of({"epoch": epoch, "offset": int(offset)})


def ahead(head: Head, epoch: str, after: int) -> RequestError:
    """Nobody was ever given this position: a client's fault, or a backplane that lost data."""
    return RequestError(
        "position_ahead",
        f"position {epoch}:{after} of {head.stream} lies ahead of everything published (top is"
        f" {head.top}); subscribe without a position or with a snapshot",
        409,
    )


def close_code_of(value: Any) -> int | None:
    """A close code that may be sent (RFC 6455 section 7.4); 0 and None mean "none"."""
    if value is None or (value == 0 and not isinstance(value, bool)):
        return None
    allowed = {*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)}
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise RequestError("bad_code", f"{value!r} is no close code that may be sent; 0 sends none")
    return value


def dumps(value: dict[str, Any]) -> bytes:
    """JSON text on one line."""
    return orjson.dumps(value)


def text_frame(data: bytes) -> bytes:
    """A whole text message as one unmasked frame (RFC 6455 section 5.2), the same for everyone."""
    return Frame(Opcode.TEXT, data).serialize(mask=False)


def update_fields(update: Update) -> dict[str, Any]:
    """What every form of an update holds; the payload's JSON text is passed through as it is."""
    return {
        "stream": update.stream,
        "epoch": update.epoch,
        "offset": update.offset,
        "ts": update.ts,
        "key": update.key,
        "payload": orjson.Fragment(update.payload),
    }


def update_message(update: Update, server: str, replayed: bool = False) -> bytes:
    """``{"type": "update", ...}``."""
    message = {"type": "update", **update_fields(update), "server": server}
    return dumps({**message, "replayed": True} if replayed else message)


def subscribed(head: Head, server: str, recovered: bool, replayed: int) -> dict[str, Any]:
    """The answer to a subscription; ``recovered`` is a claim, made before the replay is sent."""
    return {
        "type": "subscribed",
        "stream": head.stream,
        "epoch": head.epoch,
        "offset": head.top,
        "server": server,
        "recovered": recovered,
        "replayed": replayed,
    }


def too_old(head: Head, epoch: str, offset: int) -> dict[str, Any]:
    """The explicit "I cannot close this gap": take a snapshot, then subscribe again."""
    return {
        "type": "too_old",
        "stream": head.stream,
        "asked": {"epoch": epoch, "offset": offset},
        "oldest": head.oldest,
        "epoch": head.epoch,
        "top": head.top,
    }


def snapshot_message(snapshot: Snapshot, server: str) -> dict[str, Any]:
    """The latest value per key; it contains everything up to its position."""
    return {
        "type": "snapshot",
        "stream": snapshot.head.stream,
        "epoch": snapshot.head.epoch,
        "offset": snapshot.head.top,
        "server": server,
        "values": [update_fields(update) for update in snapshot.updates],
    }


def published(update: Update) -> dict[str, Any]:
    """The acknowledgement of a publish."""
    return {
        "stream": update.stream,
        "epoch": update.epoch,
        "offset": update.offset,
        "ts": update.ts,
    }
