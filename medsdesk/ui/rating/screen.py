"""The rating screen: text, outputs and questions of one item, side by side or below each other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.rating.head import Head
from medsdesk.ui.rating.key_bar import KeyBar
from medsdesk.ui.rating.mark_panel import MarkPanel
from medsdesk.ui.rating.notice import Cover, Notice
from medsdesk.ui.rating.outputs_panel import OutputsPanel
from medsdesk.ui.rating.question_form import QuestionForm
from medsdesk.ui.rating.source_panel import SourcePanel
from medsdesk.ui.rating.still_scroll import StillScroll
from medsdesk.ui.rating.tall_column import TallColumn
from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.cards import card
from medsdesk.ui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from medsdesk.core.rating import Instrument
    from medsdesk.core.rating_view import RatingView
    from medsdesk.core.study_rating import MarkTarget
    from medsdesk.ui.rating.marked_text import MarkedText

_TEXT_CHARS, _OUTPUT_CHARS = 34, 32


class RatingScreen(QWidget):
    """All parts of the screen; what they do is told by :class:`RatingControl`.

    Args:
        save_again: Tries again to save what could not be saved.
        go_on: Ends a break.
        form_made: Called with the questions of a form when it is first shown.
    """

    def __init__(
        self,
        save_again: Callable[[], object],
        go_on: Callable[[], object],
        form_made: Callable[[QuestionForm], object],
    ) -> None:
        super().__init__()
        self.head = Head(save_again)
        self.messages = MessageBar()
        self.notice = Notice()
        self.source = SourcePanel()
        self.outputs = OutputsPanel()
        self.marks = MarkPanel()
        self.keys = KeyBar()
        self.cover = Cover(go_on)
        self.form: QuestionForm | None = None
        self._form_made = form_made
        self._forms: dict[tuple[str, str], QuestionForm] = {}
        self._pair = False
        self._questions = TallColumn()
        self._cards = [card(part) for part in (self.source, self.outputs, self._questions)]
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._work = QSplitter(Qt.Orientation.Horizontal)
        self._scroll = StillScroll()
        self._stack = QStackedWidget()
        self._build()

    def _build(self) -> None:
        for part in self._cards[1:]:
            self._work.addWidget(part)
        self._columns.addWidget(self._cards[0])
        self._columns.addWidget(self._work)
        self._columns.setObjectName("clear")
        for splitter in (self._columns, self._work):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(SMALL)
        self._work.setStretchFactor(0, 1)
        self._columns.setStretchFactor(1, 1)
        scroll = self._scroll  # for a small window with large text
        scroll.setWidget(self._columns)
        item = QWidget()
        column = QVBoxLayout(item)
        column.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        column.setSpacing(SMALL)
        column.addWidget(self.messages)
        column.addWidget(self.head)
        column.addWidget(self.notice)
        column.addWidget(scroll, 1)
        column.addWidget(self.keys)
        self._stack.addWidget(item)
        self._stack.addWidget(self.cover)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    @property
    def texts(self) -> dict[MarkTarget, MarkedText]:
        """The texts that can be marked."""
        return {"source": self.source.text, **self.outputs.texts}

    @property
    def covered(self) -> bool:
        """Whether the rater has a break."""
        return self._stack.currentWidget() is self.cover

    def show_cover(self, *, shown: bool) -> None:
        """Cover the texts, or show them again."""
        self._stack.setCurrentIndex(1 if shown else 0)
        if shown:
            self.cover.button.setFocus()

    def show_view(self, view: RatingView) -> None:
        """Show texts and places of an item; the questions are shown by their own state."""
        self.head.show_item(view)
        self.notice.show_item(view)
        self.source.show_item(view.source, view.reference)
        self._show_form(view.form)
        self.keys.show_item(view)
        pair = len(view.outputs) > 1
        if pair != self._pair:
            self._pair = pair
            self.reflow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the questions below the output where both do not fit side by side."""
        super().resizeEvent(event)
        self.reflow()

    def reflow(self) -> None:
        """Choose what stands side by side and what below for the width there is."""
        char = self.fontMetrics().averageCharWidth()
        self.source.text.setMinimumWidth(_TEXT_CHARS * char)
        for text in self.outputs.texts.values():
            text.setMinimumWidth(_OUTPUT_CHARS * char)
        source, *parts = (part.minimumSizeHint().width() for part in self._cards)
        room = self.width() - 4 * SMALL
        beside = not self._pair and room >= source + sum(parts) + 2 * SMALL
        apart = room >= source + max(parts) + SMALL
        _turn(self._work, across=beside)
        _turn(self._columns, across=apart)
        if self.form is not None:
            self.form.questions.show_within(self._room_below() if apart and not beside else 0)
        self._share(room, parts, beside=beside, apart=apart)

    def _room_below(self) -> int:
        """Return the pixels in height for questions that stand below the outputs."""
        if self.form is None:
            return 0
        around = self._cards[2].minimumSizeHint().height() - self._questions.minimumHeight()
        outputs = self._cards[1].minimumSizeHint().height()
        return self._scroll.height() - outputs - around - self.form.besides - SMALL

    def show_marks(self, *, wanted: bool) -> None:
        """Bring types and list of the marks into view, or let them lie where they are."""
        if self.form is not None:
            self.form.show_part(self.marks, wanted=wanted)

    def _share(self, room: int, parts: list[int], *, beside: bool, apart: bool) -> None:
        """Give the text a third, the questions what they need, the output the rest."""
        if apart:
            least = parts[0] + parts[1] if beside else max(parts)
            source = max(min(room * 3 // 10, room - least), 1)
            self._columns.setSizes([source, room - source])
            room -= source
        if beside:
            questions = max(parts[1], room // 2)
            self._work.setSizes([max(1, room - questions), questions])
        else:  # the questions as tall as they are, the outputs all the rest
            self._work.setSizes([self.height(), 1])

    def _bring_into_view(self, part: QWidget) -> None:
        self._scroll.ensureWidgetVisible(part, 0, SMALL)

    def _show_form(self, form: Instrument) -> None:
        key = (form.sha256, form.language)
        wanted = self._forms.get(key)
        if wanted is None:
            wanted = self._forms[key] = QuestionForm(form)
            self._questions.column.insertWidget(0, wanted, 1)
            for row in wanted.rows.values():
                row.entered.connect(partial(self._bring_into_view, row))
            wanted.comment.entered.connect(partial(self._bring_into_view, wanted.comment))
            self._form_made(wanted)
        if wanted is not self.form:
            if self.form is not None:
                self.form.hide()
            self.form = wanted
            wanted.questions.take(self.marks)
            wanted.show()
            self.reflow()


def _turn(splitter: QSplitter, *, across: bool) -> None:
    wanted = Qt.Orientation.Horizontal if across else Qt.Orientation.Vertical
    if splitter.orientation() != wanted:
        splitter.setOrientation(wanted)
