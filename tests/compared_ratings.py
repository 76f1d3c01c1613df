"""Ratings made up by a rule, for tests of comparisons: nobody gave them and nothing ships them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from medsdesk.services.import_ratings import import_ratings
from medsdesk.store.workspace import Workspace

MODELS = ("zebra-8b", "okapi-1b", "kudu-3b")
RATERS = ("A", "B", "C")
CATEGORIES = ("Text Summarization", "Treatment Planning")


def import_planted(ws: Workspace, folder: Path, items: int = 36, seed: int = 3) -> Path:
    """Import ratings of two questions by three raters, one metric near them, one made of noise.

    ``useful`` is a question of the form ``summary``, whose points are known; ``harm``, on which
    high is bad, one of a form that is not. ``strict.flat`` is the same everywhere.
    """
    random = np.random.default_rng(seed)
    head = "study,item,task,category,language,model,rater,instrument,criterion,scale,value"
    metrics = ("strict.near", "strict.noise", "strict.flat", "medsbench.near")
    lines = [",".join((head, *(f"metric:{name}" for name in metrics)))]
    for item in range(items):
        for at, model in enumerate(MODELS):
            truth = random.normal(0.5 - 0.5 * at, 1)
            near = 50 + 12 * truth + random.normal(0, 5)
            scores = [f"{near:.4f}", f"{random.normal(50, 9):.4f}", "7", f"{near:.5f}"]
            for rater in RATERS:
                seen = truth + random.normal(0, 0.5)
                good = int(np.clip(round(3 + 1.2 * seen), 1, 5))
                place = item % 2
                start = [
                    "Planted", f"i{item}", f"task{place}", CATEGORIES[place], "en", model, rater,
                ]  # fmt: skip
                lines.append(",".join([*start, "summary", "useful", "ordinal", str(good), *scores]))
                lines.append(
                    ",".join([*start, "summary-harm", "harm", "ordinal", str(6 - good), *scores])
                )
    path = folder / "planted.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert import_ratings(ws, path).complete
    return path
