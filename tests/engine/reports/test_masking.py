"""Secrets are masked and listed; what only looks like one stays; nothing unfit is left."""

from __future__ import annotations

import time

import pytest

from workbench.engine.reports.masking import MASK, Masker, fit, masked

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "shown", "kind"),
    [
        ("Authorization: Basic dXNlcjpwYXNz", f"Authorization: {MASK}", "header Authorization"),
        ("cookie: a=1; b=2", f"cookie: {MASK}", "header Cookie"),
        ("Set-Cookie: sid=xyz; Path=/", f"Set-Cookie: {MASK}", "header Set-Cookie"),
        ("X-Api-Key: abc", f"X-Api-Key: {MASK}", "header X-Api-Key"),
        ("ws://h/ws?token=abc&room=1", f"ws://h/ws?token={MASK}&room=1", "query parameter token"),
        ("/e?room=1&access_token=a.b", f"/e?room=1&access_token={MASK}", "query parameter access_"),
        ("wss://me:pw@h/x", f"wss://{MASK}@h/x", "password in an address"),
        (
            '{"password": "a\\"b", "n": 1}',
            f'{{"password": {MASK}, "n": 1}}',
            "JSON member password",
        ),
        ('{"token":123456}', f'{{"token":{MASK}}}', "JSON member token"),
        (f"said {JWT} here", f"said {MASK} here", "JSON Web Token"),
        ("Bearer abcdefghijkl", f"Bearer {MASK}", "bearer token"),
    ],
)
def test_masked(text: str, shown: str, kind: str) -> None:
    masker = Masker()
    assert masker.text(text) == shown
    assert any(each.startswith(kind) for each in masker.found), masker.found
    assert masker.listed()


@pytest.mark.parametrize(
    "text",
    [
        '{"key":"EURUSD","code":1012,"offset":7}',
        "Sec-WebSocket-Key: FqzdABfq2JgBZB9Dcm21aA==",
        "Last-Event-ID: 244ae51f:15",
        "ws://127.0.0.1:9001/ws?room=1",
        "It subscribed again without a token.",
        "GET /updates?after=17 HTTP/1.1",
    ],
)
def test_kept(text: str) -> None:
    masker = Masker()
    assert masker.text(text) == text
    assert not masker.found


def test_a_request_is_masked_header_by_header() -> None:
    masker = Masker()
    head = (
        "GET /ws?jwt=abc HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer x.y.z\r\nCookie: a=b\r\n\r\n"
    )
    shown = masker.block(head)
    assert shown.count(MASK) == 3
    assert "Host: h" in shown
    for secret in ("abc", "x.y.z", "a=b"):
        assert secret not in shown


def test_a_secret_cut_by_the_limit_is_not_shown() -> None:
    text = "x" * 380 + f" ?token={'s3cret' * 20}"
    assert "s3c" not in Masker().text(text, 400)


def test_a_control_character_hides_no_secret() -> None:
    assert "abc" not in Masker().text("?tok\x00en=abc")


def test_unfit_characters_go() -> None:
    assert fit("a\x00b\x1b\x7f\x85\u202e\ud800\ufffe\r\nc\td") == "ab\nc\td"
    assert len(Masker().text("x" * 1_000_000)) == 400


def test_hostile_patterns_take_no_time() -> None:
    before = time.process_time()
    for text in ("?token" * 5_000, '"token":"' + "\\" * 20_000, "a-" * 20_000 + ":", "eyJ" * 9_000):
        Masker().block(text)
    assert time.process_time() - before < 5  # processor time, generous: not seconds but minutes


def test_values_are_masked_whole() -> None:
    masker = Masker()
    value = masked({"a": ["?token=x", 1, None, True], "b": {"c": "d\x00"}}, masker)
    assert value == {"a": [f"?token={MASK}", 1, None, True], "b": {"c": "d"}}
