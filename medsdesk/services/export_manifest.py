"""The record that goes with exported ratings: what they are, of what, how made, how to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import program_version
from medsdesk.services.rated_forms import exported_studies
from medsdesk.services.study_measures import signature_of
from medsdesk.store.imported_ratings import list_imported_files
from medsdesk.store.outputs import score_signatures
from medsdesk.store.runs import get_run

if TYPE_CHECKING:
    from medsdesk.services.deidentify import Deidentifying
    from medsdesk.services.gather_ratings import RatingSet
    from medsdesk.store.workspace import Workspace

FORMAT = 1
CSV_ESCAPING = (
    "A text that begins with = + - @ | % a tab, a line end, NUL, their full-width forms, or an "
    "apostrophe has one apostrophe before it, also behind spaces and characters without a width; "
    "take that one off to have the text. Numbers stand as they are."
)
EXCEL_ESCAPING = (
    "Texts are typed as texts, so that none is a formula. A character that a workbook cannot hold "
    "stands as _xHHHH_, its code in hexadecimal, and a text that looks so has _x005F_ for its "
    "first underscore. A text over 32,767 characters stands in parts in the sheet 'long texts'."
)
DEIDENTIFIED = {
    "ids": "HMAC-SHA256 with a random key that stays in the workspace, 20 hexadecimal digits",
    "dates": "moved back by 1 to 365 days, to the second, the same for all of a case; in UTC",
    "left_out": "comments, corrections, marks, texts, answers, references, names of files",
    "kept": "names of questions and scores; public tasks, categories, models and forms; languages",
}


def signatures(ws: Workspace, found: RatingSet) -> dict[str, tuple[str, ...]]:
    """Return how the scores were made, by the names that they have in an export."""
    stored = score_signatures(ws)
    told = {}
    for name in stored.keys() | set(found.metrics):
        made = stored.get(name, ())
        measured = signature_of(name)
        shown = name if found.rewriting is None else found.rewriting.name("metric", name)
        if shown in found.metrics and (made or measured):
            told[shown] = made or (measured or "",)
    return dict(sorted(told.items()))


def manifest(ws: Workspace, found: RatingSet) -> dict[str, Any]:
    """Return the record without what it says of files, which are still to be written.

    It says nothing of when it was made, so that the same ratings have the same record; the trail
    has the time.
    """
    told: dict[str, Any] = {
        "format": FORMAT,
        "program": "MedsDesk",
        "version": program_version(),
        "profile": found.profile,
        "ratings": len(found.rows),
        "forms": [
            {"id": form.id, "version": form.version, "sha256": form.sha256}
            for form in found.forms.values()
        ],
        "studies": _studies(ws, found),
        "metrics": signatures(ws, found),
        "runs": _runs(ws, found),
        "escaping": {"csv": CSV_ESCAPING, "xlsx": EXCEL_ESCAPING},
    }
    if found.left_out is None:
        told["imported_files"] = msgspec.to_builtins(list_imported_files(ws))
    else:
        told["deidentified"] = {**DEIDENTIFIED, "counts": msgspec.to_builtins(found.left_out)}
    return told


def _studies(ws: Workspace, found: RatingSet) -> list[dict[str, Any]]:
    told = []
    for sha256, plan in exported_studies(ws):
        forms = [{"id": f.id, "version": f.version, "sha256": f.sha256} for f in plan.forms]
        named = {"study": _id(found, "study", plan.name), "plan_sha256": sha256, "forms": forms}
        if found.rewriting is None:
            named |= {"id": plan.id, "created_at": plan.created_at, "version": plan.version}
        told.append({**named, "kind": plan.kind, "primary": plan.primary})
    return told


def _runs(ws: Workspace, found: RatingSet) -> list[dict[str, Any]]:
    """Return the records of the runs that rated answers are of; of imported ones there is none."""
    told = []
    for run_id in found.runs:
        try:
            run: dict[str, Any] = msgspec.to_builtins(get_run(ws, run_id))
        except UserFacingError:
            continue
        if run["id"] == run_id:
            told.append(run if found.rewriting is None else _stripped(found.rewriting, run))
    return told


_TOLD_OF_RUNS = (
    "model_sha256", "model_quantisation", "generate", "shots", "template_id", "template_version",
    "metrics", "packages",
)  # fmt: skip


def _stripped(rewriting: Deidentifying, run: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a run's record names no file, no machine and no day."""
    return {
        "id": rewriting.id("run", run["id"]),
        "model": rewriting.word("model", run["model_id"]),
        "tasks": [rewriting.word("task", task) for task in run["task_ids"]],
        "context": run["load"]["context"],
        **{name: run[name] for name in _TOLD_OF_RUNS},
    }


def _id(found: RatingSet, kind: str, text: str) -> str:
    return text if found.rewriting is None else found.rewriting.id(kind, text)


def sums(files: Mapping[str, str]) -> str:
    """Return the lines of a file of checksums, as ``sha256sum -c`` reads them."""
    return "".join(f"{sha256}  {name}\n" for name, sha256 in files.items())


def about(told: Mapping[str, Any], notes: Sequence[str]) -> list[list[str | int]]:
    """Return the rows of the sheet 'about': what the record says, a line each."""
    rows: list[list[str | int]] = [
        ["program", f"{told['program']} {told['version']}"],
        ["profile", told["profile"]],
        ["ratings", told["ratings"]],
    ]
    rows += [["form", f"{f['id']} {f['version']}, {f['sha256']}"] for f in told["forms"]]
    rows += [["study plan", f"{s['study']}, {s['plan_sha256']}"] for s in told["studies"]]
    rows += [["score", f"{name}: {' | '.join(made)}"] for name, made in told["metrics"].items()]
    rows += [["escaping", told["escaping"]["xlsx"]]]
    rows += [["deidentified", f"{k}: {v}"] for k, v in told.get("deidentified", {}).items()]
    rows += [["note", note] for note in notes]
    return rows
