"""What is asked before a model goes off the list together with its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from medsdesk.ui.wording import file_size

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medsdesk.core.model import ModelFile

Removal = Literal["keep", "delete"]


def ask_removal(parent: QWidget, model: ModelFile) -> Removal | None:
    """Return what is to become of a file that MedsDesk put there; None leaves all as it is."""
    from PySide6.QtWidgets import QMessageBox  # not before something has to be asked

    how = "copied" if model.keeping == "copied" else "downloaded"
    text = f"Take {model.name} off the list, and delete its file too?"
    box = QMessageBox(QMessageBox.Icon.Question, "MedsDesk", text, parent=parent)
    box.setInformativeText(
        f"MedsDesk {how} this file ({file_size(model.size_bytes)}): {model.path}\n\nA deleted file "
        "is gone. Answers, scores and ratings made with the model stay in either case."
    )
    delete = box.addButton("&Delete the file", QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton("&Keep the file", QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    if box.clickedButton() is delete:
        return "delete"
    return "keep" if box.clickedButton() is keep else None
