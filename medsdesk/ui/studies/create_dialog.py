"""Asks what a new study is made of, and says while one chooses what so many items can show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from medsdesk.core.errors import UserFacingError
from medsdesk.services.create_study import MOST_ITEMS, StudyRequest, design_of
from medsdesk.studies.sample_size import statement
from medsdesk.ui.command_words import in_window
from medsdesk.ui.results.item_view import run_line
from medsdesk.ui.studies.practice_row import PracticeRow
from medsdesk.ui.studies.words import KINDS, few_words, most_items
from medsdesk.ui.theme import MEDIUM, SMALL, TINY, set_tone
from medsdesk.ui.widgets.boxes import combo, spin
from medsdesk.ui.widgets.buttons import button, closing
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.tables import TickDelegate
from medsdesk.ui.widgets.text_box import TextBox
from medsdesk.ui.wording import day_and_time

if TYPE_CHECKING:
    from medsdesk.core.rating import Instrument
    from medsdesk.store.items import RunChoice
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk

_FITTING = "The one that fits each task"
_RUN = Qt.ItemDataRole.UserRole + 1
_LANGUAGES = (
    ("en", "English"), ("zh", "Chinese"), ("ja", "Japanese"), ("fr", "French"), ("ru", "Russian"),
    ("es", "Spanish"),
)  # fmt: skip


class CreateDialog(QDialog):
    """The choices of a new study.

    Args:
        desk: Reads the runs.
        rater: Offered as the first rater.
        parent: Of the dialog.

    Signals:
        made: The ``StudyRequest`` to make.
        stop_wanted: It is not to be made after all.
    """

    made = Signal(object)
    stop_wanted = Signal()

    def __init__(self, desk: Desk, rater: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("New study")
        self.name = QLineEdit()
        self.runs = QListWidget()
        self.runs.setItemDelegate(TickDelegate(self.runs))
        self.kind = combo(tuple(KINDS.items()))
        self.items = spin(1, MOST_ITEMS)
        self.practice = PracticeRow(desk)
        self.items.setValue(100)
        self.items.setKeyboardTracking(True)
        self.raters = TextBox("Raters, one to a line", lines=3)
        self.raters.setPlainText(rater)
        self.form = combo(((None, _FITTING),))
        self.language = combo(_LANGUAGES)
        self.reference = QCheckBox("Show raters the &reference answer")
        self.repeats = spin(0, 50)
        self.repeats.setSuffix(" %")
        self.repeats.setValue(10)
        self.checks = spin(0, 50)
        self.checks.setSuffix(" %")
        self.checks.setValue(2)
        self.instructions = TextBox("Instructions for raters", lines=2)
        self.statement = label("", wrap=True)
        self.statement.setAccessibleName("What this many items can show")
        self.bar = QProgressBar()
        self.bar.setAccessibleName("How far the study is made")
        self.bar.hide()
        self.making = False
        self._forms: tuple[Instrument, ...] = ()
        self._runs: dict[str, RunChoice] = {}
        self.make_button = button("&Make study", self._make, "primary")
        self._build()
        self._connect()
        desk.browse.submit(_read, self._fill, self.show_refusal)

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(SMALL)
        grid.setColumnStretch(1, 1)
        rows = (
            ("&Name:", self.name),
            ("&Runs whose answers are rated:", self.runs),
            ("What is &done:", self.kind),
            ("&Items:", self.items),
            ("&Practice items first:", self.practice),
            ("Ra&ters, one to a line:", self.raters),
            ("&Form:", self.form),
            ("&Language of the form:", self.language),
            ("Items that come &back later:", self.repeats),
            ("Items &damaged on purpose:", self.checks),
            ("In&structions:", self.instructions),
        )
        for row, (text, part) in enumerate(rows):
            target = part.number if isinstance(part, PracticeRow) else part
            tall = isinstance(part, (QListWidget, TextBox))
            place = Qt.AlignmentFlag.AlignTop if tall else Qt.AlignmentFlag.AlignVCenter
            grid.addWidget(buddy(text, target), row, 0, place)
            grid.addWidget(part, row, 1)
            if tall:  # from its least height on, all share the room there is
                part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
                grid.setRowStretch(row, 1)
        grid.addWidget(self.reference, len(rows), 1)
        self._dress()
        inner = QWidget()
        inner.setObjectName("clear")
        inner.setLayout(grid)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(MEDIUM)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.statement)
        layout.addWidget(self.bar)
        layout.addLayout(closing(button("Cancel", self.reject), self.make_button))
        char, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        self.resize(min(1100, char * 140), min(860, line * 50))

    def _dress(self) -> None:
        self.runs.setObjectName("lines")
        self.runs.setWordWrap(True)
        self.runs.setSpacing(TINY)
        self.runs.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.runs.setMinimumHeight(4 * self.fontMetrics().lineSpacing())
        self.items.setToolTip("Without those that come back and those that are damaged.")
        self.repeats.setToolTip("They tell how well a rater agrees with themselves.")
        self.checks.setToolTip("They tell whether a rater reads with care.")

    def _connect(self) -> None:
        for changed in (
            self.name.textChanged,
            self.raters.textChanged,
            self.runs.itemChanged,
            self.kind.currentIndexChanged,
            self.items.valueChanged,
            self.practice.changed,
            self.repeats.valueChanged,
            self.checks.valueChanged,
        ):
            changed.connect(lambda *_: self._show_statement())
        self.kind.currentIndexChanged.connect(lambda _: self._offer_forms())

    def request(self) -> StudyRequest:
        """Return what is chosen."""
        return StudyRequest(
            name=self.name.text(),
            runs=tuple(self._ticked()),
            raters=tuple(name for name in self.raters.text.splitlines() if name.strip()),
            kind=self.kind.currentData(),
            n_items=self.items.value(),
            agreed=self.practice.agreed,
            n_calibration=self.practice.number.value(),
            repeat_share=self.repeats.value() / 100,
            attention_share=self.checks.value() / 100,
            show_reference=self.reference.isChecked(),
            form=self.form.currentData(),
            language=self.language.currentData(),
            instructions=self.instructions.text,
        )

    def _ticked(self) -> list[str]:
        """Return the ids of the runs that are ticked."""
        items = [self.runs.item(n) for n in range(self.runs.count())]
        return [
            str(item.data(_RUN)) for item in items if item.checkState() == Qt.CheckState.Checked
        ]

    def show_progress(self, done: int, of: int) -> None:
        """Show how many answers are read, then that the lists are drawn."""
        self.bar.setRange(0, of if done < of else 0)
        self.bar.setValue(done)
        doing = f"{done:,} of {of:,} answers are read." if done < of else "Drawing the lists …"
        self._say(doing, refused=False)

    def show_stopped(self) -> None:
        """Say that the study was not made; everything chosen stays."""
        self._end()
        self._say("Stopped: no study was made, and everything chosen is still here.", refused=False)

    def reject(self) -> None:
        """Close; while the study is made, stop that first."""
        if self.making:
            self.stop_wanted.emit()
        else:
            super().reject()

    def show_refusal(self, error: UserFacingError) -> None:
        """Say why the study was not made; everything chosen stays."""
        self._end()
        self._say(f"{in_window(error.message)} {in_window(error.hint)}", refused=True)

    def _show_statement(self) -> None:
        """Say what so many items can show, or what is still missing."""
        try:
            design = design_of(self.request())
        except UserFacingError as error:
            self.make_button.setEnabled(False)
            self._say(f"{in_window(error.message)} {in_window(error.hint)}", refused=False)
            return
        chosen = [self._runs[run] for run in self._ticked()]
        most = most_items(design.kind, [(run.model_name, run.answered) for run in chosen])
        few = few_words(most, design.n_items, design.n_calibration)
        design = replace(design, n_items=min(design.n_items, most - design.n_calibration))
        self.make_button.setEnabled(design.n_items > 0)
        shows = statement(design) if design.n_items > 0 else ""
        self._say(f"{few} {shows}".strip(), refused=False)
        if few:
            set_tone(self.statement, "warn")

    def _say(self, words: str, *, refused: bool) -> None:
        self.statement.setText(words)
        set_tone(self.statement, "danger" if refused else "plain")

    def _make(self) -> None:
        self.making = True
        self.make_button.setEnabled(False)
        self.make_button.setText("Making the study …")
        self.bar.setRange(0, 0)
        self.bar.show()
        self.made.emit(self.request())

    def _end(self) -> None:
        self.making = False
        self.bar.hide()
        self.make_button.setText("&Make study")
        self.make_button.setEnabled(True)

    def _offer_forms(self) -> None:
        """Offer the forms that fit what is done with an item."""
        kind = self.kind.currentData()
        self.form.clear()
        self.form.addItem(_FITTING, None)
        for form in self._forms:
            if form.kind == kind:
                self.form.addItem(form.title, form.id)

    def _fill(self, found: tuple[tuple[RunChoice, ...], tuple[Instrument, ...]]) -> None:
        runs, forms = found
        for run in runs:
            self._runs[run.id] = run
            item = QListWidgetItem(run_line(run, day_and_time(run.created_at)))
            item.setToolTip(item.text())
            item.setData(_RUN, run.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.runs.addItem(item)
        self._forms = forms
        self._offer_forms()
        if runs:
            self._show_statement()
        else:
            self._say("There is no run yet: let a model answer on the page Evaluate.", refused=True)
            self.make_button.setEnabled(False)


def _read(ws: Workspace) -> tuple[tuple[RunChoice, ...], tuple[Instrument, ...]]:
    """Return the runs with answers, and the forms; called on the job thread."""
    from medsdesk.services.browse_items import runs_to_browse
    from medsdesk.services.instruments import form_names, load_instrument
    from medsdesk.services.own_forms import own_forms

    forms = (*(load_instrument(name) for name in form_names()), *own_forms(ws))
    return tuple(run for run in runs_to_browse(ws) if run.answered), forms
