"""The dialog in which a rating form is made or changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QGridLayout,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from medsdesk.services.form_faults import LONGEST, MOST_MARKS, form_faults
from medsdesk.ui.command_words import in_window
from medsdesk.ui.forms.cells import CellTable
from medsdesk.ui.forms.draft import DraftMark, draft_fields
from medsdesk.ui.forms.preview import FormPreview
from medsdesk.ui.forms.question_panel import QuestionPanel
from medsdesk.ui.forms.questions_list import QuestionsList
from medsdesk.ui.theme import MEDIUM, SMALL, TINY, set_tone
from medsdesk.ui.widgets.boxes import choose, combo
from medsdesk.ui.widgets.buttons import button, closing
from medsdesk.ui.widgets.labels import buddy, label, show_line

if TYPE_CHECKING:
    from medsdesk.core.errors import UserFacingError
    from medsdesk.core.rating import Instrument
    from medsdesk.ui.forms.control import FormsControl, FormsListed
    from medsdesk.ui.forms.draft import FormDraft
    from medsdesk.ui.theme import Tone

LANGUAGE_NAMES = (
    ("en", "English"), ("zh", "Chinese"), ("ja", "Japanese"), ("fr", "French"),
    ("ru", "Russian"), ("es", "Spanish"),
)  # fmt: skip
_PAUSE_MS = 150
_DROP = "What you made is not saved yet. Press Cancel once more to drop it."


class FormBuilder(QDialog):
    """Makes a form; what is wrong with it is said while it is typed.

    Args:
        control: Keeps the form.
        draft: What it begins with; it is changed in place.
        listed: The forms that are there.
        parent: Over which it stands.

    Signals:
        kept: Id of the form, which is in the workspace now.
    """

    kept = Signal(str)

    def __init__(
        self, control: FormsControl, draft: FormDraft, listed: FormsListed, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setWindowTitle("Change a form" if draft.id else "New form")
        self.draft = draft
        self._control = control
        self._listed = listed
        self._changed = self._warned = False
        self.title = _line(draft.title, "title")
        self.source = _line(draft.source, "source")
        self.kind = combo((("single", "One output"), ("pair", "Two outputs, compared")))
        choose(self.kind, draft.kind)
        self.language = combo(LANGUAGE_NAMES)
        choose(self.language, draft.language)
        self.edit = QCheckBox("Raters may &correct the output")
        self.edit.setChecked(draft.edit)
        self.questions = QuestionsList(draft)
        self.question = QuestionPanel()
        self.marks = CellTable(
            "What raters mark", ("Name", "When to use it", "In output", "In source"), MOST_MARKS, 2
        )
        self.marks.share(words=0, rest=1)
        self.marks.show_rows([(m.label, m.meaning, m.output, m.source) for m in draft.marks])
        self.weighed = QCheckBox("Ask how &grave each mark is: major or minor")
        self.weighed.setChecked(draft.weighed)
        self.preview = FormPreview("The form is shown here as soon as nothing is missing.")
        self.preview.show_form(None)
        self.message = label("", wrap=True)
        self.save_button = button("&Save the form", self.save, "primary")
        self.cancel_button = button("Cancel", self.reject)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._build()
        self._connect()
        self.questions.show_labels(0)
        self._show_state()
        self.title.setFocus()
        window = parent.window()
        self.resize(round(window.width() * 0.95), round(window.height() * 0.92))

    def _build(self) -> None:
        left = QWidget()
        left.setObjectName("clear")
        form = QVBoxLayout(left)
        form.setContentsMargins(0, 0, SMALL, 0)
        form.setSpacing(TINY)
        form.addWidget(buddy("Titl&e of the form", self.title, "strong"))
        form.addWidget(self.title)
        form.addWidget(buddy("Source: what it is modelled &on", self.source))
        form.addWidget(self.source)
        form.addLayout(self._choices())
        form.addWidget(self.edit)
        form.addSpacing(SMALL)
        form.addWidget(self.questions)
        form.addWidget(self.question)
        form.addSpacing(SMALL)
        form.addWidget(buddy("&Marks in the text (empty lines are left out)", self.marks, "strong"))
        form.addWidget(self.marks)
        form.addWidget(self.weighed)
        form.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(left)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(scroll)
        split.addWidget(self.preview)
        split.setHandleWidth(SMALL)
        split.setSizes([12_000, 8_000])  # parts of the whole, far above the least widths
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(SMALL)
        layout.addWidget(split, 1)
        layout.addWidget(self.message)
        layout.addLayout(closing(self.cancel_button, self.save_button))

    def _choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SMALL)
        grid.setVerticalSpacing(TINY)
        for column, (text, box) in enumerate(
            (("What is &rated", self.kind), ("&Language of its words", self.language))
        ):
            grid.addWidget(buddy(text, box), 0, column)
            grid.addWidget(box, 1, column)
        return grid

    def _connect(self) -> None:
        for line in (self.title, self.source):
            line.textEdited.connect(lambda _: self._take())
        for box in (self.kind, self.language):
            box.activated.connect(lambda _: self._take())
        for tick in (self.edit, self.weighed):
            tick.toggled.connect(lambda _: self._take())
        self.marks.edited.connect(self._take)
        self.questions.chosen.connect(self.question.show_question)
        self.questions.edited.connect(self._take)
        self.question.edited.connect(self._take)
        self.question.edited.connect(self.questions.show_labels)
        self._pause.timeout.connect(self._show_state)
        self._control.added.connect(self._kept)
        self._control.refused.connect(self._refused)

    def save(self) -> None:
        """Keep the form in the workspace."""
        from medsdesk.services.write_form import form_text

        self._pause.stop()
        form = self._show_state()
        if form is not None:
            self.save_button.setEnabled(False)
            self._control.add(form_text(form), f"'{form.title}'")

    def reject(self) -> None:
        """Close, but ask once where something would be lost."""
        if self._changed and not self._warned:
            self._warned = True
            self._say(_DROP, "warn")
            return
        super().reject()

    def _take(self) -> None:
        """Take over what is typed."""
        draft = self.draft
        draft.title, draft.source = self.title.text(), self.source.text()
        draft.kind, draft.language = self.kind.currentData(), self.language.currentData()
        draft.edit, draft.weighed = self.edit.isChecked(), self.weighed.isChecked()
        ids = [mark.id for mark in draft.marks] + [""] * MOST_MARKS
        draft.marks = [
            DraftMark(name, str(row[0]), str(row[1]), bool(row[2]), bool(row[3]))
            for name, row in zip(ids, self.marks.rows(), strict=False)
        ]
        self._changed, self._warned = True, False
        self._pause.start()

    def _show_state(self) -> Instrument | None:
        """Say what is missing, or show the form, which is returned."""
        import msgspec

        from medsdesk.core.rating import Instrument

        taken = {form.id for form in self._listed.all}
        usual = self._listed.usual.get(self.draft.language, self._listed.usual["en"])
        fields = draft_fields(self.draft, taken, usual)
        faults = form_faults(fields, "")
        self.save_button.setEnabled(not faults)
        if faults:
            more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
            self._say(f"Not ready yet: {faults[0]}.{more}", "plain")
            return None
        self._say("", "plain")
        form = msgspec.convert({**fields, "sha256": ""}, Instrument)
        self.preview.show_form(form)
        return form

    def _kept(self, form: Instrument, _: object) -> None:
        self._changed = False
        self.kept.emit(form.id)
        self.accept()

    def _refused(self, error: UserFacingError) -> None:
        self.save_button.setEnabled(True)
        self._say(in_window(f"{error.message} {error.hint}"), "danger")

    def _say(self, words: str, tone: Tone) -> None:
        show_line(self.message, words)
        set_tone(self.message, tone)


def _line(text: str, name: str) -> QLineEdit:
    made = QLineEdit(text)
    made.setMaxLength(LONGEST[name])
    made.setCursorPosition(0)
    return made
