"""Between the dialogs for rating forms and the services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from medsdesk.core.rating import Instrument
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk

_USUAL = "hallucination"  # it has a comment and severities, whose words are nobody's own


@dataclass(frozen=True, slots=True)
class FormsListed:
    """The forms there are.

    Attributes:
        ours: Those that come along, in English.
        own: The latest version of each of this workspace.
        usual: By language, a form whose comment and severities new forms have.
    """

    ours: tuple[Instrument, ...]
    own: tuple[Instrument, ...]
    usual: Mapping[str, Instrument]

    @property
    def all(self) -> tuple[Instrument, ...]:
        """The own ones first, for they are what one comes back to."""
        return (*self.own, *self.ours)


class FormsControl(QObject):
    """Asks the services on the job thread.

    Signals:
        listed: ``FormsListed``.
        read: A form in the language asked for.
        added: A form that was added, and whether it was new.
        written: Path of a form's file.
        refused: A UserFacingError; nothing was changed.
    """

    listed = Signal(object)
    read = Signal(object)
    added = Signal(object, bool)
    written = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._asked = 0

    def refresh(self) -> None:
        """Ask which forms there are."""
        self._desk.short.submit(_listed, self.listed.emit, self.refused.emit)

    def read_form(self, name: str, language: str) -> None:
        """Ask for a form in a language; of several questions the last alone is answered."""
        self._asked += 1
        number = self._asked

        def work(ws: Workspace) -> Instrument:
            from medsdesk.services.own_forms import find_form, read_study_form

            return read_study_form(find_form(ws, name, language))

        def done(form: Instrument) -> None:
            if number == self._asked:
                self.read.emit(form)

        self._desk.short.submit(work, done, self.refused.emit)

    def add(self, text: str, origin: str) -> None:
        """Keep a form in the workspace."""

        def work(ws: Workspace) -> tuple[Instrument, bool]:
            from medsdesk.services.own_forms import add_own_form

            return add_own_form(ws, text, origin)

        self._desk.short.submit(work, lambda done: self.added.emit(*done), self.refused.emit)

    def add_file(self, path: Path) -> None:
        """Keep a form that came as a file."""

        def work(ws: Workspace) -> tuple[Instrument, bool]:
            from medsdesk.services.own_forms import add_own_form, read_form_file

            return add_own_form(ws, read_form_file(path), f"'{path.name}'")

        self._desk.short.submit(work, lambda done: self.added.emit(*done), self.refused.emit)

    def write(self, name: str, target: Path) -> None:
        """Write a form to a file, to be shared."""

        def work(ws: Workspace) -> Path:
            from medsdesk.services.own_forms import export_form

            export_form(ws, name, target)
            return target

        self._desk.short.submit(work, self.written.emit, self.refused.emit)


def _listed(ws: Workspace) -> FormsListed:
    from medsdesk.services.instruments import LANGUAGES, form_names, load_instrument
    from medsdesk.services.own_forms import own_forms

    return FormsListed(
        tuple(load_instrument(name) for name in form_names()),
        own_forms(ws),
        {language: load_instrument(_USUAL, language) for language in LANGUAGES},
    )
