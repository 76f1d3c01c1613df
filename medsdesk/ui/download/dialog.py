"""The dialog "Download MedS-Bench": asks first, shows how it goes, and what could not be had."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.command_words import in_window
from medsdesk.ui.download.control import DownloadControl
from medsdesk.ui.download.words import BY_FILE, KEPT, begun, figures, outcome, question
from medsdesk.ui.theme import MEDIUM, SMALL, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.files import ask_folder
from medsdesk.ui.widgets.labels import buddy, label, show_line
from medsdesk.ui.widgets.tables import LowTable, TickDelegate, dress, fill, set_lines
from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from medsdesk.core.errors import UserFacingError
    from medsdesk.hub.download import DownloadResult
    from medsdesk.hub.events import DownloadEvent, Progress
    from medsdesk.services.download_tasks import Asked
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.theme import Tone

_PARTS = 1000
_CATEGORY = Qt.ItemDataRole.UserRole + 1
_NONE = "Tick what to download."


class DownloadDialog(QDialog):
    """Fetches task files. It is not modal: the window can be used meanwhile.

    Signals:
        came: Folder with task files that are there now.
    """

    came = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Download MedS-Bench")
        self.control = DownloadControl(desk, self)
        self.question = label("", wrap=True)
        self.categories = QListWidget()
        self.categories.setObjectName("topics")
        self.categories.setItemDelegate(TickDelegate(self.categories))
        self.categories.itemChanged.connect(lambda _: self._show_state())
        self.everything = QCheckBox("&All categories")
        self.everything.clicked.connect(lambda on: self._tick_all(on=on))
        self.folder = QLineEdit()
        self.folder.textChanged.connect(lambda _: self._show_state())
        self.choose = button("&Choose…", self._ask_folder)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Part that is here")
        self.news = label("", wrap=True)
        self.figures = label("", wrap=True)
        self.failures = LowTable(0, 2)
        self.failures.setHorizontalHeaderLabels(("File", "Why it could not be had"))
        self.failures.setAccessibleName("Files that could not be had")
        self.failures.itemSelectionChanged.connect(self._show_row)
        self.row = label("", wrap=True)
        self.way = label(BY_FILE, "quiet", wrap=True)
        self.message = label("", wrap=True)
        self.start_button = button("&Download", self.start, "primary")
        self.close_button = button("Cancel", self.reject)
        self._rows: list[tuple[str, str]] = []
        self._begun = self._allowed = False
        self._build()
        self._connect()
        self._show_state()
        self.control.ask()
        window = parent.window()
        self.resize(round(window.width() * 0.6), round(window.height() * 0.85))

    def _build(self) -> None:
        self._form = QWidget()
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(SMALL)
        line = QHBoxLayout()
        line.setSpacing(SMALL)
        line.addWidget(self.folder, 1)
        line.addWidget(self.choose)
        form.addWidget(buddy("&What to download", self.categories, "strong"))
        form.addWidget(self.everything)
        form.addWidget(self.categories, 1)
        form.addWidget(buddy("Where &to", self.folder, "strong"))
        form.addLayout(line)
        dress(self.failures, stretched=1)
        header = self.failures.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        set_lines(self.failures, 3)
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self.message, 1)
        row.addWidget(self.close_button)
        row.addWidget(self.start_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(SMALL)
        layout.addWidget(label("Download MedS-Bench", "title"))
        layout.addWidget(self.question)
        layout.addWidget(self._form, 2)
        layout.addWidget(self.bar)
        layout.addWidget(self.news)
        layout.addWidget(self.figures)
        layout.addWidget(self.failures, 1)
        layout.addWidget(self.row)
        layout.addWidget(self.way)
        layout.addStretch(0)
        layout.addLayout(row)
        self._form.hide()
        self.bar.hide()
        self.failures.hide()
        for line_of_words in (self.news, self.figures, self.row):
            line_of_words.hide()

    def _connect(self) -> None:
        control = self.control
        control.asked.connect(self._show_question)
        control.forbidden.connect(self._forbid)
        control.happened.connect(self._tell)
        control.progressed.connect(self._show_progress)
        control.ended.connect(self._show_result)
        control.stopped.connect(lambda _: self._rest("Stopped.", "warn"))
        control.refused.connect(self._show_refusal)

    def start(self) -> None:
        """Fetch what is ticked; now, and not before, the hub is contacted."""
        from medsdesk.services.download_tasks import DownloadRequest

        if self.control.busy or not self.start_button.isEnabled():
            return
        ticked = self._ticked()
        names = () if len(ticked) == self.categories.count() else tuple(ticked)
        self._rows, self._begun = [], False
        self.failures.hide()
        self.row.hide()
        self.bar.setRange(0, 0)
        self.bar.show()
        self._say("", "plain")
        show_line(self.figures, "")
        self.control.start(DownloadRequest(Path(self.folder.text().strip()), names))
        self._show_state()
        self.close_button.setFocus()

    def reject(self) -> None:
        """Stop what runs, else close."""
        if self.control.busy:
            self._say("Stopping…", "warn")
            self.control.stop()
            return
        super().reject()

    def _show_question(self, asked: Asked) -> None:
        self._allowed = True
        show_line(self.question, question(asked))
        for category, tasks in asked.categories:
            item = QListWidgetItem(f"{category}  ({count(tasks, 'task')})")
            item.setData(_CATEGORY, category)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self.categories.addItem(item)
        if not self.folder.text():
            self.folder.setText(str(asked.folder))
        self._form.show()
        self.categories.setCurrentRow(0)
        self.categories.setFocus()
        self._show_state()

    def _forbid(self, error: UserFacingError) -> None:
        show_line(self.question, in_window(f"{error.message} {error.hint}"))
        self.way.hide()  # the sentence says it
        self._show_state()

    def _ticked(self) -> list[str]:
        items = (self.categories.item(row) for row in range(self.categories.count()))
        return [i.data(_CATEGORY) for i in items if i.checkState() == Qt.CheckState.Checked]

    def _tick_all(self, *, on: bool) -> None:
        state = Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        with QSignalBlocker(self.categories):
            for row in range(self.categories.count()):
                self.categories.item(row).setCheckState(state)
        self.categories.viewport().update()
        self._show_state()

    def _show_row(self) -> None:
        """Show a failure in full below the table."""
        row = self.failures.currentRow()
        show_line(self.row, ": ".join(self._rows[row]) if 0 <= row < len(self._rows) else "")

    def _show_state(self) -> None:
        self.everything.setChecked(len(self._ticked()) == self.categories.count())
        busy = self.control.busy
        ready = bool(self._ticked()) and bool(self.folder.text().strip())
        self.start_button.setVisible(self._allowed)
        self.start_button.setEnabled(ready and not busy)
        self._form.setEnabled(not busy)
        words = "Cancel" if busy or self._allowed else "Close"
        self.close_button.setText(words)
        self.close_button.setAccessibleName(words)
        if self._allowed and not busy:
            self._say("" if ready else _NONE, "plain")

    def _ask_folder(self) -> None:
        folder = ask_folder(self, "Folder for MedS-Bench")
        if folder is not None:
            self.folder.setText(str(folder))

    def _tell(self, event: DownloadEvent) -> None:
        from medsdesk.hub import events

        match event:
            case events.Asking(server=server):
                show_line(self.news, f"Asking {server}…")
            case events.Chosen():
                self._begun = True
                show_line(self.news, begun(event))
            case events.Waiting(seconds=seconds, reason=reason):
                show_line(self.news, f"{reason} Trying again in {seconds:.0f} s.")
            case events.FileDone(path=path, number=number, of=of):
                show_line(self.news, f"{number:,} of {of:,}: {path}")
            case events.FileFailed(path=path, error=error):
                self._rows.append((path, in_window(error)))
                fill(self.failures, self._rows)
                self.failures.show()
                self._show_row()

    def _show_progress(self, progress: Progress) -> None:
        self.bar.setRange(0, _PARTS)
        self.bar.setValue(_PARTS * progress.done // max(1, progress.of))
        show_line(self.figures, figures(progress))

    def _show_result(self, result: DownloadResult) -> None:
        whole = not result.failures and not result.waiting
        self._rest(outcome(result), "good" if whole else "warn")
        if result.files:
            self.came.emit(result.folder)
        self.close_button.setFocus()

    def _show_refusal(self, error: UserFacingError) -> None:
        kept = f" {KEPT}" if self._begun else ""
        self._rest(in_window(f"{error.message} {error.hint}{kept}"), "danger")

    def _rest(self, words: str, tone: Tone) -> None:
        """Let it be started again, and say how it ended."""
        self.bar.hide()
        show_line(self.news, "")
        show_line(self.figures, "")
        self._show_state()
        self.close_button.setText("Close")
        self.close_button.setAccessibleName("Close")
        self._say(words, tone)

    def _say(self, words: str, tone: Tone) -> None:
        self.message.setText(words)
        self.message.setAccessibleName(words)
        set_tone(self.message, tone)
