"""The button "Report…" of the page Compare, and what comes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.report.writing import ReportWriting
from medsdesk.ui.widgets.buttons import button

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medsdesk.core.picture import Picture
    from medsdesk.services.comparison_pictures import Compared, Looked
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.report.dialog import ReportWish

    Draw = Callable[[Looked, Compared], Iterator[Picture]]

_TIP = "Writes findings, methods, limits, tables and pictures as a web page and PDF."
_STOPPING = "Stopping …"


class ReportControl(QObject):
    """Asks how a report is wanted and has it written.

    Args:
        desk: Job threads.
        page: The page Compare.
        draw: Draws every picture of a comparison.

    Signals:
        busy: What is being done in words; empty when nothing is.
        told: Where the report is.
        refused: A UserFacingError.
    """

    busy = Signal(str)
    told = Signal(str)
    refused = Signal(object)

    def __init__(self, desk: Desk, page: QWidget, draw: Draw) -> None:
        super().__init__(page)
        self._page, self._draw = page, draw
        self._shown: tuple[Compared, Looked] | None = None
        self.button = button("Re&port…", self.ask, tip=_TIP)
        self.writing = ReportWriting(desk, self)
        self.writing.busy.connect(self._show_busy)
        self.writing.told.connect(self.told)
        self.writing.refused.connect(self.refused)
        self.show_compared(None, None)

    def show_compared(self, compared: Compared | None, looked: Looked | None) -> None:
        """Take what the page shows: a report is made of that."""
        both = compared is not None and looked is not None
        self._shown = (compared, looked) if compared is not None and looked is not None else None
        self.button.setEnabled(both and not self.writing.running)

    def ask(self) -> None:
        """Ask in which form and where the report is written."""
        if self._shown is None:
            return
        from medsdesk.ui.report.dialog import ReportDialog

        study = self._shown[0].choice.study or ""
        words = re.sub(r"[^\w-]+", "-", study).strip("-")
        dialog = ReportDialog(self._page, f"report-{words}" if words else "report")
        dialog.chosen.connect(self.write)
        dialog.open()

    def write(self, wish: ReportWish) -> None:
        """Write the report of what the page shows."""
        if self._shown is None:
            return
        compared, looked = self._shown
        draw = partial(self._pictures, looked, compared)
        self.writing.start(wish, compared.choice, _least(compared, looked), draw)
        self.button.setEnabled(False)

    def stop(self) -> None:
        """Ask it to stop; nothing is written then."""
        if self.writing.running:
            self.writing.stop()
            self.busy.emit(_STOPPING)

    def _pictures(
        self, looked: Looked, compared: Compared, people: Mapping[str, str]
    ) -> Iterator[Picture]:
        """Draw the pictures with what raters are called in the report."""
        named = replace(
            looked,
            raters=tuple(people.get(name, name) for name in looked.raters),
            pairs=tuple(
                replace(
                    pair,
                    first=people.get(pair.first, pair.first),
                    second=people.get(pair.second, pair.second),
                )
                for pair in looked.pairs
            ),
        )
        return self._draw(named, compared)

    def _show_busy(self, words: str) -> None:
        self.button.setEnabled(not words and self._shown is not None)
        self.busy.emit(words)


def _least(compared: Compared, looked: Looked) -> float | None:
    """Return from which mean rating on an answer is acceptable, where all scales are alike."""
    from medsdesk.services.answer_pictures import scale_points

    scales = {tuple(scale_points(question)) for question in compared.questions}
    return looked.roc.least if len(scales) == 1 else None
