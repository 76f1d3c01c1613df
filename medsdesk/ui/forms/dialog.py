"""The dialog "Rating forms": which there are, what each asks, and the way to an own one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from medsdesk.ui.command_words import in_window
from medsdesk.ui.forms.builder import LANGUAGE_NAMES, FormBuilder
from medsdesk.ui.forms.control import FormsControl
from medsdesk.ui.forms.draft import FormDraft, draft_of, new_question
from medsdesk.ui.forms.preview import FormPreview
from medsdesk.ui.theme import MEDIUM, SMALL, set_tone
from medsdesk.ui.widgets.boxes import combo
from medsdesk.ui.widgets.buttons import button, closing
from medsdesk.ui.widgets.files import ask_open, ask_save
from medsdesk.ui.widgets.labels import buddy, label, show_line
from medsdesk.ui.widgets.tables import LowTable, dress, fill, set_lines

if TYPE_CHECKING:
    from pathlib import Path

    from medsdesk.core.errors import UserFacingError
    from medsdesk.core.rating import Instrument
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.forms.control import FormsListed
    from medsdesk.ui.theme import Tone

_ABOUT = (
    "A form says what raters are asked. Those that come with MedsDesk never change; make your own "
    "from any of them, and share it as a file."
)
_COLUMNS = ("Form", "For", "Whose")
_KINDS = {"single": "One output", "pair": "A pair"}
_FILES = "Rating forms (*.toml);;All files (*)"
_FILE = "Rating form (*.toml)"


class FormsDialog(QDialog):
    """The list on the left, the form on the right.

    Args:
        desk: Job threads.
        parent: Over which it stands.
    """

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Rating forms")
        self.control = FormsControl(desk, self)
        self.builder: FormBuilder | None = None
        self._listed: FormsListed | None = None
        self._wanted = ""
        self.table = LowTable(0, len(_COLUMNS))
        self.table.setHorizontalHeaderLabels(_COLUMNS)
        self.language = combo(LANGUAGE_NAMES)
        self.preview = FormPreview()
        self.message = label("", wrap=True)
        self.message.hide()
        self.new_button = button("&New form", self.make_new, tip="Begin with an empty form.")
        self.change_button = button("&Change", self.change)
        self.add_button = button("&Add from a file…", self._ask_add)
        self.write_button = button("&Save to a file…", self._ask_write, tip="To share the form.")
        self.close_button = button("Close", self.reject)
        self._build()
        self._connect()
        self.control.refresh()
        self.table.setFocus()
        window = parent.window()
        self.resize(round(window.width() * 0.9), round(window.height() * 0.88))

    def _build(self) -> None:
        dress(self.table, stretched=0)
        set_lines(self.table, 8)
        right = QWidget()
        reading = QVBoxLayout(right)
        reading.setContentsMargins(0, 0, 0, 0)
        reading.setSpacing(SMALL)
        line = QHBoxLayout()
        line.setSpacing(SMALL)
        line.addWidget(buddy("&Language", self.language))
        line.addWidget(self.language)
        line.addStretch(1)
        reading.addLayout(line)
        reading.addWidget(self.preview, 1)
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(right)
        split.setHandleWidth(SMALL)
        split.setSizes([11_000, 9_000])  # parts of the whole, far above the least widths
        deeds = QHBoxLayout()
        deeds.setSpacing(SMALL)
        for part in (self.new_button, self.change_button, self.add_button, self.write_button):
            deeds.addWidget(part)
        deeds.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(SMALL)
        layout.addWidget(label("Rating forms", "title"))
        layout.addWidget(label(_ABOUT, wrap=True))
        layout.addWidget(split, 1)
        layout.addLayout(deeds)
        layout.addWidget(self.message)
        layout.addLayout(closing(self.close_button))

    def _connect(self) -> None:
        self.table.itemSelectionChanged.connect(self._show_chosen)
        self.language.activated.connect(lambda _: self._show_chosen())
        self.control.listed.connect(self._show_list)
        self.control.read.connect(self.preview.show_form)
        self.control.added.connect(self._show_added)
        self.control.written.connect(self._show_written)
        self.control.refused.connect(self._show_refusal)

    @property
    def chosen(self) -> Instrument | None:
        """The form that is chosen in the list."""
        row = self.table.currentRow()
        if self._listed is None or not 0 <= row < len(self._listed.all):
            return None
        return self._listed.all[row]

    def choose(self, name: str) -> None:
        """Choose a form by its id, if it is in the list."""
        ids = [form.id for form in self._listed.all] if self._listed else []
        if name in ids:
            self.table.selectRow(ids.index(name))

    def make_new(self) -> None:
        """Open an empty form."""
        self._open(FormDraft(questions=[new_question()]))

    def change(self) -> None:
        """Open the next version of an own form, or an own one that begins with one of ours."""
        form = self.chosen
        if form is None or self._listed is None:
            return
        own = form in self._listed.own
        shown = self.preview.form
        # As it is read now: in another language its words are the beginning.
        self._open(draft_of(shown if shown and shown.id == form.id else form, own=own))

    def add_file(self, path: Path) -> None:
        """Take a form in that came as a file."""
        self.control.add_file(path)

    def write_file(self, path: Path) -> None:
        """Write the chosen form to a file."""
        if self.chosen is not None:
            self.control.write(self.chosen.id, path)

    def _open(self, draft: FormDraft) -> None:
        if self._listed is None:
            return
        self._say("", "plain")
        self.builder = FormBuilder(self.control, draft, self._listed, self)
        self.builder.open()

    def _ask_add(self) -> None:
        if path := ask_open(self, "Add a rating form", _FILES):
            self.add_file(path)

    def _ask_write(self) -> None:
        form = self.chosen
        if form is not None and (
            asked := ask_save(self, "Save the form", f"{form.id}-{form.version}.toml", (_FILE,))
        ):
            self.write_file(asked[0])

    def _show_list(self, listed: FormsListed) -> None:
        self._listed = listed
        rows = [
            (
                form.title, _KINDS[form.kind],
                "Own" if form in listed.own else "MedsDesk",
            )
            for form in listed.all
        ]  # fmt: skip
        fill(self.table, rows)
        self.choose(self._wanted)
        self._wanted = ""
        self._show_chosen()

    def _show_chosen(self) -> None:
        form = self.chosen
        for part in (self.change_button, self.write_button):
            part.setEnabled(form is not None)
        if form is None or self._listed is None:
            return
        own = form in self._listed.own
        words = "&Change" if own else "Make my &own of it"
        self.change_button.setText(words)
        self.change_button.setAccessibleName(words.replace("&", ""))
        self.language.setEnabled(not own)
        self.control.read_form(form.id, self.language.currentData())

    def _show_added(self, form: Instrument, new: object) -> None:
        self._wanted = form.id
        self.control.refresh()
        state = "is in the list now" if new else "was in the list already"
        self._say(f"'{form.title}', version {form.version}, {state}.", "good")

    def _show_written(self, path: Path) -> None:
        self._say(f"The form was saved as {path}. Others add it with 'Add from a file'.", "good")

    def _show_refusal(self, error: UserFacingError) -> None:
        if self.builder is None or not self.builder.isVisible():
            self._say(in_window(f"{error.message} {error.hint}"), "danger")

    def _say(self, words: str, tone: Tone) -> None:
        show_line(self.message, words)
        set_tone(self.message, tone)
