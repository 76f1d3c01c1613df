"""One model of the catalogue: what it is for, which file, who is let in, and its licence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from medsdesk.ui.get_model import words
from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label, show_line

if TYPE_CHECKING:
    from medsdesk.core.catalogue import Licence
    from medsdesk.services.list_catalogue import CatalogueEntry


class DetailsPanel(QWidget):
    """Shows an entry of the catalogue and has its licence accepted.

    Signals:
        changed: Licence or file changed by the user.
        token_wanted: The token of an account is to be kept or forgotten.
    """

    changed = Signal()
    token_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("clear")
        self.entry: CatalogueEntry | None = None
        self.name = label("", "heading", wrap=True)
        self.purpose = label("", wrap=True)
        self.file = QComboBox()
        self.file.setEditable(True)
        self.file.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.file.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.file.editTextChanged.connect(lambda _: self.changed.emit())
        self._file_label = buddy("Which &file: size, or a file's name", self.file, "strong")
        self.licence = label("", wrap=True)
        self.licence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.read_button = button(
            "&Read the licence", self._read, tip="Opens its address in your browser."
        )
        self.page_button = button(
            "Page of the &model", self._open_page, tip="Opens its page in your browser."
        )
        self.tick = QCheckBox("I have read the licence and &accept it")
        self.tick.toggled.connect(lambda _: self.changed.emit())
        self.accepted = label("", "quiet", wrap=True)
        self.access = label("", wrap=True)
        self.token_button = button("&Token…", self.token_wanted.emit)
        self._build()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, SMALL, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(self.name)
        layout.addWidget(self.purpose)
        layout.addWidget(self._file_label)
        layout.addWidget(self.file)
        layout.addWidget(label("Licence", "strong"))
        layout.addWidget(self.licence)
        links = QWidget()
        flow = FlowLayout(links, SMALL)
        flow.addWidget(self.read_button)
        flow.addWidget(self.page_button)
        layout.addWidget(links)
        layout.addWidget(self.tick)
        layout.addWidget(self.accepted)
        layout.addWidget(self.access)
        layout.addWidget(self.token_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)

    def show_entry(self, entry: CatalogueEntry) -> None:
        """Show a model; a tick is for one licence alone, so it is taken away with another."""
        model = entry.model
        other = self.entry is None or self.entry.model.id != model.id
        self.entry = entry
        show_line(self.name, f"{model.name}, {entry.parameters / 1e9:.1f} billion weights")
        show_line(self.purpose, words.purpose(model))
        show_line(self.licence, words.licence_words(model.licence))
        to_accept = model.licence.acceptance and not entry.accepted_at
        self.tick.setVisible(to_accept)
        show_line(self.accepted, words.accepted(entry.accepted_at) if entry.accepted_at else "")
        has_files = model.format == "gguf"
        self.file.setVisible(has_files)
        self._file_label.setVisible(has_files)
        if other:  # else what a refusal told of accounts stays
            self.show_access(words.access(model))
            self.tick.setChecked(False)
            self._offer_files(entry)
        self.changed.emit()

    def show_access(self, told: str) -> None:
        """Say that an account is needed, and offer to keep its token."""
        show_line(self.access, told)
        self.token_button.setVisible(bool(told))

    @property
    def chosen_file(self) -> str:
        """The quantisation or the name of a file; empty where there is no choice."""
        if self.entry is None or self.entry.model.format != "gguf":
            return ""
        text = self.file.currentText().strip()
        index = self.file.findText(text)
        return str(self.file.itemData(index)) if index >= 0 else text

    @property
    def accepting(self) -> Licence | None:
        """The licence that is accepted by the tick; None where that was done before."""
        if self.entry is None or self.entry.accepted_at or not self.tick.isChecked():
            return None
        licence = self.entry.model.licence
        return licence if licence.acceptance else None

    @property
    def missing(self) -> str:
        """What the user still has to do before the download; empty for nothing."""
        if self.entry is None:
            return "Choose a model."
        licence = self.entry.model.licence
        if licence.acceptance and not self.entry.accepted_at and not self.tick.isChecked():
            return "Read the licence, and accept it with the tick if you agree."
        if self.entry.model.format == "gguf" and not self.chosen_file:
            return "Choose which file."
        return ""

    def _offer_files(self, entry: CatalogueEntry) -> None:
        self.file.clear()
        for form, told in words.size_choices(entry):
            self.file.addItem(told, form)
        self.file.setCurrentIndex(max(0, self.file.findData(words.USUAL)))
        self.file.setAccessibleDescription("Sizes are estimates.")

    def _read(self) -> None:
        if self.entry is not None:
            QDesktopServices.openUrl(QUrl(self.entry.model.licence.url))

    def _open_page(self) -> None:
        if self.entry is not None:
            QDesktopServices.openUrl(QUrl(self.entry.model.page))
