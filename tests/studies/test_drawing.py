"""Lots drawn from a seed: known answers, no bias, every purpose a stream of its own."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.studies.drawing import Draw, check_seed, new_seed, token

SEED = "00112233445566778899aabbccddeeff" * 2


def _hmac(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256 as RFC 2104 writes it, without the library that is tested."""
    padded = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in padded) + message).digest()
    return hashlib.sha256(bytes(b ^ 0x5C for b in padded) + inner).digest()


def test_the_numbers_are_those_of_the_formula() -> None:
    purpose = b"\0\0\0\5order\0\0\0\7Dr Ro\xc3\xbf"
    key = _hmac(bytes.fromhex(SEED), purpose)
    stream = b"".join(_hmac(key, block.to_bytes(8, "big")) for block in range(3))
    words = [int.from_bytes(stream[at : at + 8], "big") for at in range(0, 96, 8)]
    draw = Draw(SEED, "order", "Dr Ro\xff")
    assert [draw.below(1000) for _ in words] == [word % 1000 for word in words]
    assert token(SEED, "order", "Dr Ro\xff") == key[:16].hex()


def test_the_same_order_on_every_machine_and_version() -> None:
    assert Draw(SEED, "order", "A").permutation(10) == (7, 8, 4, 2, 6, 1, 0, 5, 9, 3)
    assert token(SEED, "item", "0") == "3e5f8d2d1511e901a5ef530f6c071517"


def test_parts_of_a_purpose_do_not_run_together() -> None:
    tokens = {token(SEED, *parts) for parts in (("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""))}
    assert len(tokens) == 4


def test_words_beyond_the_last_whole_stretch_are_passed_over() -> None:
    n = (1 << 64) * 3 // 5  # two words in five lie beyond
    draw = Draw(SEED, "bias")
    drawn = [draw.below(n) for _ in range(300)]
    assert max(drawn) < n
    assert 0.4 < sum(each < n // 2 for each in drawn) / 300 < 0.6


def test_every_order_is_as_likely() -> None:
    orders = Counter(Draw(SEED, str(number)).permutation(3) for number in range(3000))
    assert len(orders) == 6
    assert all(420 < found < 580 for found in orders.values())  # 500, four standard errors


@settings(max_examples=100)
@given(st.lists(st.integers(), max_size=40), st.integers(-1, 50), st.text(max_size=5))
def test_shuffles_and_samples_lose_and_invent_nothing(
    things: list[int], n: int, purpose: str
) -> None:
    assert sorted(Draw(SEED, purpose).shuffled(things)) == sorted(things)
    assert Draw(SEED, purpose).shuffled(things) == Draw(SEED, purpose).shuffled(things)
    sample = Draw(SEED, purpose).sample(things, n)
    assert len(sample) == min(max(0, n), len(things))
    assert not Counter(sample) - Counter(things)


def test_a_seed_is_64_hexadecimal_digits() -> None:
    assert check_seed(f" {SEED.upper()}\n") == SEED
    assert check_seed(new_seed()) != check_seed(new_seed())
    for bad in ("", "7", SEED + "0", "g" * 64):
        with pytest.raises(UserFacingError, match="64 hexadecimal"):
            check_seed(bad)
