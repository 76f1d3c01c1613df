"""The PySide6 in use keeps its books: one release gave away references and ended the program."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 200


class Bell(QObject):
    """Has something to emit."""

    rung = Signal(int)


def test_none_and_true_are_given_back_as_often_as_they_are_taken(qtbot: QtBot) -> None:
    """Seen with 6.12.0 on Python 3.11: one reference lost with every call."""
    bell, label = Bell(), QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(CALLS):
        bell.rung.emit(1)
        label.setText("x")
        label.isVisible()
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert min(a - b for a, b in zip(after, before, strict=True)) > -CALLS // 2
