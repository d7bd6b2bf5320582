"""Plain HTTP in the story of a recording: nobody's, until the engine says whose."""

from __future__ import annotations

import json

import numpy as np

from workbench.model.record import RECORD
from workbench.model.words import Kind, LinkEvent
from workbench.panels.story import Story


def tell(story: Story, link: int, event: LinkEvent, **facts: object) -> None:
    header = np.zeros(1, RECORD)[0]
    header["kind"], header["link"], header["opcode"] = Kind.LINK, link, event
    header["time"] = link
    story.take(link, header, json.dumps(facts).encode())


def test_a_request_makes_no_client_and_no_gap() -> None:
    story = Story()
    for link in range(1, 50):
        tell(story, link, LinkEvent.OPENING, proxy="edge", protocol="http")
        tell(story, link, LinkEvent.CLOSED, how="rst", by="server")
    assert (story.clients, story.gaps) == ({}, {})
    tell(story, 50, LinkEvent.OPENING, proxy="edge", protocol="ws")
    assert list(story.clients) == ["edge 50"]


def test_polls_are_their_clients_once_the_engine_has_said_so() -> None:
    story = Story()
    story.name_links("edge-1", [1, 2])
    for link in (1, 2):
        tell(story, link, LinkEvent.OPENING, proxy="edge", protocol="http")
    assert story.clients == {"edge-1": [1, 2]}


def test_a_request_answered_by_an_event_stream_is_a_client() -> None:
    story = Story()
    tell(story, 1, LinkEvent.OPENING, proxy="edge", protocol="http")
    tell(story, 1, LinkEvent.OPEN, protocol="sse")
    tell(story, 1, LinkEvent.CLOSED, how="fin", by="server")
    assert story.clients == {"edge 1": [1]}
    assert len(story.gaps["edge 1"]) == 1
