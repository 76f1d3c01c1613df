"""Which run, which run beside it, and which of its items: one click for each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.results.control import Filter
from medsdesk.ui.results.item_view import KIND_NAMES, KIND_TIPS, run_line
from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.wording import day_and_time

if TYPE_CHECKING:
    from medsdesk.services.browse_items import Chosen
    from medsdesk.services.item_kinds import Kind
    from medsdesk.store.items import RunChoice
    from medsdesk.ui.theme import Role

PAUSE_MS = 350
_ALWAYS = 5  # of the kinds: these are offered also where there is none
_ORDERS = (("As in the run", "run"), ("Lowest score first", "lowest"), ("Highest first", "highest"))
_ALL_TASKS = "All tasks"
_NO_SECOND = "no other run"


class FilterBar(QWidget):
    """Choosers of runs above, then kinds with their counts, task, order and search.

    Signals:
        run_chosen: Id of the run to show.
        second_chosen: Id of the run to put beside it; None for none.
        changed: A ``Filter``.
    """

    run_chosen = Signal(str)
    second_chosen = Signal(object)
    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.run = _chooser()
        self.second = _chooser()
        self.task = _chooser()
        self.order = _chooser()
        for words, name in _ORDERS:
            self.order.addItem(words, name)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search text, reference and answer (Ctrl+F)")
        self.search.setAccessibleName("Search the items")
        self.search.setClearButtonEnabled(True)
        self.kinds: dict[Kind | None, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._runs: Sequence[RunChoice] = ()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self._make_kinds()
        self._build()
        self.show_counts(None)
        self.run.activated.connect(lambda _: self.run_chosen.emit(self.run.currentData()))
        self.second.activated.connect(lambda _: self.second_chosen.emit(self.second.currentData()))
        for box in (self.task, self.order):
            box.activated.connect(lambda _: self._tell())
        self.search.textChanged.connect(lambda _: self._pause.start())
        self.search.returnPressed.connect(self._tell)

    def _make_kinds(self) -> None:
        self._add_kind(None, "Every item of the run.")
        for kind in KIND_NAMES:
            self._add_kind(kind, KIND_TIPS[kind])
        self.kinds[None].setChecked(True)

    def _add_kind(self, kind: Kind | None, tip: str) -> None:
        made = QToolButton()
        made.setObjectName("chip")
        made.setCheckable(True)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.setToolTip(tip)
        made.setStatusTip(tip)
        made.setAccessibleDescription(tip)
        made.clicked.connect(lambda *_: self._tell())
        self._group.addButton(made)
        self.kinds[kind] = made

    def _build(self) -> None:
        runs = QHBoxLayout()
        runs.setSpacing(SMALL)
        runs.addWidget(_named("R&un", self.run, "strong"))
        runs.addWidget(self.run, 3)
        runs.addWidget(_named("&Beside", self.second, "strong"))
        runs.addWidget(self.second, 2)
        chips = QWidget()
        flow = FlowLayout(chips, SMALL)
        for made in self.kinds.values():
            flow.addWidget(made)
        line = QHBoxLayout()
        line.setSpacing(SMALL)
        line.addWidget(self.search, 2)
        line.addWidget(_named("Tas&k", self.task))
        line.addWidget(self.task, 1)
        line.addWidget(_named("&Order", self.order))
        line.addWidget(self.order, 1)
        self.state = label("", "quiet", wrap=True)
        self.state.setAccessibleName("Items found")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addLayout(runs)
        layout.addWidget(chips)
        layout.addLayout(line)
        layout.addWidget(self.state)

    @property
    def filter(self) -> Filter:
        """What is asked for now."""
        kind = next((kind for kind, made in self.kinds.items() if made.isChecked()), None)
        return Filter(
            kind, self.task.currentData(), self.search.text(), self.order.currentData() or "run"
        )

    def show_runs(self, runs: Sequence[RunChoice], shown: str | None) -> None:
        """Offer the runs; the one shown stays chosen."""
        self._runs = runs
        _fill(self.run, [(_line(run), run.id) for run in runs], shown)
        self._offer_second(shown, self.second.currentData())

    def show_run(self, run_id: str, titles: Mapping[str, str]) -> None:
        """Show which run is open, and offer its tasks and the runs that can stand beside it."""
        found = self.run.findData(run_id)
        self.run.setCurrentIndex(found)
        run = next((run for run in self._runs if run.id == run_id), None)
        tasks = run.task_ids if run is not None else ()
        named = [(titles.get(task, task), task) for task in tasks]
        _fill(self.task, [(_ALL_TASKS, None), *named], None)
        self._offer_second(run_id, None)

    def choose_kind(self, kind: Kind | None) -> None:
        """Press the button of a kind, and forget every other wish."""
        with QSignalBlocker(self.search):
            self.search.clear()
        self.task.setCurrentIndex(0)
        self.order.setCurrentIndex(0)
        self.kinds[kind].setChecked(True)
        self._tell()

    def show_counts(self, chosen: Chosen | None) -> None:
        """Show how many items there are of each kind; None while they are not counted yet."""
        for number, (kind, made) in enumerate(self.kinds.items()):
            name = "All" if kind is None else KIND_NAMES[kind]
            count = None
            if chosen is not None:
                count = chosen.all if kind is None else chosen.counts.get(kind, 0)
            made.setText(name if count is None else f"{name} {count:,}")
            made.setAccessibleName(made.text())
            made.setVisible(number <= _ALWAYS or bool(count) or made.isChecked())

    def _offer_second(self, run_id: str | None, chosen: str | None) -> None:
        own = next((set(run.task_ids) for run in self._runs if run.id == run_id), set())
        others = [run for run in self._runs if run.id != run_id and own & set(run.task_ids)]
        _fill(self.second, [(_NO_SECOND, None), *((_line(run), run.id) for run in others)], chosen)
        self.second.setEnabled(bool(others))

    def _tell(self) -> None:
        self._pause.stop()
        self.changed.emit(self.filter)


def _named(text: str, widget: QWidget, role: Role | None = None) -> QLabel:
    """Return a label that is never squeezed by the chooser it names."""
    made = buddy(text, widget, role)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def _chooser() -> QComboBox:
    made = QComboBox()
    # As wide as there is room, not as wide as the longest run's name.
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(12)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return made


def _fill(box: QComboBox, choices: Sequence[tuple[str, str | None]], chosen: str | None) -> None:
    box.clear()
    for words, data in choices:
        box.addItem(words, data)
        box.setItemData(box.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
    box.setCurrentIndex(max(0, box.findData(chosen)) if choices else -1)


def _line(run: RunChoice) -> str:
    return run_line(run, day_and_time(run.created_at))
