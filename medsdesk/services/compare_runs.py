"""Compare two runs on the items they have in common, and say whether they can be told apart."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.metrics.judgement import LEADING
from medsdesk.metrics.paired import ALPHA, PairedTest, compare, holm
from medsdesk.store import items, pairs, runs

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.run import FileRecord, RunSpec
    from medsdesk.core.score import Score
    from medsdesk.store.pairs import PairedMetric
    from medsdesk.store.workspace import Workspace

OTHER_REFERENCE = "the references differ"
OTHER_WAY = "scored in different ways"
_CANCEL_EVERY = 1000


@dataclass(frozen=True, slots=True)
class Common:
    """How the items of two runs go together.

    Attributes:
        pairs: Items that both have, answered or not.
        only_first: Items of the first run that the second has not.
        only_second: Items of the second that the first has not.
        answered: Items that both have an answer to.
        reworded: Those of them whose answers are not the same to the letter.
    """

    pairs: int
    only_first: int
    only_second: int
    answered: int = 0
    reworded: int = 0

    @property
    def sentence(self) -> str:
        """On how many items the answers differ."""
        if not self.answered:
            return "No item has an answer in both runs."
        if not self.reworded:
            return f"The answers are the same to the letter on all {self.answered:,} items."
        return f"The answers differ in their words on {self.reworded:,} of {self.answered:,} items."


@dataclass(frozen=True, slots=True)
class FigureComparison:
    """One figure of one task in both runs.

    Attributes:
        task_id: The task.
        protocol: How the answers were scored.
        metric: Name within the protocol.
        test: What came of the test; None where no item has a score in both runs.
        p: The test's p, corrected for the number of figures of its protocol (Holm).
        left_out: Items with an answer in both runs that are not in the test, by reason.
        sentence: What it means, in one sentence.
    """

    task_id: str
    protocol: str
    metric: str
    test: PairedTest | None
    p: float | None
    left_out: Mapping[str, int] = field(default_factory=dict)
    sentence: str = ""

    @property
    def distinguishable(self) -> bool:
        """Whether the difference is more than chance explains, at the level of 5 %."""
        return self.p is not None and self.p <= ALPHA


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Two runs side by side.

    Attributes:
        first: Manifest of the first run.
        second: Of the second.
        common: How their items go together.
        differences: In what the runs differ besides the model, a sentence each.
        figures: One for each task, protocol and metric, in the order of the first run.
    """

    first: RunSpec
    second: RunSpec
    common: Common
    differences: tuple[str, ...]
    figures: tuple[FigureComparison, ...]


def leading_figures(found: RunComparison, protocol: str) -> tuple[FigureComparison, ...]:
    """Return for each task the figure that stands for a protocol."""
    best: dict[str, FigureComparison] = {}
    for figure in found.figures:
        if figure.protocol == protocol and figure.metric in LEADING:
            held = best.setdefault(figure.task_id, figure)
            if LEADING.index(figure.metric) < LEADING.index(held.metric):
                best[figure.task_id] = figure
    return tuple(best.values())


def summary(found: RunComparison, protocol: str) -> str:
    """Return in a sentence in how many tasks the runs can be told apart by a protocol."""
    figures = leading_figures(found, protocol)
    higher = Counter(
        "A" if f.test.difference > 0 else "B" for f in figures if f.test and f.distinguishable
    )
    tasks = f"{len(figures):,} task{'s' * (len(figures) != 1)}"
    if not higher:
        return f"Not distinguishable in any of {tasks}."
    rest = len(figures) - higher.total()
    return (
        f"Of {tasks}, run A scores higher in {higher['A']:,} and run B in {higher['B']:,}; in "
        f"{rest:,} the runs are not distinguishable."
    )


def compare_runs(ws: Workspace, first: str, second: str, cancel: CancelToken) -> RunComparison:
    """Test every figure of two runs over the items they have in common.

    Items are the same by task file and place in it, or by text and task; never by their order.

    Raises:
        UserFacingError: There is no such run, it is the same one, or they share no item.
        CancelledError: Stopped.
    """
    one, other = runs.get_run(ws, first), runs.get_run(ws, second)
    if one.id == other.id:
        raise UserFacingError("A run cannot be compared with itself.", "Name two runs.")
    with ws.reading():
        common = common_items(ws, one.id, other.id)
        if not common.pairs:
            raise UserFacingError(
                f"The runs {one.id[:8]} and {other.id[:8]} have no item in common.",
                "Compare runs of the same task files, or of the same text and task.",
            )
        tested = [
            _figure(ws, one.id, other.id, wanted, cancel)
            for wanted in pairs.paired_metrics(ws, one.id, other.id)
        ]
    return RunComparison(one, other, common, differences(one, other), _corrected(tested))


def common_items(ws: Workspace, first: str, second: str) -> Common:
    """Return how many items two runs have in common."""
    with ws.reading():
        count = sum(1 for _ in pairs.pair_items(ws, first, second))
        mine, theirs = (items.count_of(ws, run) - count for run in (first, second))
        answered, reworded = pairs.count_reworded(ws, first, second)
        return Common(count, mine, theirs, answered, reworded)


def partners(ws: Workspace, first: str, second: str) -> array[int]:
    """Return for each item of a run its position in another one, -1 where that has it not."""
    with ws.reading():
        found = array("i", [-1]) * items.count_of(ws, first)
        for position, other in pairs.pair_items(ws, first, second):
            found[position] = other
    return found


def differences(first: RunSpec, second: RunSpec) -> tuple[str, ...]:
    """Return in what two runs differ besides the model, a sentence each.

    A difference between their scores may then come of these as well.
    """
    found = []
    if first.load.path == second.load.path and first.loaded.served:
        found.append("Both runs are of the same model on the same server, by its name there.")
    elif first.model_sha256 and first.model_sha256 == second.model_sha256:
        found.append("Both runs are of the same model file.")
    for what, read in _SETTINGS.items():
        one, other = read(first), read(second)
        if one != other:
            found.append(f"{what}: {one} in run A, {other} in run B.")
    return (*found, *_file_differences(_files(first), _files(second)))


def _file_differences(
    first: Mapping[str, FileRecord], second: Mapping[str, FileRecord]
) -> Iterator[str]:
    both = [(record, second[sha]) for sha, record in first.items() if sha in second]
    shots = sorted({(one.shots, other.shots) for one, other in both if one.shots != other.shots})
    if shots:
        told = ", ".join(f"{one} in run A and {other} in run B" for one, other in shots)
        yield f"Worked cases in the prompt: {told}."
    elif any(one.case_items != other.case_items for one, other in both if one.shots):
        yield "The worked cases in the prompts are not the same ones."
    if any(one.definition_sha256 != other.definition_sha256 for one, other in both):
        yield "The instructions in the prompts are not the same."


def _files(spec: RunSpec) -> Mapping[str, FileRecord]:
    return {file.sha256: file for file in spec.evaluation.files} if spec.evaluation else {}


_SETTINGS: Mapping[str, Callable[[RunSpec], object]] = {
    "Worked cases": lambda s: s.shots if s.evaluation is None else "as the files say",
    "Where worked cases come from": lambda s: s.evaluation.cases if s.evaluation else "own",
    "Prompt template": lambda s: f"{s.template_id} {s.template_version}",
    "Longest answer in tokens": lambda s: s.generate.max_new_tokens,
    "Temperature": lambda s: s.generate.temperature,
    "Prompts that do not fit": lambda s: (
        "refused" if s.generate.overflow == "refuse" else "cut from the left"
    ),
    "Items answered at once": lambda s: s.load.slots,
    "Beginnings that prompts have in common": lambda s: "kept" if s.load.reuse else "read anew",
    "Answers guessed ahead": lambda s: "yes" if s.load.draft else "no",
    "Context in tokens": lambda s: s.loaded.context,
    "Version of MedsDesk": lambda s: s.packages.get("medsdesk", "not recorded"),
}


def _figure(
    ws: Workspace, first: str, second: str, wanted: PairedMetric, cancel: CancelToken
) -> FigureComparison:
    left_out: Counter[str] = Counter()
    rows = pairs.paired_scores(ws, first, second, wanted)
    test = compare(_comparable(rows, left_out, cancel))
    return FigureComparison(
        task_id=wanted.task_id,
        protocol=wanted.protocol,
        metric=wanted.metric,
        test=test,
        p=None if test is None else test.p,
        left_out=dict(left_out),
    )


def _comparable(
    rows: Iterator[tuple[Score, Score, bool]], left_out: Counter[str], cancel: CancelToken
) -> Iterator[tuple[Score, Score]]:
    """Yield the pairs that can be tested, and count why others cannot."""
    signature = ""
    for count, (one, other, same_reference) in enumerate(rows):
        if count % _CANCEL_EVERY == 0 and cancel.cancelled:
            raise CancelledError
        if not same_reference:
            left_out[OTHER_REFERENCE] += 1
        elif one.value is None or other.value is None:
            left_out[_who(one, other)] += 1
        elif one.signature != other.signature or (signature and one.signature != signature):
            left_out[OTHER_WAY] += 1
        else:
            signature = one.signature
            yield one, other


def _who(one: Score, other: Score) -> str:
    if one.value is None and other.value is None:
        return "unscored in both runs"
    return f"unscored in run {'A' if one.value is None else 'B'} alone"


def _corrected(figures: Sequence[FigureComparison]) -> tuple[FigureComparison, ...]:
    """Return figures with p corrected over all of their protocol, and with their sentences."""
    values: dict[str, list[tuple[int, float]]] = {}
    for place, figure in enumerate(figures):
        if figure.p is not None:
            values.setdefault(figure.protocol, []).append((place, figure.p))
    made = list(figures)
    for placed in values.values():
        for (place, _), p in zip(placed, holm([p for _, p in placed]), strict=True):
            made[place] = replace(made[place], p=p)
    return tuple(
        replace(figure, sentence=_sentence(figure, len(values.get(figure.protocol, ()))))
        for figure in made
    )


def _sentence(figure: FigureComparison, tests: int) -> str:
    test, p = figure.test, figure.p
    if test is None or p is None:
        return "No item has this score in both runs, so there is nothing to compare."
    n = "1 item" if test.n == 1 else f"{test.n:,} items"
    if not test.differing:
        return f"Not distinguishable: both runs score alike on every one of {n}."
    interval = "too few items for an interval"
    if test.ci95 is not None:
        interval = f"95 % interval {test.ci95[0]:+.1f} to {test.ci95[1]:+.1f}"
    chance = p_words(test.p)
    if tests > 1:
        chance = f"{chance}, corrected for {tests} figures {p_words(p)}"
    figures = (
        f"{test.first:.1f} against {test.second:.1f} %, a difference of {test.difference:+.1f} "
        f"points ({interval}; {chance}; {n})"
    )
    if not figure.distinguishable:
        return f"Not distinguishable: {figures}."
    return f"Run {'A' if test.difference > 0 else 'B'} scores higher: {figures}."


def p_words(p: float) -> str:
    """Return a p value as it is written, such as ``p = 0.032`` or ``p < 0.001``."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"
