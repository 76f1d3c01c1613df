"""Every action of the window with its words and keys, in one table that the help is tested by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Deed:
    """What the user can do from the keyboard.

    Attributes:
        name: Stable name; the action's object name.
        text: In the menu.
        keys: The key sequences; the first is shown.
        tip: One sentence for the status bar.
    """

    name: str
    text: str
    keys: tuple[str, ...]
    tip: str


DEEDS = {
    deed.name: deed
    for deed in (
        Deed("open", "&Open text…", ("Ctrl+O",), "Open a text or table file."),
        Deed("answers", "Saved &answers…", ("Ctrl+H",), "Look at stored answers and ratings."),
        Deed("export", "&Export ratings…", ("Ctrl+E",), "Write all ratings to a file or folder."),
        Deed("forms", "Rating &forms…", ("Ctrl+Shift+F",), "Look at rating forms; make own ones."),
        Deed("quit", "&Quit", ("Ctrl+Q",), "Close the window."),
        Deed("run", "&Run", ("Ctrl+Return", "Ctrl+Enter"), "Let the model answer."),
        Deed("stop", "&Stop", ("Esc",), "Stop the answer; what has come is kept."),
        Deed("preview", "&Preview prompt…", ("Ctrl+P",), "See the exact messages for the model."),
        Deed("find", "&Find a task", ("Ctrl+F",), "Go to the search field above the tasks."),
        Deed("text", "Go to the &text", ("Ctrl+T",), "Put the cursor into the text."),
        Deed("rate", "Go to the &rating form", ("Ctrl+R",), "Rate the answer by number keys."),
        Deed("next", "Next column", ("F6",), "Move the keyboard to the next column."),
        Deed("tasks", "Show the &tasks", ("F9",), "Show or hide the column with the tasks."),
        Deed("workbench", "&Workbench", ("Alt+1", "Ctrl+1"), "Run and rate."),
        Deed("evaluate", "&Evaluate", ("Alt+2", "Ctrl+2"), "Run task files unattended."),
        Deed("results", "Re&sults", ("Alt+3", "Ctrl+3"), "Look at each item of a run."),
        Deed("studies", "Stu&dies", ("Alt+4", "Ctrl+4"), "Have answers rated blind by several."),
        Deed("compare", "&Compare", ("Alt+5", "Ctrl+5"), "See whether metrics follow clinicians."),
        Deed("leaderboard", "&Leaderboard", ("Alt+6", "Ctrl+6"), "Own runs beside published ones."),
        Deed("models", "&Models", ("Alt+7", "Ctrl+7"), "Add, remove and choose model files."),
        Deed("settings", "&Settings", ("Alt+8", "Ctrl+8"), "Change how MedsDesk looks and runs."),
        Deed("larger", "&Larger text", ("Ctrl++", "Ctrl+="), "Make all text larger."),
        Deed("smaller", "&Smaller text", ("Ctrl+-",), "Make all text smaller."),
        Deed("normal", "&Normal text size", ("Ctrl+0",), "Return to the system's text size."),
        Deed("guide", "User &guide", ("F1",), "Open the user guide."),
        Deed("whats_this", "What is &this?", ("Shift+F1",), "Click on a part to learn about it."),
    )
}  # fmt: skip


def make_action(name: str, owner: QWidget, do: Callable[[], object]) -> QAction:
    """Return a new action of the table, owned by a widget and bound to what it does."""
    deed = DEEDS[name]
    action = QAction(deed.text, owner)
    action.setObjectName(name)
    action.setShortcuts([QKeySequence(key) for key in deed.keys])
    action.setStatusTip(deed.tip)
    action.setToolTip(f"{deed.tip} ({deed.keys[0]})")
    action.triggered.connect(lambda *_: do())
    owner.addAction(action)
    return action
