"""Small enums shared by every room.  Values are stored in recordings: never renumber."""

from __future__ import annotations

from enum import IntEnum, IntFlag, StrEnum


class Direction(IntEnum):
    """Which way a record travels.  ``IN`` is towards the client, ``OUT`` towards the server."""

    NONE = 0
    IN = 1
    OUT = 2


class Opcode(IntEnum):
    """WebSocket opcodes (RFC 6455 section 11.8), 16 for an event of an event stream, and 17 for
    the body of an HTTP message (kind HTTP)."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10
    EVENT = 16
    BODY = 17


class Kind(IntEnum):
    """What a record of the journal is about."""

    MESSAGE = 1  #: a whole data message, or one event of an event stream
    CONTROL = 2  #: a WebSocket ping, pong or close frame
    HANDSHAKE = 3  #: head of the request or of the answer that opens a link (payload: the head)
    HTTP = 4  #: other HTTP on a link (payload: the head; opcode BODY: the body, ``ref`` its head)
    LINK = 5  #: life of a link; ``opcode`` holds a LinkEvent (payload: JSON object)
    FAULT = 6  #: a fault injected (``code`` 1) or healed (``code`` 0) (payload: JSON object)
    DEPLOY = 7  #: a step of a deploy or a replica's change of state (payload: JSON object)
    PUBLISH = 8  #: a row of the ledger; ``opcode`` holds an Outcome (payload: JSON object)
    LOSS = 9  #: records that are not here: trimmed or dropped (payload: JSON with the count)
    NOTE = 10  #: something a person or the program wants to say (payload: JSON object)


class LinkEvent(IntEnum):
    """What happens in the life of a link (``opcode`` of a LINK record)."""

    OPENING = 1  #: an attempt begins; JSON: client, proxy, address, protocol, url, attempt, keys
    OPEN = 2  #: the opening handshake is done; JSON: subprotocol, extensions, status, replica
    SUBSCRIBED = 3  #: our own client has subscribed; JSON: stream, asked (position or null)
    FAILED = 4  #: the attempt failed; JSON: what, why, whose, status
    CLOSED = 5  #: JSON: how (see How), by (side), code, reason
    HEALED = 6  #: a stall ended by itself
    WAITING = 7  #: our own client waits before the next attempt; JSON: seconds, attempt
    STOPPED = 8  #: our own client will not try again; JSON: why


class How(StrEnum):
    """How a link ended or fell silent."""

    CLOSE = "close"  #: a close frame, with its code
    FIN = "fin"
    RST = "rst"
    STALL = "stall"
    TIMEOUT = "timeout"  #: no answer to a ping, or silence beyond a limit
    LEAVE = "leave"  #: the client left on purpose


class Side(StrEnum):
    """Who did something."""

    CLIENT = "client"
    SERVER = "server"
    WORKBENCH = "workbench"


class Flag(IntFlag):
    """Facts about a record (``flags``)."""

    ARRIVED = 1  #: seen coming in
    PASSED = 2  #: passed on (or handed to our own client); a drop has ARRIVED alone
    COMPRESSED = 4  #: permessage-deflate on the wire (RFC 7692, RSV1)
    FRAGMENTED = 8  #: came in more than one frame
    MASKED = 16
    CHANGED = 32  #: changed by a fault before it was passed on
    INJECTED = 64  #: came from the workbench, not from the peer
    CUT_SHORT = 128  #: the payload kept is shorter than the message (``size`` is what is kept)
    INVALID = 256  #: breaks the protocol (invalid UTF-8, reserved opcode, ...)
    FAILED = 512  #: an error (LINK, DEPLOY, PUBLISH)


class Outcome(IntEnum):
    """What is known of a publish (VERDICTS, "Published")."""

    OK = 1
    FAIL = 2
    INFO = 3  #: nobody knows


class Truth(StrEnum):
    """Where a verdict takes its knowledge of what was published from."""

    LEDGER = "ledger"
    UPSTREAM = "upstream"
    WITNESS = "witness"
    SEQUENCE = "sequence"
    NONE = "none"


class Ids(StrEnum):
    """What the offsets or ids of a stream can prove."""

    CONTIGUOUS = "contiguous"  #: a hole proves a loss
    ORDERED = "ordered"  #: a hole proves nothing
    OPAQUE = "opaque"  #: only equality
    CONTENT = "content"  #: no ids: known by content, as a multiset


class Want(StrEnum):
    """What a stream promises its clients."""

    EXACTLY_ONCE = "exactly-once"
    AT_LEAST_ONCE = "at-least-once"
    LATEST_STATE = "latest-state"
    RELOAD = "reload"


class Value(StrEnum):
    """The three verdicts."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"


def worst(values: list[Value]) -> Value:
    """Invalid before unknown before valid; of nothing: unknown."""
    for value in (Value.INVALID, Value.UNKNOWN):
        if value in values:
            return value
    return Value.VALID if values else Value.UNKNOWN


class Means(IntEnum):
    """What a dialect reads in a message (``kind`` of a reading)."""

    OTHER = 0
    UPDATE = 1  #: an update with its position
    SNAPSHOT = 2  #: contains everything up to its position
    SUBSCRIBE = 3  #: a client asks for a stream without a position
    RESUME = 4  #: a client asks for what follows its position
    SUBSCRIBED = 5  #: the server confirms a subscription
    CLAIM = 6  #: somebody claims recovery (flag CLAIMED_YES) or denies it
    HEARTBEAT = 7
    ACK = 8  #: the client acknowledges a position
    SEND = 9  #: a client's own message that wants an answer, with its id
    REPLY = 10  #: the acknowledgement of a SEND, with its id
    ERROR = 11
    ADVICE = 12  #: the server says: reconnect
    UNREADABLE = 13  #: a payload the dialect cannot read
    TOO_OLD = 14  #: the server says: that position is older than what I keep
    IDENTITY = 15  #: a key that stays the same over reconnects (session id, client id)
    MOVED = 16  #: a session that began elsewhere goes on over this link
    ENDED = 17  #: a side ends the session in its own words


class ReadFlag(IntFlag):
    """Facts about a reading."""

    REPLAYED = 1
    CLAIMED_YES = 2
    INCLUSIVE = 4  #: a resume position that asks from it, not after it
    CONTENT = 8  #: the update has no id of its own: ``id`` stands for its content
    ALONE = 16  #: an ACK of this one message, not of all up to it
    SESSION = 32  #: an IDENTITY that joins many HTTP exchanges, and a WebSocket, to one link
