"""Every key of the rating screen with what it does, in one table that the help is tested by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RatingKey:
    """A command of the rating screen.

    Attributes:
        name: Stable name.
        keys: What is pressed, in words; the first stands on the button.
        text: On the button; empty where there is none.
        tip: One sentence.
    """

    name: str
    keys: tuple[str, ...]
    text: str
    tip: str


COMMANDS = {
    command.name: command
    for command in (
        RatingKey("previous", ("P",), "Previous", "Go to the item before."),
        RatingKey("next", ("Space", "N"), "Next", "Go to the next item; all is saved already."),
        RatingKey("skip", ("S",), "Skip", "Leave this item for later."),
        RatingKey("flag", ("F",), "Flag", "Mark the item to come back to, or take the flag off."),
        RatingKey("go", ("G",), "Go to…", "Go to an item by its number."),
        RatingKey("comment", ("C",), "Comment", "Write a comment; Esc leads back."),
        RatingKey("mark", ("M",), "Mark", "Mark words in a text by keyboard."),
        RatingKey("edit", ("E",), "Correct", "Correct the output."),
        RatingKey("reference", ("R",), "", "Show or hide the reference answer."),
        RatingKey("undo", ("Ctrl+Z",), "Undo", "Take the last change back, on any item."),
        RatingKey("redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Redo", "Do it again."),
        RatingKey("pause", ("B",), "Break", "Cover the texts and stop the clock."),
    )
}

ANSWERS = (
    ("0 to 9", "Choose that point of the current question and go on; type a count."),
    ("+, -", "One more or one less, where a number is asked for."),
    ("X", "Cannot judge. This is an answer too."),
    ("Backspace", "Take the answer back."),
    ("Up, Down", "Go to the question before or after."),
    ("Left, Right", "Walk along the points without choosing."),
    ("Enter", "Choose the point you stand on; after a count, go on."),
    ("Page Up, Page Down", "Scroll the output; with Shift, the text."),
)

MARKING = (
    ("Arrow keys", "Move the cursor; with Shift select, with Ctrl go by words."),
    ("1 to 9", "Mark what is selected as that type."),
    ("J, I", "Say how grave it is: major, minor."),
    ("T", "Select the sentence at the cursor."),
    ("Tab", "Go to the other text."),
    ("Backspace", "Remove the mark at the cursor."),
    ("N", "Write a note on the mark at the cursor or in the list; Enter or Esc leads back."),
    ("L", "Go to the list of marks: Up and Down, Delete, a digit or J and I to change one."),
    ("Esc", "Go back to the questions."),
)


_RUSSIAN = str.maketrans("ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ", "QWERTYUIOPASDFGHJKLZXCVBNM")


def latin(letter: str) -> str:
    """Return the letter that a Latin keyboard has in the place of a Russian one; else the same."""
    return letter.upper().translate(_RUSSIAN)


def command_for(name: str, *, control: bool, shift: bool) -> str:
    """Return the command of a key, or an empty text.

    Args:
        name: ``Space`` or a letter in capitals.
        control: Whether Ctrl is held.
        shift: Whether Shift is held.
    """
    pressed = f"Ctrl+{'Shift+' if shift else ''}{name}" if control else name
    return next((c.name for c in COMMANDS.values() if pressed in c.keys), "")
