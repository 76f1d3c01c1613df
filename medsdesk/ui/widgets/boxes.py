"""Boxes for a number or a choice."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QSpinBox


def spin(low: int, high: int, step: int = 1) -> QSpinBox:
    """Return a box for a whole number; a number being typed is not told before its end."""
    box = QSpinBox()
    box.setRange(low, high)
    box.setSingleStep(step)
    box.setGroupSeparatorShown(True)
    box.setKeyboardTracking(False)
    return box


def choose(box: QComboBox, value: object) -> None:
    """Choose the entry with a value; one that is not offered is added as it is."""
    index = next((n for n in range(box.count()) if box.itemData(n) == value), -1)
    if index < 0:
        box.addItem(str(value), value)
        index = box.count() - 1
    box.setCurrentIndex(index)


def combo(entries: Sequence[tuple[object, str]]) -> QComboBox:
    """Return a box for one of several values, each with its words."""
    box = QComboBox()
    for value, text in entries:
        box.addItem(text, value)
    return box
