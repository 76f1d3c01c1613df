"""Write runs to files that statisticians, spreadsheets and the authors' scripts take.

Text cells are neutralised against spreadsheet formulas (see ``spreadsheet``), except in the
``medsbench-csv`` and ``jsonl`` forms, which programs read byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from medsdesk.config.files import replacing
from medsdesk.core.errors import UserFacingError
from medsdesk.core.run_format import RUN_FORMATS, RunFormat
from medsdesk.services.csv_tables import write_rows
from medsdesk.services.history import answers, run_manifest
from medsdesk.services.note_export import noted_export
from medsdesk.store.evaluations import positions
from medsdesk.store.models import list_models

if TYPE_CHECKING:
    from medsdesk.services.spreadsheet import Cell
    from medsdesk.store.outputs import AnswerRow
    from medsdesk.store.workspace import Workspace

ANSWER_COLUMNS = (
    "run", "output", "item", "task", "category", "language", "model", "shots", "created_at",
    "finish_reason", "prompt_tokens", "cut_tokens", "tokens", "seconds", "origin",
    "input", "reference", "answer", "unscored",
)  # fmt: skip
MEDSBENCH_COLUMNS = ("task_id", "input", "GT", "output")


def export_run(ws: Workspace, run_id: str | None, path: Path, form: RunFormat) -> int:
    """Write the answers of a run (or of all runs) with their scores.

    Returns:
        The number of answers written.

    Raises:
        UserFacingError: No such run, unknown form, or the file cannot be written.
    """
    if form not in RUN_FORMATS:
        raise UserFacingError(
            f"There is no export form '{form}'.", f"Choose one of {', '.join(RUN_FORMATS)}."
        )
    refuse_own(ws, path)
    rows = _all(ws, run_manifest(ws, run_id).id if run_id else None)
    with noted_export(ws, path, "answers", len(rows)):
        _write_answers(path, rows, form)
    return len(rows)


def _write_answers(path: Path, rows: Sequence[AnswerRow], form: RunFormat) -> None:
    if form == "jsonl":
        with replacing(path) as file:
            for answer in rows:
                file.write(json.dumps(_document(answer), ensure_ascii=False) + "\n")
    elif form == "medsbench-csv":
        plain = [[a.sample.task_id, a.sample.input, _reference(a), _text(a)] for a in rows]
        _write_csv(path, MEDSBENCH_COLUMNS, plain, raw=True)
    else:
        metrics = _metric_names(rows)
        header = (*ANSWER_COLUMNS, *(f"metric:{name}" for name in metrics))
        _write_csv(path, header, [[*_answer_cells(a), *_score_cells(a, metrics)] for a in rows])


def write_table(
    ws: Workspace,
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    bom: bool = False,
) -> None:
    """Write a table of figures and words; cells are neutralised, the file is whole or not there.

    Raises:
        UserFacingError: The file cannot be written, or belongs to the workspace.
    """
    refuse_own(ws, path)
    _write_csv(path, header, rows, bom=bom)


def refuse_own(ws: Workspace, path: Path) -> None:
    """Keep an export from replacing the workspace's database or a model file."""
    target = path.resolve()
    database = ws.path.resolve()
    is_database = target.parent == database.parent and target.name.startswith(database.name)
    if is_database or target in {Path(model.path).resolve() for model in list_models(ws)}:
        raise UserFacingError(
            f"{target} belongs to the workspace itself and is not written over.",
            "Choose another name for the export.",
        )


def _all(ws: Workspace, run_id: str | None = None) -> tuple[AnswerRow, ...]:
    """Oldest first, so that a later export only adds lines at the end.

    An evaluation's are in the order of its items, also where some were tried again later.
    """
    rows = tuple(reversed(answers(ws, run_id, limit=-1)))
    places = positions(ws, run_id) if run_id else {}
    return tuple(sorted(rows, key=lambda row: places.get(row.output.id, 0)))


def _write_csv(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    bom: bool = False,
    raw: bool = False,
) -> None:
    with replacing(path, "utf-8-sig" if bom else "utf-8") as file:
        write_rows(file, header, rows, raw=raw)


def _metric_names(rows: Iterable[AnswerRow]) -> tuple[str, ...]:
    return tuple(sorted({score.name for row in rows for score in row.scores}))


def _score_cells(row: AnswerRow, metrics: Sequence[str]) -> list[Cell]:
    values = {score.name: score.value for score in row.scores}
    return [values.get(name) for name in metrics]


def _answer_cells(row: AnswerRow) -> list[Cell]:
    sample, completion = row.sample, row.output.completion
    unscored = "; ".join(f"{s.name}: {s.reason}" for s in row.scores if s.value is None)
    return [
        row.output.run_id, row.output.id, sample.id, sample.task_id, sample.category,
        sample.language, row.model_id, row.shots, row.output.created_at,
        completion.finish_reason, completion.prompt_tokens, completion.cut_tokens,
        completion.tokens, round(completion.seconds, 3), sample.origin,
        sample.input, _reference(row), _text(row), unscored,
    ]  # fmt: skip


def _document(row: AnswerRow) -> dict[str, object]:
    built: dict[str, object] = msgspec.to_builtins(row)
    return built


def _reference(row: AnswerRow) -> str:
    """Return the references as one cell; several are a JSON list, as the authors' scripts write."""
    targets = row.sample.targets
    if len(targets) > 1:
        return json.dumps(targets, ensure_ascii=False)
    return targets[0] if targets else ""


def _text(row: AnswerRow) -> str:
    return row.output.completion.text
