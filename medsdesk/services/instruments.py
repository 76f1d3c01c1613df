"""Read rating forms from the resources, with the fingerprint that is stored beside each rating."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from medsdesk.config.paths import resource
from medsdesk.config.toml_files import read_toml
from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import text_sha256
from medsdesk.core.rating import Instrument

LANGUAGES = ("en", "zh", "ja", "fr", "ru", "es")
_TABLE = "categories"  # a file beside the forms: which of them fits which tasks
_HINT = "Install MedsDesk again; a file of the program itself is missing or was changed."


@dataclass(frozen=True, slots=True)
class FormFile:
    """A file of a form or of its words, whole.

    Attributes:
        text: With line ends folded.
        sha256: Of that text.
    """

    text: str
    sha256: str


def form_names() -> tuple[str, ...]:
    """Return the ids of the forms that come with the program, in order of the alphabet."""
    return tuple(
        sorted(path.stem for path in resource("instruments").glob("*.toml") if path.stem != _TABLE)
    )


@cache
def load_instrument(name: str, language: str = "en") -> Instrument:
    """Return the form kept in ``resources/instruments/<name>.toml``, in a language.

    The fingerprint is that of the form's file in every language: what is asked is the same.

    Raises:
        UserFacingError: When there is no form of that name, or not in that language.
    """
    from medsdesk.services.form_words import translate  # not before another language is wanted

    file = form_file(name)
    form = msgspec.convert(
        {**tomllib.loads(file.text), "sha256": file.sha256}, Instrument, strict=True
    )
    if language == form.language:
        return form
    return translate(form, translation_file(name, language).text, f"'{language}'")


def form_file(name: str) -> FormFile:
    """Return a form's file, the one that its fingerprint is of.

    Raises:
        UserFacingError: When there is no form of that name.
    """
    if name not in form_names():
        raise UserFacingError(
            f"There is no rating form named '{name[:40]}'.",
            f"Choose one that this installation has: {', '.join(form_names())}.",
        )
    return _read(resource("instruments") / f"{name}.toml")


def translation_file(name: str, language: str) -> FormFile:
    """Return the file with a form's words in a language.

    Raises:
        UserFacingError: When there is no such form, or it has no words in that language.
    """
    form_file(name)
    if language not in LANGUAGES[1:]:
        raise UserFacingError(
            f"The rating form '{name}' is not there in the language '{language[:10]}'.",
            f"Choose one of {', '.join(LANGUAGES)}.",
        )
    return _read(resource("instruments") / language / f"{name}.toml")


def form_for(category: str, kind: Literal["single", "pair"], task_id: str = "") -> str:
    """Return the id of the form that fits a task best.

    Args:
        category: The task's category; one that is not known is rated with the general form.
        kind: Whether one output is rated or two are compared.
        task_id: The task, such as ``task112``, for those that differ from their category.
    """
    table = _table()
    rows = [row for row in table["tasks"] if task_id in row["ids"]]
    rows += [row for row in table["category"] if row["name"] == category]
    return str(next((row[kind] for row in rows if kind in row), table["general"][kind]))


def workbench_form() -> Instrument:
    """Return the form shown under every Workbench answer."""
    return load_instrument("workbench")


@cache
def _table() -> dict[str, Any]:
    return read_toml(resource("instruments") / f"{_TABLE}.toml", _HINT)


def _read(path: Path) -> FormFile:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserFacingError(f"The file {path} cannot be read.", _HINT) from error
    # Line ends are folded so that a checkout with CRLF has the same fingerprint.
    text = data.replace(b"\r\n", b"\n").decode("utf-8")
    return FormFile(text, text_sha256(text))
