"""Everything a study draws by lot: from its seed by HMAC-SHA256, alike on every machine.

Nothing depends on Python's ``random``, on the order of sets or on the platform. A purpose, such
as ``("order", "Dr Roy")``, has a stream of its own, so that what is drawn for one rater does not
depend on what was drawn for another.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from typing import TypeVar

from medsdesk.core.errors import UserFacingError

T = TypeVar("T")

_WORD = 8  # bytes of one number
_RANGE = 1 << (8 * _WORD)


def new_seed() -> str:
    """Return 64 hexadecimal digits from the system's own source of chance."""
    return secrets.token_hex(32)


def check_seed(seed: str) -> str:
    """Return a seed as 64 small hexadecimal digits.

    Raises:
        UserFacingError: It is none.
    """
    plain = seed.strip().lower()
    if len(plain) != 64 or not set(plain) <= set("0123456789abcdef"):
        raise UserFacingError(
            "The seed of a study is 64 hexadecimal digits, and this is not.",
            "Leave it out to have one drawn, or copy it whole from the other study's key.",
        )
    return plain


def token(seed: str, *purpose: str) -> str:
    """Return 32 hexadecimal digits that only the seed's owner can tell from chance.

    The first 16 bytes of HMAC-SHA256(seed, purpose), where each part of the purpose stands
    behind its length in bytes as four bytes, most significant first.
    """
    return _keyed(seed, purpose)[:16].hex()


class Draw:
    """A stream of numbers of one purpose.

    Block i is HMAC-SHA256(k, i) with k = HMAC-SHA256(seed, purpose) as in ``token`` and i in
    eight bytes, most significant first, from 0; blocks are read eight bytes at a time.

    Args:
        seed: 64 hexadecimal digits.
        purpose: What is drawn.
    """

    def __init__(self, seed: str, *purpose: str) -> None:
        self._key = _keyed(seed, purpose)
        self._block = 0
        self._bytes = b""

    def below(self, n: int) -> int:
        """Return a whole number from 0 to n - 1, each as likely as any other.

        A word w of the stream gives w mod n; words in the incomplete last stretch of the range,
        w >= 2^64 - (2^64 mod n), are passed over.
        """
        limit = _RANGE - _RANGE % n
        while True:
            word = self._word()
            if word < limit:
                return word % n

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """Return things in an order drawn by lot.

        Fisher and Yates: for i from the last place down to 1, swap i with ``below(i + 1)``.
        """
        order = list(things)
        for place in range(len(order) - 1, 0, -1):
            other = self.below(place + 1)
            order[place], order[other] = order[other], order[place]
        return order

    def sample(self, things: Sequence[T], n: int) -> list[T]:
        """Return n things, or all where there are fewer, in the order they were drawn."""
        return self.shuffled(things)[: max(0, n)]

    def permutation(self, n: int) -> tuple[int, ...]:
        """Return the numbers from 0 to n - 1 in an order drawn by lot."""
        return tuple(self.shuffled(range(n)))

    def _word(self) -> int:
        if not self._bytes:
            self._bytes = hmac.digest(self._key, self._block.to_bytes(8, "big"), "sha256")
            self._block += 1
        word, self._bytes = self._bytes[:_WORD], self._bytes[_WORD:]
        return int.from_bytes(word, "big")


def _keyed(seed: str, purpose: Sequence[str]) -> bytes:
    parts = [part.encode("utf-8", "surrogatepass") for part in purpose]
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.digest(bytes.fromhex(seed), message, "sha256")
