"""Which ratings count, and which question and metric are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from medsdesk.ui.compare.words import metric_label, protocol_label, question_line
from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy

if TYPE_CHECKING:
    from medsdesk.services.choose_ratings import RatingChoice
    from medsdesk.services.comparison_pictures import Compared, Looked, QuestionKey

ALL = "All"
_NONE_NAMED = {"study": "Outside of studies", "form": "No form named"}
_FROM, _UP_TO = "Acce&ptable from:", "Acce&ptable up to:"
_WIDEST_CHARS = 24
_PARTS = (
    ("study", "Stud&y:"),
    ("category", "&Category:"),
    ("model", "M&odel:"),
    ("rater", "R&ater:"),
    ("language", "La&nguage:"),
    ("form", "&Form:"),
    ("protocol", "Scored &by:"),
)


class Filters(QWidget):
    """Choosers of what counts above, and of what is looked at below.

    Signals:
        chosen: Which ratings count was changed.
        looked: Question, metric or what is acceptable was changed.
    """

    chosen = Signal()
    looked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.parts = {name: _chooser() for name, _ in _PARTS}
        self.question = _chooser()
        self.scored = _chooser()
        self.acceptable = _chooser()
        self.acceptable.setToolTip(
            "Answers with a mean rating on the wrong side of this count as clinically unacceptable."
        )
        for box in self.parts.values():
            box.activated.connect(lambda _: self.chosen.emit())
        for box in (self.question, self.scored, self.acceptable):
            box.activated.connect(lambda _: self.looked.emit())
        above, below = QWidget(), QWidget()
        flow, line = FlowLayout(above, SMALL), FlowLayout(below, SMALL)
        for name, text in _PARTS:
            flow.addWidget(_together(buddy(text, self.parts[name]), self.parts[name]))
        self._acceptable_name = buddy(_FROM, self.acceptable)
        for named, box in (
            (buddy("&Question:", self.question), self.question),
            (buddy("&Metric:", self.scored), self.scored),
            (self._acceptable_name, self.acceptable),
        ):
            line.addWidget(_together(named, box))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(above)
        layout.addWidget(below)

    @property
    def choice(self) -> RatingChoice:
        """Which ratings count."""
        from medsdesk.services.choose_ratings import RatingChoice

        return RatingChoice(**{name: box.currentData() for name, box in self.parts.items()})

    @property
    def looked_at(self) -> tuple[QuestionKey | None, str | None, float | None]:
        """The question, the metric, and the mean rating from which on an answer is acceptable."""
        return (
            self.question.currentData(), self.scored.currentData(), self.acceptable.currentData()
        )  # fmt: skip

    def offer(self, compared: Compared) -> None:
        """Offer what there is to choose from; what was chosen stays so."""
        for name, box in self.parts.items():
            values = compared.offered[name]
            named = _NONE_NAMED.get(name, "None named")
            label = protocol_label if name == "protocol" else str
            chosen = getattr(compared.choice, name)
            _fill(box, [(ALL, None), *((label(v) if v else named, v) for v in values)], chosen)
            box.setEnabled(len(values) > 1 or chosen is not None)

    def show_looked(self, compared: Compared, looked: Looked | None) -> None:
        """Show which question and metric are looked at, and offer the others."""
        from medsdesk.services.answer_pictures import scale_points
        from medsdesk.services.comparison_pictures import key_of

        _fill(
            self.question,
            [(question_line(each), key_of(each)) for each in compared.questions],
            key_of(looked.question) if looked else None,
        )
        metrics = [each.metric for each in looked.strengths if each.metric] if looked else []
        _fill(
            self.scored,
            [(metric_label(name), name) for name in sorted(metrics, key=metric_label)],
            looked.metric if looked else None,
        )
        good = looked is None or looked.question.higher_is_better
        self._acceptable_name.setText(_FROM if good else _UP_TO)
        self.acceptable.setAccessibleName((_FROM if good else _UP_TO).replace("&", "").rstrip(":"))
        points = scale_points(looked.question) if looked else ()
        least = looked.roc.least if looked else None
        _fill(self.acceptable, [(f"{point:g}", point) for point in points], least)
        for box in (self.question, self.scored, self.acceptable):
            box.setEnabled(box.count() > 1)


def _chooser() -> QComboBox:
    made = QComboBox()
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    made.setMaximumWidth(made.fontMetrics().averageCharWidth() * 2 * _WIDEST_CHARS)
    return made


def _fill(box: QComboBox, choices: Sequence[tuple[str, object]], chosen: object) -> None:
    """Offer choices; the list is left alone where it is the same as before."""
    with QSignalBlocker(box):
        now = [(box.itemText(n), box.itemData(n)) for n in range(box.count())]
        if now != list(choices):
            box.clear()
            for words, data in choices:
                box.addItem(words, data)
                box.setItemData(box.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
        at = next((n for n, (_, data) in enumerate(choices) if data == chosen), 0)
        box.setCurrentIndex(at if choices else -1)


def _together(name: QLabel, chooser: QComboBox) -> QWidget:
    """Return a chooser with its name before it, which a wrapping row keeps together."""
    pair = QWidget()
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SMALL)
    row.addWidget(name)
    row.addWidget(chooser)
    return pair
