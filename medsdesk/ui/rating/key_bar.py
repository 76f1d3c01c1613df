"""The buttons of the rating screen's commands, each with its key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from medsdesk.ui.rating.keys import COMMANDS
from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.flow_layout import FlowLayout

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton

    from medsdesk.core.rating_view import RatingView


class KeyBar(QWidget):
    """One button for each command.

    Signals:
        pressed: The name of a command.
    """

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[str, QPushButton] = {}
        flow = FlowLayout(self, SMALL)
        for command in COMMANDS.values():
            if not command.text:
                continue
            made = button(
                f"{command.text} ({command.keys[0]})",
                partial(self.pressed.emit, command.name),
                "primary" if command.name == "next" else "plain",
                command.tip,
            )
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the questions the keys
            self.buttons[command.name] = made
            flow.addWidget(made)

    def show_item(self, view: RatingView) -> None:
        """Offer what can be done with an item."""
        shown = {
            "mark": bool(view.form.marks),
            "edit": view.form.edit and len(view.outputs) == 1,
            "comment": any(c.scale == "text" for c in view.form.criteria),
        }
        can = {
            "undo": view.can_undo and not view.locked,
            "redo": view.can_redo and not view.locked,
            "previous": view.place > 0,
            "mark": not view.locked,
            "edit": not view.locked,
            "skip": not view.locked,
            "flag": not view.locked,
        }
        for name, made in self.buttons.items():
            made.setVisible(shown.get(name, True))
            made.setEnabled(can.get(name, True))
        flag = COMMANDS["flag"]
        self.buttons["flag"].setText(f"{'Unflag' if view.flagged else 'Flag'} ({flag.keys[0]})")
