"""Ratings made up for tests of comparisons: tables of numbers, written to a file and taken in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from medsdesk.services.import_ratings import import_ratings
from medsdesk.store.workspace import Workspace
from tests.agreement.worked import Floats


def take_in(ws: Workspace, folder: Path, head: str, rows: Sequence[Sequence[object]]) -> None:
    """Import rows under a head of columns."""
    path = folder / "ratings.csv"
    lines = [head, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert import_ratings(ws, path).complete


def rated(
    ws: Workspace, folder: Path, human: Floats, metric: Floats, name: str = "strict.near"
) -> None:
    """Import ratings of a form's question by two raters, shape (items, models), and scores."""
    rows = [
        (
            "S", f"i{item}", rater, "accuracy", "workbench", human[item, model],
            f"m{model}", "easy" if item % 2 else "hard",
            "" if np.isnan(metric[item, model]) else round(float(metric[item, model]), 6),
        )
        for item, model in np.ndindex(human.shape)
        for rater in "AB"
        if not np.isnan(human[item, model])
    ]  # fmt: skip
    head = "study,item,rater,criterion,instrument,value,model,category"
    take_in(ws, folder, f"{head},metric:{name}", rows)


def paired(
    ws: Workspace, folder: Path, votes: Sequence[tuple[str, str, int]], raters: str = "A"
) -> None:
    """Import votes on pairs: two models, and how far the first is preferred."""
    rows = []
    for number, (first, second, value) in enumerate(votes):
        for rater in raters:
            for side, model, sign in (("A", first, 1), ("B", second, -1)):
                rows.append(
                    ("S", f"p{number}", rater, "better", sign * value, model, side,
                     f"o{number}{side}", "interval")
                )  # fmt: skip
    take_in(ws, folder, "study,item,rater,criterion,value,model,side,output,scale", rows)
