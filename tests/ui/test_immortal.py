"""Calls into PySide6 do not use up the interpreter's constants."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from medsdesk.ui.immortal import keep_constants


class Sender(QObject):
    sent = Signal()


def test_thousands_of_calls_leave_the_constants_alive(qtbot: QtBot) -> None:
    keep_constants()
    label, sender = QLabel(), Sender()
    qtbot.addWidget(label)
    for number in range(20_000):
        label.setText(str(number))
        sender.sent.emit()
    for constant in (None, True, False):
        assert sys.getrefcount(constant) > 100_000
