"""The user guide: Markdown files of ours, read inside the program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QDialog, QListWidget, QSplitter, QTextBrowser, QVBoxLayout, QWidget

from medsdesk.config.paths import resource
from medsdesk.ui.theme import LARGE, MEDIUM, SMALL


class HelpWindow(QDialog):
    """Topics on the left, the page on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("User guide")
        self._pages = pages()
        self.topics = QListWidget()
        self.topics.setObjectName("topics")
        self.topics.setAccessibleName("Topics")
        self.topics.addItems([title for title, _ in self._pages])
        self.topics.currentRowChanged.connect(self._show)
        self.browser = QTextBrowser()
        self.browser.setAccessibleName("Guide")
        self.browser.setOpenLinks(False)
        self.browser.anchorClicked.connect(self._follow)
        splitter = QSplitter()
        splitter.addWidget(self.topics)
        splitter.addWidget(self.browser)
        splitter.setChildrenCollapsible(False)
        splitter.setStretchFactor(1, 1)
        splitter.setHandleWidth(SMALL)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.addWidget(splitter)
        char, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        splitter.setSizes([char * 28, char * 90])
        self.resize(min(1200, char * 130), min(860, line * 40))
        self.topics.setCurrentRow(0)

    def changeEvent(self, event: QEvent) -> None:
        """Lay the page out anew at another text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._show(self.topics.currentRow())

    def _show(self, row: int) -> None:
        if not 0 <= row < len(self._pages):
            return
        path = self._pages[row][1]
        self.browser.setSearchPaths([str(path.parent)])
        self.browser.document().setDefaultFont(self.font())
        self.browser.document().setDocumentMargin(LARGE)
        self.browser.setMarkdown(path.read_text(encoding="utf-8"))
        self._space_lines()

    def _space_lines(self) -> None:
        cursor = QTextCursor(self.browser.document())
        cursor.select(QTextCursor.SelectionType.Document)
        spaced = QTextBlockFormat()
        spaced.setLineHeight(130, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(spaced)
        self.browser.moveCursor(QTextCursor.MoveOperation.Start)

    def _follow(self, link: QUrl) -> None:
        """Follow a link to another page; no other link is opened, also not a web page."""
        for row, (_, path) in enumerate(self._pages):
            if path.name == Path(link.path()).name:
                self.topics.setCurrentRow(row)
                self.topics.setFocus(Qt.FocusReason.OtherFocusReason)


def pages() -> tuple[tuple[str, Path], ...]:
    """Return title and file of every page: the guide first, then by name."""
    found = sorted(resource("help").glob("*.md"), key=lambda p: (p.stem != "guide", p.name))
    return tuple((_title(path), path) for path in found)


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline().lstrip("# ").strip() or path.stem
