"""Suggest where the task file of own texts may be saved, and say what is wrong with a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from medsdesk.core.errors import UserFacingError
from medsdesk.services.task_words import TaskWords, target_of

_MOST = 1000  # names that are tried


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place for a task file.

    Attributes:
        path: The file; None where there is none.
        there: Whether there is a file of that name already.
        problem: What is wrong, in one or two sentences; empty where nothing is.
    """

    path: Path | None = None
    there: bool = False
    problem: str = ""


def suggest_task_file(
    words: TaskWords, sources: Sequence[Path], given: str = "", *, numbered: bool = False
) -> Suggestion:
    """Return a file beside the texts that is not there yet, or what becomes of a given one.

    Args:
        words: What the task is.
        sources: The texts; nothing can be suggested for none.
        given: File or folder that the user wrote; empty to have one suggested. A name without
            a folder is one beside the texts.
        numbered: Whether the file is not to be called after a text either.
    """
    if not sources:
        return Suggestion()
    beside = sources[0].absolute().parent
    if numbered and not words.name and not sources[0].is_dir():
        words = replace(words, name=beside.name)
    try:
        if not given:
            return Suggestion(_free(words, beside, sources))
        return _look_at(target_of(words, beside / Path(given).expanduser(), sources))
    except UserFacingError as error:
        return Suggestion(problem=f"{error.message} {error.hint}")
    except (OSError, ValueError, RuntimeError):
        return Suggestion(problem="This is no name of a file. Choose another one.")


def _look_at(path: Path) -> Suggestion:
    if not path.parent.is_dir():
        return Suggestion(problem=f"There is no folder {path.parent}. Choose another one.")
    if path.exists():
        told = f"The file {path.name} is there already. Choose another name, or have it replaced."
        return Suggestion(path, there=True, problem=told)
    return Suggestion(path)


def _free(words: TaskWords, folder: Path, sources: Sequence[Path]) -> Path:
    """Return the usual name, with a number where a file has it already."""
    usual = path = target_of(words, folder, sources)
    for number in range(2, _MOST):
        if not path.exists():
            return path
        path = usual.with_stem(f"{usual.stem}-{number}")
    raise UserFacingError(
        f"The folder {folder} is full of files of this name.", "Give the file another name."
    )
