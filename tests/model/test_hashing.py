"""One hash for ids."""

from __future__ import annotations

from workbench.model.hashing import id_hash


def test_text_and_its_bytes_agree_and_fit_63_bits() -> None:
    assert id_hash("ä1") == id_hash("ä1".encode())
    assert id_hash("a") != id_hash("b")
    assert all(0 < id_hash(str(n)) < 2**63 for n in range(2000))
    assert len({id_hash(str(n)) for n in range(20_000)}) == 20_000


def test_the_number_of_an_id_never_changes() -> None:
    """It is stored in recordings."""
    assert id_hash("") == 3797230976420062948
    assert id_hash("Q8CAqLf") == 2805287247157068271


def test_any_text_has_a_number() -> None:
    assert id_hash("\ud800") > 0
