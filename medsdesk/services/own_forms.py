"""Rating forms of this workspace beside those that come along: checked, kept by version, shared."""

from __future__ import annotations

from pathlib import Path

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import text_sha256, utc_now
from medsdesk.core.rating import Instrument
from medsdesk.core.study import StudyForm
from medsdesk.core.study_rating import AuditEntry
from medsdesk.services.form_words import translate
from medsdesk.services.instruments import (
    form_file,
    form_names,
    load_instrument,
    translation_file,
)
from medsdesk.services.new_files import new_file
from medsdesk.services.read_form import LONGEST_FILE, fold, parse_form
from medsdesk.services.study_trail import trail_entry
from medsdesk.store.audit import add_entry
from medsdesk.store.studies import carried_forms
from medsdesk.store.study_forms import OwnForm, add_form, list_forms
from medsdesk.store.workspace import Workspace
from medsdesk.tasks.texts import bytes_of

SUFFIX = ".toml"


def read_form_file(path: Path) -> str:
    """Return the text of a form's file, with line ends folded.

    Raises:
        UserFacingError: It cannot be read, is too large, or is not UTF-8 text.
    """
    name = f"The file {path.name}"
    # No character has more than four bytes, so what is longer cannot be a form.
    data = bytes_of(path, name, 4 * LONGEST_FILE)
    try:
        return fold(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserFacingError(
            f"{name} is not UTF-8 text in line {line}.", "Save it in the encoding UTF-8."
        ) from error


def add_own_form(ws: Workspace, text: str, origin: str, actor: str = "") -> tuple[Instrument, bool]:
    """Keep a form in this workspace, for the studies that are made in it.

    Args:
        ws: The workspace.
        text: The form's file, whole.
        origin: What to call it in an error, such as the file's name.
        actor: Who does it, for the trail; the account on this computer unless given.

    Returns:
        The form, and whether it was new; the same text once more changes nothing.

    Raises:
        UserFacingError: It has a fault, has the id of a form that comes along, or is another
            wording of a version that is here or was here before a later one.
    """
    form = parse_form(text, origin)
    if form.id in form_names():
        raise UserFacingError(
            f"The form {origin} has the id of a form that comes with MedsDesk: '{form.id}'.",
            "Give it an id of its own.",
        )
    with ws.transaction():
        known = [own for own in list_forms(ws) if own.id == form.id]
        if known and form.version < known[0].version and form.sha256 not in _prints(known):
            raise UserFacingError(
                f"The form {origin} is version {form.version}, but version {known[0].version} of "
                f"'{form.id}' is here already.",
                f"Raise its version to {known[0].version + 1}.",
            )
        own = OwnForm(form.sha256, form.id, form.version, fold(text), utc_now())
        new = add_form(ws, own)
        if new:
            add_entry(ws, _entry(ws, own, actor, "create"))
        return form, new


def own_forms(ws: Workspace) -> tuple[Instrument, ...]:
    """Return the latest version of each form of this workspace, by id."""
    latest: dict[str, OwnForm] = {}
    for own in list_forms(ws):
        latest.setdefault(own.id, own)
    return tuple(parse_form(own.toml, f"'{own.id}'") for own in latest.values())


def known_forms(ws: Workspace) -> tuple[Instrument, ...]:
    """Return every version of every own form: those kept here, and those that studies carry."""
    texts = {own.sha256: own.toml for own in list_forms(ws)}
    for carried in carried_forms(ws):
        for form in msgspec.json.decode(carried, type=tuple[StudyForm, ...]):
            if form.id not in form_names():
                texts.setdefault(form.sha256, form.toml)
    return tuple(parse_form(text, "of this workspace") for text in texts.values())


def find_form(ws: Workspace, name: str, language: str = "en") -> StudyForm:
    """Return a form whole, as a study carries it: one that comes along, or the latest own one.

    Args:
        ws: The workspace.
        name: Its id.
        language: Wanted for the words; an own form is in its own language only.

    Raises:
        UserFacingError: There is no such form, or not in that language.
    """
    own = next((own for own in list_forms(ws) if own.id == name), None)
    if own is not None:
        form = parse_form(own.toml, f"'{own.id}'")
        return StudyForm(form.id, form.version, form.sha256, form.language, own.toml)
    if name not in form_names():
        known = ", ".join((*form_names(), *(form.id for form in own_forms(ws))))
        raise UserFacingError(
            f"There is no rating form named '{name[:40]}'.", f"Choose one of {known}."
        )
    form = load_instrument(name, language)
    words = "" if language == "en" else translation_file(name, language).text
    return StudyForm(form.id, form.version, form.sha256, form.language, form_file(name).text, words)


def read_study_form(carried: StudyForm) -> Instrument:
    """Return the form that a study carries, in the language of its words.

    Raises:
        UserFacingError: It has a fault, or is not the form that it says it is.
    """
    origin = f"'{carried.id[:40]}'"
    if text_sha256(fold(carried.toml)) != carried.sha256:
        raise UserFacingError(
            f"The rating form {origin} of the study is not the one it was made with.",
            "Ask the study's owner for the file once more.",
        )
    form = parse_form(carried.toml, origin)
    if carried.translation:
        form = translate(form, carried.translation, f"'{carried.language[:10]}'")
    if (form.id, form.version, form.language) != (carried.id, carried.version, carried.language):
        raise UserFacingError(
            f"The rating form {origin} of the study has another id, version or language inside.",
            "Ask the study's owner for the file once more.",
        )
    return form


def export_form(ws: Workspace, name: str, target: Path, actor: str = "") -> StudyForm:
    """Write a form's file, to be shared or to be the beginning of an own one.

    Args:
        ws: The workspace.
        name: Its id.
        target: The file, which must be new.
        actor: Who does it, for the trail; the account on this computer unless given.

    Raises:
        UserFacingError: There is no such form, or the file cannot be written.
    """
    form = find_form(ws, name)
    with ws.transaction():
        add_entry(ws, _entry(ws, form, actor, "export"))
        with new_file(target) as part:
            part.write_text(form.toml, encoding="utf-8", newline="\n")
    return form


def _entry(ws: Workspace, form: OwnForm | StudyForm, actor: str, action: str) -> AuditEntry:
    told = {"version": form.version, "sha256": form.sha256}
    return trail_entry(ws, "", actor, action, subject=form.id, after=told)


def _prints(known: list[OwnForm]) -> set[str]:
    return {own.sha256 for own in known}
