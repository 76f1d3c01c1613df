"""How a prompt is cut into batches, and which of them two prompts have in common.

The cuts depend on the prompt alone. A batch that begins the same way in two prompts is then
computed from the same numbers in the same order, and what it left in the context can be kept
for the second prompt to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence

Batch = tuple[int, ...]


def cut(tokens: Sequence[int], shared: int, size: int) -> tuple[Batch, ...]:
    """Return a prompt's batches: each as long as may be, with a cut where the shared part ends.

    Args:
        tokens: The prompt.
        shared: Tokens at the front that other prompts of the same kind have too.
        size: Longest batch in tokens.
    """
    parts = (tokens[:shared], tokens[shared:])
    return tuple(
        tuple(part[start : start + size]) for part in parts for start in range(0, len(part), size)
    )


def within(batches: Sequence[Batch], length: int) -> int:
    """Return how many batches lie in the first tokens of a prompt."""
    end = 0
    for number, batch in enumerate(batches):
        end += len(batch)
        if end > length:
            return number
    return len(batches)


def in_common(first: Sequence[Batch], second: Sequence[Batch]) -> int:
    """Return how many batches are the same at the front of both."""
    pairs = enumerate(zip(first, second, strict=False))
    shorter = min(len(first), len(second))
    return next((number for number, (one, other) in pairs if one != other), shorter)
