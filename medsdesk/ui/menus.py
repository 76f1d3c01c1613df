"""The menus and every action of the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from medsdesk.ui.shortcuts import make_action

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMainWindow

# None stands for a line between two groups.
MENUS: Mapping[str, tuple[str | None, ...]] = {
    "&File": ("open", None, "answers", "export", "forms", None, "quit"),
    "&Run": ("run", "stop", "preview"),
    "&Go": (
        "find",
        "text",
        "rate",
        "next",
        None,
        "workbench",
        "evaluate",
        "results",
        "studies",
        "compare",
        "leaderboard",
        "models",
        "settings",
    ),
    "&View": ("tasks", None, "larger", "smaller", "normal"),
    "&Help": ("guide", "whats_this"),
}


def build_menus(
    window: QMainWindow, deeds: Mapping[str, Callable[[], object]]
) -> dict[str, QAction]:
    """Fill a window's menu bar and return the actions by name.

    Args:
        window: Owns the actions.
        deeds: What each action does, by its name.
    """
    actions: dict[str, QAction] = {}
    for title, names in MENUS.items():
        menu = window.menuBar().addMenu(title)
        for name in names:
            if name is None:
                menu.addSeparator()
                continue
            actions[name] = make_action(name, window, deeds[name])
            menu.addAction(actions[name])
    return actions
