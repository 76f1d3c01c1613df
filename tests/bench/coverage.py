"""Do 95 % intervals hold the true value in 95 of 100 studies? By simulated studies.

``uv run python -m tests.bench.coverage [--studies N] [--items N] [--resamples N]``: draws studies
of 100 items, 4 models and 3 raters from a known world (a latent quality with effects of item and
model, ratings from 1 to 5 by raters of different leniency, a metric that sees the quality through
noise, and one that sees nothing), makes every interval as the program does, and counts how often
the value of the world itself, from one very large study, is inside: 92 to 97 % is to hold.
Numbers are drawn by seed; nobody rated anything.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as the program does, before numpy comes

import numpy as np

from medsdesk.agreement.alpha import alpha
from medsdesk.agreement.figures import Figure
from medsdesk.agreement.human_metric import Comparison, Settings
from medsdesk.agreement.icc import icc
from medsdesk.agreement.item_pairs import by_item, item_pairs
from medsdesk.agreement.ranks import spearman
from medsdesk.agreement.raters import rater_agreement
from medsdesk.agreement.roc import auc
from medsdesk.agreement.tie_calibration import tie_calibrated
from tests.agreement.worked import Floats

LEAST, MOST = 0.92, 0.97
FALSE_POSITIVES = 0.065  # 5 %, and two standard errors of 1,000 studies
MODELS, RATERS = 4, 3
_LENIENCY = np.array([-0.25, 0.0, 0.25])
_MODEL = np.array([0.0, 0.2, 0.3, 0.5])
_ACCEPTABLE = 3.0
_WORLD = 60_000  # items of the very large study
_SPREAD = {"item": 1.0, "rater": 0.3, "error": 0.8}  # of the world of the intraclass correlation


def main() -> int:
    """Simulate, print and say with the exit code whether every share holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--items", type=int, default=100)
    parser.add_argument("--resamples", type=int, default=1000)
    args = parser.parse_args()
    truth = _truth()
    inside: defaultdict[str, list[bool]] = defaultdict(list)
    p_values: defaultdict[str, list[float]] = defaultdict(list)
    before = time.process_time()
    for seed in range(args.studies):
        for name, low, high in _intervals(seed, args.items, args.resamples, p_values):
            inside[name].append(low <= truth[name] <= high)
    print(f"{args.studies} studies, {args.items} items, {time.process_time() - before:.0f} s")
    held = True
    for name, found in inside.items():
        share = sum(found) / len(found)
        held &= LEAST <= share <= MOST
        print(f"{name:28} true value {truth[name]:7.4f}  inside {share:6.1%}  (n = {len(found)})")
    for name, drawn in p_values.items():
        print(f"{name:28} p <= 0.05 in {np.mean(np.array(drawn) <= 0.05):6.1%}")
    false = float(np.mean(np.array(p_values["random metric"]) <= 0.05))
    return 0 if held and false <= FALSE_POSITIVES else 1


def _world(random: np.random.Generator, items: int) -> tuple[Floats, Floats, Floats]:
    """Draw ratings, shape (items, models, raters), a metric that follows, and one that does not."""
    quality = random.normal(0, 0.6, (items, 1)) + _MODEL + random.normal(0, 0.8, (items, MODELS))
    seen = quality[:, :, None] + _LENIENCY + random.normal(0, 0.6, (items, MODELS, RATERS))
    ratings = np.clip(np.round(3 + seen), 1, 5)
    metric = quality + random.normal(0, 1, quality.shape)
    return ratings, metric, random.normal(0, 1, quality.shape)


def _truth() -> Mapping[str, float]:
    ratings, metric, _ = _world(np.random.default_rng(99), _WORLD)
    human = ratings.mean(axis=2)
    best = tie_calibrated(item_pairs(human[:4000], metric[:4000]), 1)
    threshold = 0.0 if best is None else best.threshold
    total = sum(each**2 for each in _SPREAD.values())
    return {
        "kendall_tau_b_by_item": float(np.nanmean(by_item(human, metric, "kendall_tau_b")(None))),
        "spearman_by_item": float(np.nanmean(by_item(human, metric, "spearman")(None))),
        "acc_eq_star": float(np.nanmean(by_item(human, metric, "acc_eq", threshold)(None))),
        "acc_eq_star_held_out": float(
            np.nanmean(by_item(human, metric, "acc_eq", threshold)(None))
        ),
        "spearman_pooled": spearman(human.ravel(), metric.ravel()),
        "auc_unacceptable": auc((human >= _ACCEPTABLE).ravel(), metric.ravel()),
        "krippendorff_alpha_ordinal": alpha(ratings.reshape(-1, RATERS), "ordinal"),
        "icc_2_1": _SPREAD["item"] ** 2 / total,
    }


def _intervals(
    seed: int, items: int, resamples: int, p_values: Mapping[str, list[float]]
) -> Iterator[tuple[str, float, float]]:
    random = np.random.default_rng([1, seed])
    ratings, metric, chance = _world(random, items)
    settings = Settings(resamples=resamples, seed=seed)
    human = ratings.mean(axis=2)
    compared = Comparison(human, metric, settings)
    figures = [
        *compared.order_figures(),
        *compared.pooled_figures(),
        compared.acceptable_figure(compared.cut_at(_ACCEPTABLE)),
    ]
    p_values["planted metric"].append(_p_value(figures))
    p_values["random metric"].append(
        _p_value(list(Comparison(human, chance, settings).order_figures()))
    )
    agreed = rater_agreement(
        ratings.reshape(-1, RATERS), "ordinal", (1, 2, 3, 4, 5), resamples, seed,
        items=np.repeat(np.arange(items), MODELS),
    )  # fmt: skip
    for figure in (*figures, agreed[0]):
        if figure.ci95 is not None:
            yield figure.statistic, *figure.ci95
    found = icc(_continuous(random, items))
    if found is not None:
        yield "icc_2_1", *found.single_ci95


def _continuous(random: np.random.Generator, items: int) -> Floats:
    """Draw ratings of items by raters who are a sample themselves."""
    parts = (
        random.normal(0, _SPREAD["item"], (items, 1)),
        random.normal(0, _SPREAD["rater"], (1, RATERS)),
        random.normal(0, _SPREAD["error"], (items, RATERS)),
    )
    return np.asarray(sum(parts))


def _p_value(figures: list[Figure]) -> float:
    found = figures[0].p_value
    return 1.0 if found is None else found


if __name__ == "__main__":
    sys.exit(main())
