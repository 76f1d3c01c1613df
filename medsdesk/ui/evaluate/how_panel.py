"""Step two: models, worked cases, how many items, and limits; with Start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from medsdesk.core.model import AUTO_SLOTS
from medsdesk.tasks.prompts import TEMPLATE_NAMES
from medsdesk.ui.theme import SMALL, set_tone
from medsdesk.ui.widgets.boxes import choose, combo, spin
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.tables import TickDelegate
from medsdesk.ui.wording import WORDINGS

if TYPE_CHECKING:
    from medsdesk.core.model import ModelFile
    from medsdesk.services.evaluation_orders import Choices

_Choice = tuple[str, QWidget, str]
_MOST_LINES = 5
_MODEL = Qt.ItemDataRole.UserRole + 1
_SHOTS = ((None, "As each task says"), (0, "None"), *((n, str(n)) for n in range(1, 6)))
_CASES = (
    ("pool", "Other items of the same file"),
    ("own", "MedsDesk's own made-up cases"),
    ("leak", "The whole file, as the authors do"),
)
_MEANING = {
    "pool": "Drawn by the seed. No item is ever shown its own answer.",
    "own": "The same for every item of a task. Tasks outside the benchmark have none.",
    "leak": "An item may be shown its own answer. Only for comparing with the paper.",
}
_OVERFLOW = (
    ("refuse", "Fail, with the reason"),
    ("cut_left", "Are cut from the left, and marked"),
)
_SLOTS = (
    (1, "One: the standard"),
    (AUTO_SLOTS, "What suits this machine"),
    *((n, str(n)) for n in (2, 4, 8, 16)),
)
_LIKELIHOODS = (
    (False, "Answer alone"),
    (True, "Answer and odds"),
)


class HowPanel(QWidget):
    """How the next evaluation is done.

    Signals:
        changed: Something was chosen by the user.
        start_wanted: Start was pressed.
    """

    changed = Signal()
    start_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.models = _ModelList()
        self.models.itemChanged.connect(lambda _: self.changed.emit())
        self.shots = _combo(_SHOTS, 12)
        self.wording = _combo([(TEMPLATE_NAMES[name], words) for name, words in WORDINGS], 12)
        self.cases = _combo(_CASES)
        self.limit = spin(0, 1_000_000)
        self.limit.setSpecialValueText("All")
        self.seed = spin(0, 2_147_483_647)
        self.new_tokens = spin(1, 32_768)
        self.context = spin(256, 1_048_576, 512)
        self.overflow = _combo(_OVERFLOW)
        self.slots = _combo(_SLOTS, 12)
        self.likelihoods = _combo(_LIKELIHOODS, 12)
        self.meaning = label("", "quiet", wrap=True)
        self.outline = label("", wrap=True)
        self.start_button = button(
            "&Start", self.start_wanted.emit, "primary", "Begin the evaluation (Ctrl+Return)."
        )
        self._names: dict[QWidget, QLabel] = {}
        self._columns = 0
        self._build()
        boxes = (self.shots, self.wording, self.cases, self.overflow, self.slots, self.likelihoods)
        for box in boxes:
            box.activated.connect(lambda _: self._edited())
        for spinner in (self.limit, self.seed, self.new_tokens, self.context):
            spinner.valueChanged.connect(lambda _: self._edited())
        self._edited()

    def _build(self) -> None:
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SMALL)
        for row in _rows(self):
            for name, control, tip in row:
                self._names[control] = buddy(name, control)
                control.setToolTip(tip)
                control.setAccessibleDescription(tip)
        self.set_columns(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(label("2  How", "heading"))
        layout.addLayout(self._grid)
        layout.addWidget(self.outline)
        layout.addWidget(self.start_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)

    def set_columns(self, columns: int) -> None:
        """Put small choices side by side, or with one column all below each other."""
        if columns == self._columns:
            return
        self._columns = columns
        for widget in (*self._names, *self._names.values(), self.meaning):
            self._grid.removeWidget(widget)
        line = 0
        for row in _rows(self):
            width = columns if len(row) > 1 else 1
            for place, (_, control, _tip) in enumerate(row):
                at, column = line + place // width, 2 * (place % width)
                top = Qt.AlignmentFlag.AlignTop if control is self.models else Qt.AlignmentFlag(0)
                self._grid.addWidget(self._names[control], at, column, top)
                self._grid.addWidget(control, at, column + 1, 1, 1 if width > 1 else -1)
            line += -(-len(row) // width)
            if row[0][1] is self.cases:
                self._grid.addWidget(self.meaning, line, 1, 1, -1)
                line += 1
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, columns - 1)
        self._grid.setHorizontalSpacing(SMALL)

    def choices(self) -> Choices:
        """Return what is chosen."""
        from medsdesk.services.evaluation_orders import Choices

        return Choices(
            models=self.models.ticked(),
            shots=self.shots.currentData(),
            cases=self.cases.currentData(),
            limit=self.limit.value() or None,
            seed=self.seed.value(),
            max_new_tokens=self.new_tokens.value(),
            context=self.context.value(),
            overflow=self.overflow.currentData(),
            template=self.wording.currentData(),
            slots=self.slots.currentData(),
            likelihoods=self.likelihoods.currentData(),
        )

    def show_choices(self, choices: Choices) -> None:
        """Show choices without telling that the user made them."""
        for box, value in (
            (self.shots, choices.shots),
            (self.cases, choices.cases),
            (self.overflow, choices.overflow),
            (self.wording, choices.template),
            (self.slots, choices.slots),
            (self.likelihoods, choices.likelihoods),
        ):
            choose(box, value)
        for spinner, number in (
            (self.limit, choices.limit or 0),
            (self.seed, choices.seed),
            (self.new_tokens, choices.max_new_tokens),
            (self.context, choices.context),
        ):
            with QSignalBlocker(spinner):
                spinner.setValue(number)
        self.models.tick(choices.models)
        self._explain()

    def show_state(self, words: str, *, ready: bool) -> None:
        """Say what will happen, or what is missing, and whether it can start."""
        self.outline.setText(words)
        set_tone(self.outline, "plain")
        self.start_button.setEnabled(ready)

    def _edited(self) -> None:
        self._explain()
        self.changed.emit()

    def _explain(self) -> None:
        source = self.cases.currentData()
        self.meaning.setText(_MEANING[source])
        set_tone(self.meaning, "warn" if source == "leak" else "plain")
        self.cases.setAccessibleDescription(_MEANING[source])


def _rows(panel: HowPanel) -> tuple[tuple[_Choice, ...], ...]:
    """Return the choices with their names and what they mean, those that belong side by side."""
    return (
        (("&Models", panel.models, "Several are evaluated one after another."),),
        (
            ("Worked &cases", panel.shots, "Examples the model sees before each item."),
            ("Wo&rding", panel.wording, "Who words what is around an item in the prompt."),
        ),
        (("Cases &from", panel.cases, "Where the worked cases come from."),),
        (
            ("&Items per file", panel.limit, "0 for all; fewer are drawn by the seed."),
            ("See&d", panel.seed, "The same seed draws the same items and cases."),
        ),
        (
            ("Longest ans&wer", panel.new_tokens, "In tokens, about three quarters words."),
            ("Conte&xt", panel.context, "Prompt and answer together, in tokens."),
        ),
        (("Prompts &too long", panel.overflow, "What becomes of items that do not fit."),),
        (
            (
                "Items at o&nce",
                panel.slots,
                "Several at once are faster, and answers may come out in other words.",
            ),
            (
                "Score choices &by",
                panel.likelihoods,
                "Which of the options the model holds likeliest is one more score.",
            ),
        ),
    )


class _ModelList(QListWidget):
    """The models with tick boxes, as high as they are many."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("topics")
        self.setItemDelegate(TickDelegate(self))
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def sizeHint(self) -> QSize:
        """Return the size that shows two models at least and five at most."""
        line = self.sizeHintForRow(0) if self.count() else 2 * self.fontMetrics().height()
        lines = max(2, min(_MOST_LINES, self.count()))
        return QSize(super().sizeHint().width(), lines * line + 2 * self.frameWidth() + 4)

    def show_models(self, models: Sequence[ModelFile]) -> None:
        """List models; those that were ticked stay so."""
        ticked = self.ticked()
        with QSignalBlocker(self):
            self.clear()
            for model in models:
                demo = "Demonstration: " if model.is_demo else ""
                item = QListWidgetItem(f"{demo}{model.title}", self)
                item.setData(_MODEL, model.id)
                item.setToolTip(model.path)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Unchecked)
            if models and self.currentRow() < 0:
                self.setCurrentRow(0)
        self.tick(ticked)
        self.updateGeometry()

    def tick(self, ids: Sequence[str]) -> None:
        """Tick these models and no others."""
        with QSignalBlocker(self):
            for item in self._items():
                on = item.data(_MODEL) in ids
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.viewport().update()

    def ticked(self) -> tuple[str, ...]:
        """Return the ids of the models that are ticked, in the order of the list."""
        return tuple(
            item.data(_MODEL)
            for item in self._items()
            if item.checkState() == Qt.CheckState.Checked
        )

    def _items(self) -> list[QListWidgetItem]:
        return [self.item(row) for row in range(self.count())]


def _combo(entries: Sequence[tuple[object, str]], letters: int = 16) -> QComboBox:
    box = combo(entries)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(letters)
    return box
