"""What scoring 10,000 rows costs beside the metric libraries alone, on the same tokens.

``uv run python -m tests.bench.scoring [RUNS]``: each run times, one after the other, the
libraries fed with tokens made beforehand, and MedsDesk scoring a file with the same texts: reading
the table, cutting tokens, every metric, sums and intervals. The libraries are nltk and rouge for
``medsbench``; sacrebleu and rouge-score for ``strict``, which cut tokens themselves. Real answers
from ``shared/data`` where it lies beside the checkout, repeated up to the number of rows; else
the project's own texts. Figures are medians over the pairs, with minimum and maximum.
"""

from __future__ import annotations

import csv
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from medsdesk.core.task import MetricFamily
from medsdesk.metrics.overlap import UnicodeWords
from medsdesk.metrics.tokenizers import tokenizer_for
from medsdesk.services.export import MEDSBENCH_COLUMNS
from medsdesk.services.score_file import score_file
from medsdesk.tasks.registry import bench_tasks, find_task, task_content

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = ROOT.parent / "shared" / "data"
ROWS = 10_000
LIMIT = 1.3

Row = tuple[str, str, str, str]
Work = Callable[[], object]


def real_rows() -> Iterator[Row]:
    """Yield the rows of the result files that lie beside the checkout."""
    for path in sorted(SHARED.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as table:
            for row in csv.DictReader(table):
                yield row["task_id"], row["input"], row["GT"], row["output"]


def own_rows() -> Iterator[Row]:
    """Yield each text task's cases, answered with the next case's answer."""
    for task in bench_tasks():
        if task.metric is MetricFamily.TEXT:
            cases = task_content(task.id).cases
            for case, other in zip(cases, (*cases[1:], cases[0]), strict=True):
                yield task.id, case.input, case.output, other.output


def text_rows(count: int) -> tuple[list[Row], str]:
    """Return rows of free-text tasks, the only ones that libraries score, and where from."""
    real = [r for r in real_rows() if find_task(r[0]).metric is MetricFamily.TEXT]
    rows = real or list(own_rows())
    origin = "shared/data" if real else "the project's own content"
    return list(islice(cycle(rows), count)), f"{len(rows)} different rows of {origin}"


def medsbench_libraries(rows: Sequence[Row]) -> Work:
    """Return nltk's BLEU-1 and rouge's ROUGE-L over tokens that are made here, untimed."""
    from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu
    from rouge import Rouge

    sys.setrecursionlimit(10_000)  # as the authors do; rouge needs a level per token
    bleu: Callable[..., float] = sentence_bleu
    makers: tuple[Callable[..., Any], ...] = (SmoothingFunction, Rouge)
    smooth, scorer = makers[0]().method1, makers[1](metrics=["rouge-l"])
    cut = [tokenizer_for(find_task(row[0]).output_languages[0]).cut for row in rows]
    tokens = [(c(out), c(gold)) for c, (_, _, gold, out) in zip(cut, rows, strict=True)]
    texts = [(" ".join(out), " ".join(gold)) for out, gold in tokens]

    def work() -> None:
        for out, gold in tokens:
            bleu([gold], out, weights=(1, 0, 0, 0), smoothing_function=smooth)
        for answer, reference in texts:
            scorer.get_scores(answer, reference)

    return work


def strict_libraries(rows: Sequence[Row]) -> Work:
    """Return sacrebleu's BLEU and chrF and rouge-score's ROUGE-1, ROUGE-2 and ROUGE-L."""
    from rouge_score.rouge_scorer import RougeScorer
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    make: Callable[..., Any] = RougeScorer
    rouge = make(["rouge1", "rouge2", "rougeL"], tokenizer=UnicodeWords())
    names = {"zh": "zh", "ja": "char", "ru": "intl"}
    languages = [find_task(row[0]).output_languages[0] for row in rows]
    bleus = {x: BLEU(tokenize=names.get(x, "13a"), effective_order=True) for x in set(languages)}
    chrf = CHRF()

    def work() -> None:
        for language, (_, _, gold, out) in zip(languages, rows, strict=True):
            bleus[language].sentence_score(out, [gold])
            chrf.sentence_score(out, [gold])
            rouge.score(gold, out)

    return work


def write(rows: Sequence[Row], path: Path) -> Path:
    """Write a result file."""
    with path.open("w", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows([MEDSBENCH_COLUMNS, *rows])
    return path


def seconds(work: Work) -> float:
    """Return the processor seconds of a piece of work; others on the machine do not count."""
    started = time.process_time()
    work()
    return time.process_time() - started


def compare(name: str, libraries: Work, ours: Work, runs: int) -> float:
    """Print medians of paired runs and return the median ratio."""
    libraries()
    ours()  # dictionaries and caches are warm for both
    pairs = [(seconds(libraries), seconds(ours)) for _ in range(runs)]
    ratios = [own / library for library, own in pairs]
    for label, figures, unit in (
        ("libraries alone", [library for library, _ in pairs], "s"),
        ("MedsDesk", [own for _, own in pairs], "s"),
        ("ratio pair by pair", ratios, "x"),
    ):
        middle = statistics.median(figures)
        spread = f"min {min(figures):.3f}, max {max(figures):.3f}"
        print(f"{name:10} {label:20} {middle:8.3f} {unit}  ({spread}, n = {len(figures)})")
    return statistics.median(ratios)


def main(words: Sequence[str]) -> int:
    """Measure and print; return 0 where both ratios are within the limit, else 1."""
    runs = int(words[0]) if words else 5
    count = int(words[1]) if len(words) > 1 else ROWS
    rows, origin = text_rows(count)
    print(f"{count:,} rows ({origin}); processor time; limit {LIMIT}")
    with tempfile.TemporaryDirectory() as folder:
        path = write(rows, Path(folder) / "results.csv")
        ratios = [
            compare(name, libraries(rows), partial(score_file, path, (name,)), runs)
            for name, libraries in (
                ("medsbench", medsbench_libraries),
                ("strict", strict_libraries),
            )
        ]
    return 0 if max(ratios) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
