"""GraphQL over WebSocket: graphql-transport-ws, and the older graphql-ws subprotocol."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from workbench.model.chunk import Opening
from workbench.model.pointer import Steps, parse
from workbench.model.position import Position
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode
from workbench.protocols.dialects._first import First, objects
from workbench.protocols.dialects._payload import Payload, PayloadSettings, content
from workbench.protocols.dialects._places import at
from workbench.protocols.dialects._values import load, offset_of, short, text_of, unreadable
from workbench.units.settings import setting

TITLE = "GraphQL"

SUBPROTOCOLS = ("graphql-transport-ws", "graphql-ws")
#: Operations of one link that are remembered; more is an attack.
MANY = 10_000

#: The kind and name of an operation, and the first field of a selection, in a document
#: without comments in which one space stands for any.
OPERATION = re.compile(r"(?:^|\}) ?(subscription|query|mutation)\b ?([A-Za-z_]\w{0,99})?")
FIELD = re.compile(r"\{ ?(?:[A-Za-z_]\w{0,99} ?: ?)?([A-Za-z_]\w{0,99})")
COMMENT = re.compile(r"#[^\n]*")
#: So much of a document is looked at (characters).
ENOUGH = 10_000


@dataclass(frozen=True, slots=True)
class Settings(PayloadSettings):
    """Places count within the result's ``data``; the protocol has no positions of its own."""

    resume: str = setting(
        "", help="Where an operation's variables have the position to resume: json.after."
    )


class Operation(NamedTuple):
    """What a client has asked for: its kind, and the name of the stream that it makes."""

    kind: str
    stream: str


UNKNOWN = Operation("subscription", "")


def recognise(opening: Opening, first: First) -> float:
    """Sure by the subprotocol, nearly sure by the first message, which is always the same."""
    if opening.protocol == "sse":
        return 0.0
    if opening.subprotocol in SUBPROTOCOLS:
        return 0.97
    sent = objects(first, Direction.OUT)
    return 0.95 if any(v.get("type") == "connection_init" for v in sent) else 0.0


def decoder(settings: Settings, opening: Opening) -> GraphqlDecoder:
    """A fresh decoder for one link.  Raises WorkbenchError (user) for a place that cannot be."""
    return GraphqlDecoder(settings)


class GraphqlDecoder:
    """Remembers what each operation's id stands for."""

    def __init__(self, settings: Settings) -> None:
        self._payload = Payload(settings)
        self._resume = parse(settings.resume) if settings.resume else None
        self._operations: dict[str, Operation] = {}

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What one message means; each has a frame of its own."""
        if opcode != Opcode.TEXT or direction == Direction.NONE:
            return unreadable() if opcode in (Opcode.BINARY, Opcode.EVENT) else ()
        value = load(opcode, payload)
        if not isinstance(value, dict) or not isinstance(value.get("type"), str):
            return unreadable()
        kind, own = text_of(value["type"]), text_of(value.get("id"))
        if kind in ("ping", "pong", "ka"):
            return (Reading(Means.HEARTBEAT, label=kind),)
        if direction == Direction.OUT:
            return (self._client(kind, own, value.get("payload")),)
        return (self._server(kind, own, value.get("payload")),)

    def _client(self, kind: str, own: str, payload: Any) -> Reading:
        if kind not in ("subscribe", "start"):
            if kind in ("complete", "stop"):
                self._operations.pop(own, None)
            return Reading(Means.OTHER, label=kind)
        given = payload if isinstance(payload, dict) else {}
        operation = operation_of(given, self._resume)
        if len(self._operations) < MANY:
            self._operations[own] = operation
        if operation.kind != "subscription":
            # Of a query without an answer nothing is lost but the answer.
            means = Means.SEND if operation.kind == "mutation" else Means.OTHER
            return Reading(means, operation.stream, id=own, label=operation.kind)
        place = at(given.get("variables"), self._resume)
        offset = offset_of(place)
        cursor = text_of(place) if offset is None else ""
        means = Means.SUBSCRIBE if offset is None and not cursor else Means.RESUME
        return Reading(means, operation.stream, offset=offset, id=cursor, label=kind)

    def _server(self, kind: str, own: str, payload: Any) -> Reading:
        operation = self._operations.get(own, UNKNOWN)
        if kind in ("next", "data"):
            return self._result(operation, kind, own, payload)
        if kind in ("error", "connection_error"):
            self._operations.pop(own, None)
            return Reading(Means.ERROR, operation.stream, id=own, label=kind)
        if kind != "complete":
            return Reading(Means.OTHER, label=kind)
        asked = self._operations.pop(own, None)
        # To the client a server that stops looks like an end of the stream, and it will not
        # subscribe again by itself.
        over = asked is not None and asked.kind == "subscription"
        return Reading(Means.ADVICE if over else Means.OTHER, operation.stream, label=kind)

    def _result(self, operation: Operation, kind: str, own: str, payload: Any) -> Reading:
        if not isinstance(payload, dict):
            return Reading(Means.UNREADABLE, operation.stream, label=kind)
        if operation.kind != "subscription":
            means = Means.REPLY if operation.kind == "mutation" else Means.OTHER
            return Reading(means, operation.stream, id=own, label=kind)
        if payload.get("data") is None:
            return Reading(Means.ERROR, operation.stream, label=f"{kind} errors")
        return self._payload.of_value(payload["data"], Position(operation.stream), kind)


def operation_of(payload: dict[str, Any], resume: Steps | None) -> Operation:
    """Kind and stream of an operation.

    The id is the client's own choice, so it is the operation's name, or its first field,
    that names the stream; variables belong to it, but not the position to resume.
    """
    query = payload.get("query")
    document = COMMENT.sub("", query[:ENOUGH]) if isinstance(query, str) else ""
    document = " ".join(document.split())
    match = OPERATION.search(document)
    kind = match[1] if match else "query"
    field = FIELD.search(document, match.end() if match else 0)
    name = text_of(payload.get("operationName")) or (match[2] if match and match[2] else "")
    name = name or (field[1] if field else "")
    variables = payload.get("variables")
    if isinstance(variables, dict) and variables:
        variables = without(variables, resume)
    if isinstance(variables, dict) and variables:
        name += content(variables).decode("utf-8", "replace")
    return Operation(kind, short(name))


def without(variables: dict[str, Any], place: Steps | None) -> dict[str, Any]:
    """The variables but for what stands at a place."""
    if not place or place[0] not in variables:
        return variables
    inner = variables[place[0]]
    rest = {name: value for name, value in variables.items() if name != place[0]}
    if len(place) > 1 and isinstance(inner, dict):
        rest[place[0]] = without(inner, place[1:])
    return rest
