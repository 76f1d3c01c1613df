"""Model files that somebody broke, on purpose or not: made by the hundred, and each one tried."""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from medsdesk.core.errors import EngineDiedError, UserFacingError
from medsdesk.core.generation import GenerateConfig, Message, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.client import Engine
from medsdesk.engine.gguf import read_header
from tests.made_models import Shape, header, make_tiny, settings, tensors

End = Literal["refused by the header", "refused by the child", "child died", "answered"]

SHAPE = Shape()
TEMPLATE = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
HUGE = (0, 1, 7, 0xFF, 1 << 15, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 40, (1 << 63) - 1,
        1 << 63, (1 << 64) - 1)  # fmt: skip
_PROMPT = Prompt((Message("system", "Be brief."), Message("user", "w1 w2")), "test", 1, 0)


@dataclass(frozen=True)
class Trial:
    """What became of one file.

    Attributes:
        number: Of the file.
        mutation: How it was broken.
        end: What became of it.
        words: One sentence that says why; empty where it answered.
        seconds: Of the check, or where there was a child, of the load and the answer.
    """

    number: int
    mutation: str
    end: End
    words: str
    seconds: float


class Original:
    """A tiny model that loads and answers, and where its parts lie.

    Args:
        folder: For the file.
    """

    def __init__(self, folder: Path) -> None:
        self.path = make_tiny(folder / "original.gguf", SHAPE, TEMPLATE)
        self.data = self.path.read_bytes()
        self.pairs = settings(SHAPE, TEMPLATE)
        self.listed = list(tensors(SHAPE))
        self.head = len(header(self.pairs, self.listed)[0])

    def rebuilt(
        self, pairs: Sequence[bytes], listed: Sequence[tuple[str, int, tuple[int, ...]]]
    ) -> bytes:
        """Return the file with other settings or tensors, and the same data."""
        return header(pairs, listed)[0] + self.data[self.head :]


Mutation = Callable[[Original, random.Random], bytes]


def bits_in_the_header(original: Original, draw: random.Random) -> bytes:
    return _flipped(original.data, draw, 0, original.head)


def bits_in_the_small_settings(original: Original, draw: random.Random) -> bytes:
    return _flipped(original.data, draw, 0, 900)


def bits_in_the_tensor_list(original: Original, draw: random.Random) -> bytes:
    return _flipped(original.data, draw, original.head - 1200, original.head)


def bits_in_the_weights(original: Original, draw: random.Random) -> bytes:
    return _flipped(original.data, draw, original.head, len(original.data))


def huge_numbers(original: Original, draw: random.Random) -> bytes:
    """Write a number that is too large, or zero, over some place of the header."""
    broken = bytearray(original.data)
    at = draw.choice((8, 16, draw.randrange(24, 900), draw.randrange(original.head - 8)))
    form = draw.choice(("<Q", "<I"))
    value = draw.choice(HUGE) % (1 << (8 * struct.calcsize(form)))
    struct.pack_into(form, broken, at, value)
    return bytes(broken)


def truncation(original: Original, draw: random.Random) -> bytes:
    end = draw.choice((original.head, len(original.data)))
    return original.data[: draw.randrange(end)]


def other_types(original: Original, draw: random.Random) -> bytes:
    """Give a setting or a tensor another type."""
    pairs, listed = list(original.pairs), list(original.listed)
    if draw.random() < 0.5:
        number = draw.randrange(len(pairs))
        pair = bytearray(pairs[number])
        struct.pack_into("<I", pair, 8 + struct.unpack_from("<Q", pair)[0], draw.randrange(14))
        pairs[number] = bytes(pair)
    number = draw.randrange(len(listed))
    name, _, shape = listed[number]
    listed[number] = (name, draw.choice((0, 1, 2, 8)), shape)
    return original.rebuilt(pairs, listed)


def other_values(original: Original, draw: random.Random) -> bytes:
    """Write another number into a setting, of its own type."""
    pairs = list(original.pairs)
    scalars = [n for n, pair in enumerate(pairs) if _type(pair) in (4, 6)]
    number = draw.choice(scalars)
    pair = bytearray(pairs[number])
    struct.pack_into("<I", pair, len(pair) - 4, draw.choice(HUGE) % (1 << 32))
    pairs[number] = bytes(pair)
    return original.rebuilt(pairs, original.listed)


def lost_doubled_and_shuffled(original: Original, draw: random.Random) -> bytes:
    pairs, listed = list(original.pairs), list(original.listed)
    part: list[bytes] | list[tuple[str, int, tuple[int, ...]]] = draw.choice((pairs, listed))
    which = draw.randrange(3)
    if which == 0:
        part.pop(draw.randrange(len(part)))
    elif which == 1:
        part.append(draw.choice(part))  # type: ignore[arg-type] # of its own kind
    else:
        draw.shuffle(part)
    return original.rebuilt(pairs, listed)


def other_shapes(original: Original, draw: random.Random) -> bytes:
    """Give a tensor other dimensions."""
    listed = list(original.listed)
    number = draw.randrange(len(listed))
    name, kind, shape = listed[number]
    changes = (
        shape[::-1],
        (*shape, 1),
        shape[:1],
        (shape[0], *(side + 1 for side in shape[1:])),
        tuple(max(1, side // 2) for side in shape),
        (*shape[:-1], draw.choice(HUGE)),
        (1 << 33, 1 << 33),
    )
    listed[number] = (name, kind, draw.choice(changes))
    return original.rebuilt(original.pairs, listed)


MUTATIONS: tuple[Mutation, ...] = (
    bits_in_the_header,
    bits_in_the_small_settings,
    bits_in_the_tensor_list,
    bits_in_the_weights,
    huge_numbers,
    truncation,
    other_types,
    other_values,
    lost_doubled_and_shuffled,
    other_shapes,
)


def mutated(original: Original, number: int, seed: int) -> tuple[str, bytes]:
    """Return one broken file and the name of what was done to it."""
    mutation = MUTATIONS[number % len(MUTATIONS)]
    draw = random.Random(f"{seed} {number}")
    return mutation.__name__.replace("_", " "), mutation(original, draw)


def attempt(path: Path, number: int, mutation: str) -> Trial:
    """Check a file's header, load it in a child, and let it answer; end the child.

    Raises:
        Exception: Anything but a sentence for people came of it.
    """
    began = time.monotonic()
    end: End = "refused by the header"
    words = ""
    try:
        read_header(path)
        end = "refused by the child"
        with Engine() as engine:
            engine.describe()  # how soon a process starts is not the question
            began = time.monotonic()
            engine.load(LoadConfig(str(path), context=64, threads=1))
            done = engine.generate(_PROMPT, GenerateConfig(max_new_tokens=4, overflow="cut_left"))
            end = "child died" if done.finish_reason == "died" else "answered"
            words = done.error or ""
    except EngineDiedError as fault:
        end, words = "child died", str(fault)
    except UserFacingError as fault:
        words = str(fault)
    return Trial(number, mutation, end, words, time.monotonic() - began)


def _flipped(data: bytes, draw: random.Random, start: int, end: int) -> bytes:
    broken = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 8))):
        broken[draw.randrange(start, end)] ^= 1 << draw.randrange(8)
    return bytes(broken)


def _type(pair: bytes) -> int:
    return int(struct.unpack_from("<I", pair, 8 + struct.unpack_from("<Q", pair)[0])[0])
