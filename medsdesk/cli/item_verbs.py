"""The verbs ``runs items`` and ``runs compare``: the items of a run, and two runs side by side."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE

if TYPE_CHECKING:
    from medsdesk.services.browse_items import Chosen
    from medsdesk.services.compare_runs import FigureComparison, RunComparison
    from medsdesk.store.items import ItemRow

SHOWN = 50
# Those of services.item_kinds, which is heavy to load for a parser.
FILTER_NAMES = (
    "wrong", "unparsed", "truncated", "failed", "disagree", "incomplete", "waiting", "right",
)  # fmt: skip
_ANSWER_CHARS = 60
_WHOLE = 2**31 - 1


def runs_items(args: argparse.Namespace) -> int:
    """List the items of a run: all, or those of a kind, a task or with some words."""
    from medsdesk.services import browse_items
    from medsdesk.services.history import run_manifest
    from medsdesk.services.item_kinds import FILTERS
    from medsdesk.tasks.registry import find_task

    with desk.workspace(desk.workspace_dir(args)) as ws, desk.stoppable() as cancel:
        run_id = run_manifest(ws, args.run).id
        index = browse_items.build_index(ws, run_id, cancel)
        task = args.task if args.task in (None, *index.tasks) else find_task(args.task).id
        wanted = browse_items.Wanted(
            kind=FILTERS[args.filter] if args.filter else None,
            task_id=task,
            found=browse_items.search(ws, index, args.search or "", cancel),
        )
        chosen = browse_items.choose(index, wanted)
        shown = chosen.positions[: args.limit]
        if args.json:
            rows = browse_items.page(ws, run_id, shown, _WHOLE)
            show.document(_items_document(run_id, len(index), chosen, rows))
            return DONE
        _print_items(browse_items.page(ws, run_id, shown), chosen)
    return DONE


def runs_compare(args: argparse.Namespace) -> int:
    """Compare two runs on the items they have in common, with a paired test of each figure."""
    from medsdesk.services.compare_runs import compare_runs

    with desk.workspace(desk.workspace_dir(args)) as ws, desk.stoppable() as cancel:
        found = compare_runs(ws, args.first, args.second, cancel)
    if args.json:
        show.document(_comparison_document(found))
    else:
        _print_comparison(found)
    return DONE


def _items_document(
    run_id: str, items: int, chosen: Chosen, rows: Sequence[ItemRow]
) -> dict[str, object]:
    """Return the document of ``runs items --json``; places in the run and in files count from 1."""
    return {
        "run_id": run_id,
        "items": items,
        "matching": len(chosen.positions),
        "counts": {_name(kind): count for kind, count in chosen.counts.items()},
        "rows": [_item_document(row) for row in rows],
    }


def _item_document(row: ItemRow) -> dict[str, object]:
    return {
        "place": row.position + 1,
        "task": row.task_id,
        "file": row.file or None,
        "item": row.item_index + 1,
        "kinds": _kinds(row),
        "state": row.state,
        "error": row.error,
        "input": row.input,
        "reference": row.references,
        "output": row.answer,
        "finish_reason": row.finish_reason,
        "cut_tokens": row.cut_tokens,
        "output_id": row.output_id,
        "scores": {
            score.name: {
                "value": score.value,
                "answer": score.answer,
                "reason": score.reason,
                "signature": score.signature,
            }
            for score in row.scores
        },
    }


def _print_items(rows: Sequence[ItemRow], chosen: Chosen) -> None:
    if not rows:
        show.say("No item matches.", "Leave out --filter, --search or --task to see more.")
        return
    cells = [
        (
            row.position + 1, row.task_id, row.item_index + 1, ", ".join(_kinds(row)) or "–",
            _leading(row, "strict"), _leading(row, "medsbench"),
            _one_line(row.answer if row.error is None else row.error),
        )
        for row in rows
    ]  # fmt: skip
    show.table([("place", "task", "item", "kinds", "strict", "medsbench", "answer"), *cells])
    counts = ", ".join(f"{n:,} {_name(kind)}" for kind, n in chosen.counts.items() if n)
    show.say(f"{len(rows):,} of {len(chosen.positions):,} matching items shown.")
    if counts:
        show.say(f"Among all {chosen.all:,}: {counts}.")


def _leading(row: ItemRow, protocol: str) -> str:
    from medsdesk.services.item_kinds import leading

    marks = [(s.protocol, s.metric, s.value, s.reason) for s in row.scores]
    found = leading(marks, protocol)
    if found is None:
        return "–"
    return "unscored" if found[2] is None else f"{found[1]} {found[2]:.1f}"


def _kinds(row: ItemRow) -> list[str]:
    from medsdesk.services.browse_items import row_kinds
    from medsdesk.services.item_kinds import FILTERS

    found = row_kinds(row)
    return [name for name, kind in FILTERS.items() if kind & found]


def _name(kind: object) -> str:
    from medsdesk.services.item_kinds import FILTERS

    return next(name for name, known in FILTERS.items() if known == kind)


def _one_line(text: str | None) -> str:
    line = " ".join((text or "").split())
    plain = "".join(sign if sign.isprintable() else "?" for sign in line)
    return plain if len(plain) <= _ANSWER_CHARS else f"{plain[: _ANSWER_CHARS - 1]}…"


def _comparison_document(found: RunComparison) -> dict[str, object]:
    return {
        "first": found.first.id,
        "second": found.second.id,
        "pairs": found.common.pairs,
        "only_first": found.common.only_first,
        "only_second": found.common.only_second,
        "answered_in_both": found.common.answered,
        "in_other_words": found.common.reworded,
        "differences": found.differences,
        "figures": [_figure_document(figure) for figure in found.figures],
    }


def _figure_document(figure: FigureComparison) -> dict[str, object]:
    test = figure.test
    return {
        "task": figure.task_id,
        "protocol": figure.protocol,
        "metric": figure.metric,
        "n": 0 if test is None else test.n,
        "left_out": figure.left_out,
        "first": None if test is None else test.first,
        "second": None if test is None else test.second,
        "difference": None if test is None else test.difference,
        "ci95": None if test is None else test.ci95,
        "differing": None if test is None else test.differing,
        "p": None if test is None else test.p,
        "p_holm": figure.p,
        "distinguishable": figure.distinguishable,
        "method": None if test is None else test.method,
        "seed": None if test is None else test.seed,
        "sentence": figure.sentence,
    }


def _print_comparison(found: RunComparison) -> None:
    for letter, run in (("A", found.first), ("B", found.second)):
        show.OUT.write(f"Run {letter}: {run.id[:8]}, {run.model_name}, {run.created_at[:16]}")
    common = found.common
    show.OUT.write(
        f"{common.pairs:,} items in both; {common.only_first:,} in A alone, "
        f"{common.only_second:,} in B alone. {common.sentence}"
    )
    for difference in found.differences:
        show.OUT.write(f"Mind: {difference}")
    task = ""
    for figure in found.figures:
        if figure.task_id != task:
            task = figure.task_id
            show.OUT.write(f"\n{task}")
        show.OUT.write(f"  {figure.protocol}.{figure.metric}: {figure.sentence}")
        for reason, count in figure.left_out.items():
            show.OUT.write(f"      {count:,} left out: {reason}")
    show.OUT.write(
        "\np is two-sided and corrected for the number of figures of its protocol (Holm)."
    )
