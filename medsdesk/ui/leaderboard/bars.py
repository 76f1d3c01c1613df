"""One column of a leaderboard as bars with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen
from PySide6.QtWidgets import QScrollArea, QWidget

from medsdesk.ui.leaderboard.words import column_name, spoken
from medsdesk.ui.theme import SMALL, TINY

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from medsdesk.services.board import BoardTable, Row

_NAME_CHARS = 20
_LEAST_BAR_CHARS = 16


class Bars(QScrollArea):
    """Bars of all models in one column; own ones are filled, the paper's are outlined."""

    def __init__(self) -> None:
        super().__init__()
        self._drawing = _Drawing()
        self.setWidget(self._drawing)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the table says the same to the keyboard
        self.setAccessibleName("The chosen column as bars")

    def show_column(self, table: BoardTable, row: int, column: int) -> None:
        """Draw a column; the bar of the chosen row is marked."""
        self._drawing.show_column(table, row, column)
        told = (spoken(table, place, column) for place in range(len(table.rows)))
        self.setAccessibleDescription("; ".join(told))


class _Drawing(QWidget):
    """The bars themselves, as high as there are rows with a figure."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[Row, bool]] = []
        self._column = 0
        self._title = ""

    def show_column(self, table: BoardTable, row: int, column: int) -> None:
        """Keep what is to be drawn."""
        self._rows = [
            (each, place == row)
            for place, each in enumerate(table.rows)
            if (cell := each.cells[column]) is not None and cell.medsbench.value is not None
        ]
        self._column = column
        self._title = f"{column_name(table.columns[column])}, authors' rules, 0 to 100"
        self._fit()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room for a name and a bar in each line."""
        char, line = self.fontMetrics().averageCharWidth(), self._line()
        return QSize(char * (_NAME_CHARS + _LEAST_BAR_CHARS), line * (len(self._rows) + 1))

    def changeEvent(self, event: QEvent) -> None:
        """Take more room for a larger text."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        self.setMinimumHeight(self.sizeHint().height() + SMALL)

    def _line(self) -> int:
        return self.fontMetrics().height() + TINY

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the title, then name, bar, interval and value of each row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, metrics, line = self.palette(), self.fontMetrics(), self._line()
        text = colours.color(QPalette.ColorRole.Text)
        painter.fillRect(self.rect(), colours.color(QPalette.ColorRole.Base))
        painter.setPen(text)
        middle, elided = Qt.AlignmentFlag.AlignVCenter, Qt.TextElideMode.ElideRight
        across = QRectF(SMALL, 0, self.width() - 2 * SMALL, line)
        painter.drawText(
            across, middle, metrics.elidedText(self._title, elided, int(across.width()))
        )
        names = min(metrics.averageCharWidth() * _NAME_CHARS, self.width() // 2)
        value_room = metrics.horizontalAdvance("100.00") + SMALL
        left, right = SMALL + names + SMALL, self.width() - SMALL - value_room
        for place, (row, chosen) in enumerate(self._rows, 1):
            top = place * line
            font = painter.font()
            font.setBold(row.own or chosen)
            painter.setFont(font)
            name = painter.fontMetrics().elidedText(row.label, elided, int(names))
            painter.setPen(text)
            painter.drawText(QRectF(SMALL, top, names, line), middle, name)
            bar = QRectF(left, top + TINY, max(1, right - left), line - 2 * TINY)
            value = self._bar(painter, row, bar, chosen=chosen)
            painter.setPen(text)
            painter.drawText(QRectF(right + SMALL, top, value_room, line), middle, value)

    def _bar(self, painter: QPainter, row: Row, room: QRectF, *, chosen: bool) -> str:
        """Draw one bar with its interval, and return the value beside it."""
        cell = row.cells[self._column]
        if cell is None or cell.medsbench.value is None:
            return ""
        accent = self.palette().color(QPalette.ColorRole.Highlight)
        text = self.palette().color(QPalette.ColorRole.Text)
        bar = QRectF(
            room.left(), room.top(), room.width() * cell.medsbench.value / 100, room.height()
        )
        painter.setPen(QPen(text, 2 if chosen else 1))
        painter.setBrush(accent if row.own else QColor(Qt.GlobalColor.transparent))
        painter.drawRect(bar)
        if cell.medsbench.ci95 is not None:
            low, high = (room.left() + room.width() * end / 100 for end in cell.medsbench.ci95)
            middle = room.center().y()
            base = self.palette().color(QPalette.ColorRole.Base)
            for pen in (QPen(base, 5), QPen(text, 2)):  # with a rim, so that it shows on any bar
                painter.setPen(pen)
                painter.drawLine(QPointF(low, middle), QPointF(high, middle))
                for end in (low, high):
                    painter.drawLine(QPointF(end, middle - TINY), QPointF(end, middle + TINY))
        return cell.printed or f"{cell.medsbench.value:.2f}"
