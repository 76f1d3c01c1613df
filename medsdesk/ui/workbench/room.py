"""Whether the prompt fits into the model's context, in words, and what to do if not; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from medsdesk.ui.wording import count

ChoiceKind = Literal["shots", "context", "cut"]


@dataclass(frozen=True, slots=True)
class Room:
    """Tokens of a prompt and how many it may have."""

    tokens: int
    room: int

    @property
    def over(self) -> int:
        """Tokens too many; 0 when it fits."""
        return max(0, self.tokens - self.room)


@dataclass(frozen=True, slots=True)
class RoomView:
    """What the counter says, and how loudly."""

    text: str
    tone: Literal["plain", "warn", "danger"] = "plain"


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to make a prompt fit: what it changes, to which value, in words."""

    kind: ChoiceKind
    value: int
    text: str


def describe(characters: int, room: Room | None, state: str, *, cut_left: bool) -> RoomView:
    """Return what the counter shows.

    Args:
        characters: In the text box.
        room: The count; None while there is none.
        state: Why there is no count, such as ``counting…``; empty to leave tokens out.
        cut_left: Whether the user allowed the prompt to be cut.
    """
    start = count(characters, "character")
    if room is None:
        return RoomView(f"{start} · {state}" if state else start)
    figures = f"{start} · {room.tokens:,} of {room.room:,} tokens"
    if not room.over:
        return RoomView(figures)
    if cut_left:
        return RoomView(f"{figures}; {room.over:,} will be cut from the left and recorded", "warn")
    return RoomView(f"{figures}: {room.over:,} too many", "danger")


def choices(room: Room, shots: int, context: int, context_train: int) -> Sequence[Choice]:
    """Return the ways to make a prompt fit that there are, gentlest first."""
    if not room.over:
        return ()
    found: list[Choice] = []
    if shots > 1:
        found.append(Choice("shots", shots - 1, f"Use {count(shots - 1, 'worked case')}"))
    if shots > 0:
        found.append(Choice("shots", 0, "Use no worked cases"))
    wanted = context
    while wanted - context < room.over:
        wanted *= 2
    if context < wanted <= max(context_train, 0):
        found.append(Choice("context", wanted, f"Use a context of {wanted:,}"))
    found.append(Choice("cut", 1, "Cut from the left"))
    return tuple(found)
