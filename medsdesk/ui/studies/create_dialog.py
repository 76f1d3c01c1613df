"""Asks what a new study is made of, and says while one chooses what so many items can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from medsdesk.core.errors import UserFacingError
from medsdesk.ui.command_words import in_window
from medsdesk.ui.results.item_view import run_line
from medsdesk.ui.studies.words import KINDS
from medsdesk.ui.theme import MEDIUM, SMALL, set_tone
from medsdesk.ui.widgets.boxes import combo, spin
from medsdesk.ui.widgets.buttons import button, closing
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.tables import TickDelegate
from medsdesk.ui.widgets.text_box import TextBox
from medsdesk.ui.wording import day_and_time

if TYPE_CHECKING:
    from medsdesk.core.rating import Instrument
    from medsdesk.services.create_study import StudyRequest
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
    """

    made = Signal(object)

    def __init__(self, desk: Desk, rater: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("New study")
        self.name = QLineEdit()
        self.runs = QListWidget()
        self.runs.setItemDelegate(TickDelegate(self.runs))
        self.kind = combo(tuple(KINDS.items()))
        self.items = spin(1, 10_000)
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
        self._forms: tuple[Instrument, ...] = ()
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
            ("Ra&ters, one to a line:", self.raters),
            ("&Form:", self.form),
            ("&Language of the form:", self.language),
            ("Items that come &back later:", self.repeats),
            ("Items &damaged on purpose:", self.checks),
            ("In&structions:", self.instructions),
        )
        for row, (text, part) in enumerate(rows):
            grid.addWidget(buddy(text, part), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(part, row, 1)
        grid.addWidget(self.reference, len(rows), 1)
        self.runs.setObjectName("lines")
        self.runs.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.runs.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.runs.setMinimumHeight(4 * self.fontMetrics().lineSpacing())
        self.items.setToolTip("Without those that come back and those that are damaged.")
        self.repeats.setToolTip("They tell how well a rater agrees with themselves.")
        self.checks.setToolTip("They tell whether a rater reads with care.")
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
        layout.addLayout(closing(button("Cancel", self.reject), self.make_button))
        char, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        self.resize(min(1100, char * 140), min(860, line * 50))

    def _connect(self) -> None:
        for changed in (
            self.name.textChanged,
            self.raters.textChanged,
            self.runs.itemChanged,
            self.kind.currentIndexChanged,
            self.items.valueChanged,
            self.repeats.valueChanged,
            self.checks.valueChanged,
        ):
            changed.connect(lambda *_: self._show_statement())
        self.kind.currentIndexChanged.connect(lambda _: self._offer_forms())

    def request(self) -> StudyRequest:
        """Return what is chosen."""
        from medsdesk.services.create_study import StudyRequest

        ticked = [
            str(item.data(_RUN))
            for n in range(self.runs.count())
            if (item := self.runs.item(n)).checkState() == Qt.CheckState.Checked
        ]
        return StudyRequest(
            name=self.name.text(),
            runs=tuple(ticked),
            raters=tuple(name for name in self.raters.text.splitlines() if name.strip()),
            kind=self.kind.currentData(),
            n_items=self.items.value(),
            repeat_share=self.repeats.value() / 100,
            attention_share=self.checks.value() / 100,
            show_reference=self.reference.isChecked(),
            form=self.form.currentData(),
            language=self.language.currentData(),
            instructions=self.instructions.text,
        )

    def show_refusal(self, error: UserFacingError) -> None:
        """Say why the study was not made; everything chosen stays."""
        self.make_button.setText("&Make study")
        self.make_button.setEnabled(True)
        self._say(f"{in_window(error.message)} {in_window(error.hint)}", refused=True)

    def _show_statement(self) -> None:
        """Say what so many items can show, or what is still missing."""
        from medsdesk.services.create_study import design_of
        from medsdesk.studies.sample_size import statement

        try:
            design = design_of(self.request())
        except UserFacingError as error:
            self.make_button.setEnabled(False)
            self._say(f"{in_window(error.message)} {in_window(error.hint)}", refused=False)
            return
        self.make_button.setEnabled(True)
        self._say(statement(design), refused=False)

    def _say(self, words: str, *, refused: bool) -> None:
        self.statement.setText(words)
        set_tone(self.statement, "danger" if refused else "plain")

    def _make(self) -> None:
        self.make_button.setEnabled(False)
        self.make_button.setText("Making the study …")
        self.made.emit(self.request())

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
