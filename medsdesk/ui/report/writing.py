"""Makes the report of what the page Compare shows, and writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from medsdesk.core.errors import CancelledError
from medsdesk.ui.bridge.latest import Latest

if TYPE_CHECKING:
    from pathlib import Path

    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.errors import UserFacingError
    from medsdesk.core.picture import Picture
    from medsdesk.services.choose_ratings import RatingChoice
    from medsdesk.services.make_report import WrittenReport
    from medsdesk.services.report_document import ReportDocument
    from medsdesk.services.report_facts import ReportFacts
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.report.dialog import ReportWish

    MakePictures = Callable[[Mapping[str, str]], Iterator[Picture]]
    Made = tuple[ReportDocument, dict[Path, bytes]]

_READING, _COMPARING = "Reading for the report …", "Comparing for the report …"
_DRAWING = "Drawing the pictures …"
_LAYING_OUT, _WRITING = "Laying the report out …", "Writing the report …"


class ReportWriting(QObject):
    """Makes a report on job threads, with pictures drawn in between, and writes it.

    Signals:
        busy: What is being done in words; empty when nothing is.
        told: Where the report is.
        refused: A UserFacingError; nothing was written.
    """

    busy = Signal(str)
    told = Signal(str)
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._token: CancelToken | None = None
        self._news = Latest(self)
        self._news.arrived.connect(lambda words: self.busy.emit(str(words)))

    @property
    def running(self) -> bool:
        """Whether a report is being made."""
        return self._token is not None

    def start(
        self, wish: ReportWish, choice: RatingChoice, least: float | None, draw: MakePictures
    ) -> None:
        """Make a report; nothing happens while one is being made.

        Args:
            wish: What is written where.
            choice: Which ratings count.
            least: Mean rating from which on an answer is acceptable; None for none.
            draw: Draws one picture after another, given what raters are called.
        """
        if self._token is not None:
            return
        token = self._token = self._desk.new_token()
        self._news.start()
        self.busy.emit(_READING)

        def work(ws: Workspace) -> ReportFacts:
            from medsdesk.services.comparison_report import CompareOptions
            from medsdesk.services.make_report import compared
            from medsdesk.services.report_facts import report_facts

            options = CompareOptions(study=choice.study or None, acceptable=least)
            self._news.put(_COMPARING)
            report = compared(ws, options, token, choice)
            return report_facts(ws, report, options, named=wish.named, choice=choice)

        self._desk.browse.submit(work, partial(self._draw, wish, draw, token), self._refuse)

    def stop(self) -> None:
        """Ask it to stop; nothing is written then."""
        if self._token is not None:
            self._token.cancel()

    def _draw(
        self, wish: ReportWish, draw: MakePictures, token: CancelToken, facts: ReportFacts
    ) -> None:
        """Draw one picture at each turn of the window's loop, which goes on in between."""
        self.busy.emit(_DRAWING)
        coming = draw(facts.people)
        pictures: list[Picture] = []

        def step() -> None:
            picture = None if token.cancelled else next(coming, None)
            if picture is None:
                self._lay_out(wish, token, facts, pictures)
            else:
                pictures.append(picture)
                QTimer.singleShot(0, self, step)

        step()

    def _lay_out(
        self, wish: ReportWish, token: CancelToken, facts: ReportFacts, pictures: Sequence[Picture]
    ) -> None:
        def work(_ws: Workspace) -> Made:
            from medsdesk.services.make_report import document_of
            from medsdesk.services.report_html import report_html
            from medsdesk.ui.report.pdf import report_pdf

            self._news.put(_LAYING_OUT)
            if token.cancelled:
                raise CancelledError
            document = document_of(facts, pictures)
            files = {}
            if wish.page is not None:
                files[wish.page] = report_html(document).encode()
            if wish.paper is not None:
                files[wish.paper] = report_pdf(document, token)
            return document, files

        self._desk.browse.submit(work, partial(self._write, wish), self._refuse)

    def _write(self, wish: ReportWish, made: Made) -> None:
        document, files = made

        def work(ws: Workspace) -> WrittenReport:
            from medsdesk.services.make_report import write_report

            self._news.put(_WRITING)
            return write_report(ws, files, document, "")

        self._desk.short.submit(work, partial(self._done, wish), self._refuse)

    def _done(self, wish: ReportWish, written: WrittenReport) -> None:
        self._end()
        said = f"Report written to {' and '.join(written.files)}."
        self.told.emit(f"{said} {written.preliminary}".strip())
        if wish.shown:
            QDesktopServices.openUrl(QUrl.fromLocalFile(written.files[0]))

    def _refuse(self, error: UserFacingError) -> None:
        self._end()
        self.refused.emit(error)

    def _end(self) -> None:
        self._news.stop()
        if self._token is not None:
            self._desk.drop_token(self._token)
        self._token = None
        self.busy.emit("")
