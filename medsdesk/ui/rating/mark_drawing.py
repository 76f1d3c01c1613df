"""Draws the marks of an item into its texts, lists them, and says where one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medsdesk.ui.rating import marking
from medsdesk.ui.rating.mark_panel import RESTING
from medsdesk.ui.rating.marked_text import Stretch
from medsdesk.ui.rating.marking import target_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from medsdesk.core.rating import Instrument, MarkType
    from medsdesk.core.study_rating import Mark, MarkTarget
    from medsdesk.ui.rating.mark_panel import MarkPanel
    from medsdesk.ui.rating.marked_text import MarkedText

HOW = (
    "Select words with Shift and the arrow keys, then press a digit. T takes the sentence, "
    "Tab goes to the other text, L to the list, Esc ends."
)


class MarkDrawing:
    """Shows what :class:`MarkControl` holds.

    Args:
        texts: The texts that can be marked, by their names.
        panel: Types and list.
    """

    def __init__(self, texts: Mapping[MarkTarget, MarkedText], panel: MarkPanel) -> None:
        self._texts = texts
        self._panel = panel

    def draw(self, form: Instrument, marks: Sequence[Mark], current: int, *, pair: bool) -> None:
        """Draw marks into their texts and list them."""
        hues = {kind.id: place for place, kind in enumerate(form.marks)}
        minor = {grave.id for grave in form.severities[1:]}
        for target, text in self._texts.items():
            text.show_stretches(
                [
                    Stretch(
                        number=place + 1,
                        start=mark.start,
                        end=mark.end,
                        hue=hues.get(mark.type, 0),
                        dotted=mark.severity in minor,
                        current=place == current,
                    )
                    for place, mark in enumerate(marks)
                    if mark.target == target
                ]
            )
        given = [self._texts[mark.target].given for mark in marks]
        self._panel.show_marks(form, marks, given, pair=pair)

    def show_mark(self, mark: Mark) -> None:
        """Bring a mark into view in its text."""
        self._texts[mark.target].select(mark.start, mark.end)

    def say_resting(self) -> None:
        """Say how marking begins."""
        self._panel.say(RESTING)

    def say_place(
        self, form: Instrument, marks: Sequence[Mark], target: MarkTarget, *, pair: bool
    ) -> None:
        """Say in which text one is, and on which mark."""
        text = self._texts[target]
        number = marking.mark_at(marks, target, text.cursor_place)
        words = f"Marking in the {target_words(target, pair=pair)}. "
        if number is None:
            self._panel.say(words + HOW)
            return
        known = marking.mark_words(form, marks[number], text.given, pair=pair)
        self._panel.say(
            f"{words}At the cursor: {number + 1} {known}. Backspace removes it, N writes a note."
        )

    def say_question(self, form: Instrument, kind: MarkType) -> None:
        """Ask how grave a mark is."""
        offered = zip(marking.SEVERITY_KEYS, form.severities, strict=False)
        choice = " or ".join(f"{key} {grave.label.lower()}" for key, grave in offered)
        self._panel.say(f"{kind.label}: {choice}? Esc drops it.")
