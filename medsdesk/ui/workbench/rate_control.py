"""Lets the named rater rate the answer on the screen, and nobody without a name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.bridge.rating_desk import RatingDesk

if TYPE_CHECKING:
    from medsdesk.config.settings import Settings
    from medsdesk.core.errors import UserFacingError
    from medsdesk.core.rating import Instrument
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences
    from medsdesk.ui.bridge.rating_desk import Ballot
    from medsdesk.ui.workbench.answer_panel import AnswerPanel
    from medsdesk.ui.workbench.rating_form import RatingForm


class RateControl(QObject):
    """Between the rating form and the rating session.

    Signals:
        refused: A UserFacingError to show.
        settled: A save came back, well or not.
    """

    refused = Signal(object)
    settled = Signal()

    def __init__(
        self, desk: Desk, preferences: Preferences, panel: AnswerPanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._preferences = preferences
        self._panel = panel
        self._instrument: Instrument | None = None
        self._output_id = ""
        self._rater = preferences.value.rater
        self._session = RatingDesk(desk, self)
        self._session.opened.connect(self._opened)
        self._session.refused.connect(self.refused)
        panel.rater.named.connect(self._named)
        preferences.changed.connect(self._settings_changed)

    @property
    def form(self) -> RatingForm | None:
        """The form, once it has been read."""
        return self._panel.form

    @property
    def failed(self) -> bool:
        """Whether something chosen could not be saved."""
        return self.form is not None and bool(self.form.state.failed)

    @property
    def waiting(self) -> bool:
        """Whether a save has not come back yet."""
        return self.form is not None and bool(self.form.state.waiting)

    def read_form(self) -> None:
        """Read the form and put it under the answer."""

        def work(_: object) -> Instrument:
            from medsdesk.services.instruments import workbench_form

            return workbench_form()

        self._desk.short.submit(work, self._form_read)

    def open(self, output_id: str) -> None:
        """Rate an answer."""
        self.close()
        self._output_id = output_id
        self._panel.show_rating(answer=True, rater=self._rater)
        if self._rater and self._instrument is not None and self.form is not None:
            self.form.wait()
            self._session.open(output_id, self._rater, self._instrument)

    def close(self) -> None:
        """Rate no answer; a comment typed a moment ago is saved first."""
        if self.form is not None and self._output_id:
            self.form.flush()
        self._output_id = ""
        self._session.close()

    def flush(self) -> None:
        """Save a comment that was typed a moment ago."""
        if self.form is not None and self._output_id:
            self.form.flush()

    def pause(self) -> None:
        """Stop the clock of active time, as when the window loses the keyboard."""
        self._session.pause()

    def resume(self) -> None:
        """Let the clock of active time go on."""
        self._session.resume()

    def _form_read(self, instrument: Instrument) -> None:
        from medsdesk.ui.workbench.rating_form import RatingForm

        self._instrument = instrument
        form = RatingForm(instrument)
        form.answered.connect(self._session.set_answer)
        form.commented.connect(self._session.set_comment)
        self._session.saved.connect(form.committed)
        self._session.saved.connect(lambda *_: self.settled.emit())
        self._session.failed.connect(self._not_saved)
        self._panel.add_form(form)
        if self._output_id:
            self.open(self._output_id)

    def _opened(self, ballot: Ballot) -> None:
        if self.form is not None:
            self.form.load(ballot)

    def _not_saved(self, criterion: str, error: UserFacingError) -> None:
        if self.form is not None:
            self.form.not_committed(criterion, error)
        self.refused.emit(error)
        self.settled.emit()

    def _named(self, name: str) -> None:
        self._panel.box.setFocus()  # where stray keys do nothing until the form is ready
        self._preferences.change(replace(self._preferences.value, rater=name))
        if self.form is not None and self._output_id:
            self.form.take_keyboard()

    def _settings_changed(self, settings: Settings) -> None:
        if settings.rater == self._rater:
            return
        self.flush()
        self._rater = settings.rater
        if self._output_id:
            self.open(self._output_id)
