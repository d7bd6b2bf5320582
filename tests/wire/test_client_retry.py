"""When a client comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.wire.retry import Policy, delay


def test_none_is_never() -> None:
    assert delay(Policy("none"), 1, 0.5) is None
    assert delay(Policy("none"), 1, 0.5, asked=3.0) is None


def test_fixed_stays_and_exponential_doubles_up_to_the_most() -> None:
    fixed, growing = Policy("fixed", 2, 20, 0), Policy("exponential", 0.5, 3, 0)
    assert [delay(fixed, n, 0.9) for n in (1, 2, 9)] == [2, 2, 2]
    assert [delay(growing, n, 0.9) for n in (0, 1, 2, 3, 4, 10**6)] == [0.5, 0.5, 1, 2, 3, 3]


def test_jitter_is_the_share_that_is_random() -> None:
    policy = Policy("fixed", 2, 20, 0.5)
    assert delay(policy, 1, 0.0) == 1
    assert delay(policy, 1, 0.5) == 1.5


def test_a_server_may_ask_for_more_but_not_for_ever() -> None:
    policy = Policy("fixed", 2, 20, 0)
    assert delay(policy, 1, 0, asked=7) == 7
    assert delay(policy, 1, 0, asked=1) == 2
    assert delay(policy, 1, 0, asked=10**9) == 300


@given(
    st.sampled_from(["fixed", "exponential"]),
    st.floats(0, 100),
    st.floats(0, 100),
    st.floats(0, 1),
    st.integers(1, 10**9),
    st.floats(0, 1, exclude_max=True),
)
def test_never_negative_never_beyond(
    kind: str, first: float, most: float, jitter: float, attempt: int, luck: float
) -> None:
    wait = delay(Policy(kind, first, most, jitter), attempt, luck)
    assert wait is not None
    assert 0 <= wait <= (first if kind == "fixed" else most) * (1 + 1e-9)


@pytest.mark.parametrize("attempt", [1, 5])
def test_the_same_luck_gives_the_same_wait(attempt: int) -> None:
    assert delay(Policy(), attempt, 0.25) == delay(Policy(), attempt, 0.25)
