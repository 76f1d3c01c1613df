"""One item in full: where it is from, text, reference, answer or answers, and both scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from medsdesk.ui.results.item_scores import ItemScores
from medsdesk.ui.results.item_view import badges, difference, disagreement, place_line
from medsdesk.ui.results.reading_box import ReadingBox
from medsdesk.ui.theme import SMALL, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import label
from medsdesk.ui.wording import ending, speed

if TYPE_CHECKING:
    from medsdesk.services.browse_items import ItemDetail
    from medsdesk.services.word_diff import TextDiff
    from medsdesk.store.outputs import AnswerRow

_NOTHING = "Choose an item on the left to see it here."
_NOT_STORED = "The text is in the task file; Show prompt reads it from there."
_DIFF_KEY = {
    "words": "Struck through: only in A. Underlined: only in B.",
    "sentences": "Compared by sentences, because much of these long texts differs. "
    "Struck through: only in A. Underlined: only in B.",
    "nothing": "These texts are too long and too different to be compared word by word.",
}


@dataclass(frozen=True, slots=True)
class ItemPair:
    """An item, the same item of a second run if there is one, and where their answers differ."""

    first: ItemDetail
    second: ItemDetail | None = None
    diff: TextDiff | None = None


class ItemPanel(QWidget):
    """Shows one item; in a comparison, both answers with their differences marked.

    Signals:
        prompt_wanted: The prompt of the item is to be shown.
        rate_wanted: An ``AnswerRow`` to open in the Workbench.
    """

    prompt_wanted = Signal()
    rate_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.title = label(_NOTHING, "heading", wrap=True)
        self._badges = QWidget()
        self._badge_row = FlowLayout(self._badges, SMALL)
        self.disagreement = label("", wrap=True)
        set_tone(self.disagreement, "warn")
        self.text = ReadingBox("Text", lines=6)
        self.reference = ReadingBox("Reference answer", lines=2)
        self.answer = ReadingBox("Answer", lines=4)
        self.other = ReadingBox("Answer B", lines=4)
        self.diff_key = label("", "quiet", wrap=True)
        self.figures = label("", "quiet", wrap=True)
        self.scores = ItemScores()
        self.other_title = label("Scores of run B", "strong")
        self.other_scores = ItemScores()
        self.prompt_button = button(
            "Show &prompt…", self.prompt_wanted.emit, tip="The exact messages the model was sent."
        )
        self.rate_button = button("Rate in the &Workbench", self._rate, tip="Open this answer.")
        self._shown: ItemPair | None = None
        self._build()
        self.show_item(None, "")

    def _build(self) -> None:
        buttons = QWidget()
        row = FlowLayout(buttons, SMALL)
        row.addWidget(self.prompt_button)
        row.addWidget(self.rate_button)
        answers = QHBoxLayout()
        answers.setSpacing(SMALL)
        answers.addWidget(self.answer, 1)
        answers.addWidget(self.other, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(self.title)
        layout.addWidget(self._badges)
        layout.addWidget(self.disagreement)
        layout.addWidget(buttons)
        layout.addWidget(self.text, 3)
        layout.addWidget(self.reference, 1)
        layout.addLayout(answers, 3)
        layout.addWidget(self.diff_key)
        layout.addWidget(self.figures)
        layout.addWidget(self.scores)
        layout.addWidget(self.other_title)
        layout.addWidget(self.other_scores)

    @property
    def shown(self) -> ItemPair | None:
        """What is shown."""
        return self._shown

    def show_item(self, pair: ItemPair | None, task_title: str, nothing: str = _NOTHING) -> None:
        """Show an item, or that there is none."""
        self._shown = pair
        for part in (self.text, self.reference, self.answer, self.prompt_button):
            part.setVisible(pair is not None)
        if pair is None:
            self.title.setText(nothing)
        else:
            self.title.setText(place_line(pair.first, task_title))
        self._show_badges(pair)
        self._show_texts(pair)
        self._show_scores(pair)
        self.rate_button.setVisible(pair is not None and pair.first.answer is not None)

    def show_source(self, text: str, references: tuple[str, ...]) -> None:
        """Fill in the text of an item without an answer, once it was read from its file."""
        self.text.show_text(text)
        self.reference.show_text("\n".join(references))

    def _show_badges(self, pair: ItemPair | None) -> None:
        while self._badge_row.count():
            item = self._badge_row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        found = badges(pair.first.kinds) if pair is not None else ()
        for badge in found:
            made = label(badge.text, "badge")
            made.setToolTip(badge.tip)
            made.setAccessibleDescription(badge.tip)
            set_tone(made, badge.tone)
            self._badge_row.addWidget(made)
        self._badges.setVisible(bool(found))
        words = disagreement(pair.first.kinds) if pair is not None else ""
        self.disagreement.setText(words)
        self.disagreement.setVisible(bool(words))

    def _show_texts(self, pair: ItemPair | None) -> None:
        paired = pair is not None and pair.second is not None
        self.other.setVisible(paired)
        self.answer.set_title("Answer A" if paired else "Answer")
        self.diff_key.setVisible(pair is not None and pair.diff is not None)
        if pair is None:
            return
        answer = pair.first.answer
        if answer is not None:
            self.text.show_text(answer.sample.input, "(empty)")
            self.reference.show_text("\n".join(answer.sample.targets), "none")
        else:
            self.text.show_text("", _NOT_STORED)
            self.reference.show_text("", _NOT_STORED)
        if pair.diff is not None:
            self.answer.show_parts(pair.diff.side("first"))
            self.other.show_parts(pair.diff.side("second"))
            self.diff_key.setText(_DIFF_KEY[pair.diff.by])
            return
        self.answer.show_text(*_answer(pair.first))
        if pair.second is not None:
            self.other.show_text(*_answer(pair.second))

    def _show_scores(self, pair: ItemPair | None) -> None:
        first = pair.first.answer if pair is not None else None
        second = pair.second.answer if pair is not None and pair.second is not None else None
        self.scores.show_scores(first.scores if first is not None else ())
        self.other_scores.show_scores(second.scores if second is not None else ())
        self.other_title.setVisible(second is not None)
        words = [_figures(answer) for answer in (first, second) if answer is not None]
        if first is not None and second is not None:
            gap = difference(first.scores, second.scores)
            words = [f"A: {words[0]}", f"B: {words[1]}", f"Strict score, A − B: {gap}"]
        self.figures.setText("\n".join(words))
        self.figures.setVisible(bool(words))

    def _rate(self) -> None:
        if self._shown is not None and self._shown.first.answer is not None:
            self.rate_wanted.emit(self._shown.first.answer)


def _answer(detail: ItemDetail) -> tuple[str, str]:
    """Return the answer's text, and what stands in its place where there is none."""
    if detail.answer is not None:
        return detail.answer.output.completion.text, "(empty)"
    return "", detail.row.error or "No answer yet: the item waits for its turn."


def _figures(answer: AnswerRow) -> str:
    completion = answer.output.completion
    cut = f" · {completion.cut_tokens:,} prompt tokens cut" if completion.cut_tokens else ""
    end = ending(completion.finish_reason)[0]
    return f"{answer.model_name} · {end} · {speed(completion)}{cut}"
