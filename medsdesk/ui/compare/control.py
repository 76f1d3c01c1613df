"""Between the page Compare and the services: what is computed when, and on which thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.bridge.latest import Latest

if TYPE_CHECKING:
    from pathlib import Path

    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.errors import UserFacingError
    from medsdesk.services.choose_ratings import RatingChoice
    from medsdesk.services.comparison_pictures import Compared, Looked, QuestionKey
    from medsdesk.services.rating_rows import RatingRow
    from medsdesk.store.outputs import AnswerRow
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.compare.plots import FigureTable, Scene

Wish = tuple["QuestionKey | None", "str | None", "float | None"]
"""Question, metric, and the mean rating from which on an answer is acceptable."""
Seen = tuple["Compared", "Looked | None", "tuple[Scene, ...]"]
"""The comparison, what is looked at, and the pictures of it."""


class CompareControl(QObject):
    """Reads ratings and compares them for the page; what a newer wish has overtaken is stopped.

    Signals:
        shown: A ``Compared``, the ``Looked`` of it or None, and a tuple of ``Scene``.
        busy: What is being done in words; empty when nothing is.
        refused: A UserFacingError instead of a comparison.
        told: A sentence about what was done.
        opened: An ``AnswerRow`` to show.
        failed: A UserFacingError about something else than the comparison.
    """

    shown = Signal(object, object, object)
    busy = Signal(str)
    refused = Signal(object)
    told = Signal(str)
    opened = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._token: CancelToken | None = None
        self._rows: tuple[RatingRow, ...] = ()  # belongs to the browse thread
        self._compared: Compared | None = None
        self._news = Latest(self)
        self._news.arrived.connect(lambda words: self.busy.emit(str(words)))

    @property
    def running(self) -> bool:
        """Whether a comparison is waited for."""
        return self._token is not None

    def compare(self, choice: RatingChoice, wish: Wish, *, read: bool) -> None:
        """Compare the ratings of a choice; read them anew where asked for."""
        self.stop()
        token = self._token = self._desk.new_token()
        self.busy.emit("Reading the ratings …" if read else "Comparing …")
        self._news.start()

        def tell(done: int, of: int) -> None:
            self._news.put(f"Comparing question {done + 1:,} of {of:,} …")

        def work(ws: Workspace) -> Seen:
            import medsdesk.ui.compare.chart  # noqa: F401  # takes seconds: here, not in the window
            from medsdesk.services import comparison_pictures as service
            from medsdesk.services.comparison_report import CompareOptions
            from medsdesk.services.own_forms import known_forms

            if read:
                self._rows = service.read_ratings(ws)
            compared = service.compare_chosen(
                self._rows, choice, CompareOptions(), token, tell, known_forms(ws)
            )
            return _seen(compared, wish)

        def done(found: Seen) -> None:
            if token is self._token:  # not overtaken by another choice
                self._end()
                self._compared = found[0]
                self.shown.emit(*found)

        def failed(error: UserFacingError) -> None:
            if token is self._token:
                self._end()
                self.refused.emit(error)

        self._desk.browse.submit(work, done, failed)

    def look(self, wish: Wish) -> None:
        """Look at another question or metric of what is compared already."""
        compared = self._compared
        if compared is None or self.running:
            return

        def work(_ws: Workspace) -> Seen:
            return _seen(compared, wish)

        def done(found: Seen) -> None:
            if compared is self._compared and not self.running:
                self.shown.emit(*found)

        self._desk.browse.submit(work, done, self.failed.emit)

    def stop(self) -> None:
        """Wait no more for what was asked for before."""
        if self._token is not None:
            self._token.cancel()
            self._end()

    def open(self, output: str) -> None:
        """Read the stored answer of a point, to show it."""

        def work(ws: Workspace) -> AnswerRow:
            from medsdesk.services.history import answer_of

            return answer_of(ws, output)

        self._desk.short.submit(work, self.opened.emit, self.failed.emit)

    def write_figures(self, path: Path, table: FigureTable, *, bom: bool) -> None:
        """Write the figures of a picture to a file."""

        def work(ws: Workspace) -> int:
            from medsdesk.services.export import write_table

            write_table(ws, path, table.header, table.rows, bom=bom)
            return len(table.rows)

        self._desk.short.submit(
            work, lambda rows: self.told.emit(f"{rows:,} rows written to {path}."), self.failed.emit
        )

    def write_picture(self, path: Path, made: bytes) -> None:
        """Write a picture to a file, whole or not at all."""

        def work(ws: Workspace) -> None:
            from medsdesk.config.files import replaced
            from medsdesk.services.export import refuse_own

            refuse_own(ws, path)
            with replaced(path) as part:
                part.write_bytes(made)

        self._desk.short.submit(
            work, lambda _: self.told.emit(f"Picture written to {path}."), self.failed.emit
        )

    def _end(self) -> None:
        self._news.stop()
        if self._token is not None:
            self._desk.drop_token(self._token)
        self._token = None
        self.busy.emit("")


def _seen(compared: Compared, wish: Wish) -> Seen:
    """Look at a question and metric, and make the pictures; called on the job thread."""
    from medsdesk.services.comparison_pictures import look_at
    from medsdesk.ui.compare.all_scenes import all_scenes

    looked = look_at(compared, *wish)
    return compared, looked, () if looked is None else all_scenes(looked, compared)
