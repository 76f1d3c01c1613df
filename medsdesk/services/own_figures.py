"""The figures of this workspace's evaluations, one task at a time, made once and kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medsdesk.core.score import Score
from medsdesk.metrics import scoring
from medsdesk.metrics.intervals import ci95, method
from medsdesk.services.board import Measured
from medsdesk.store import evaluated_tasks as store
from medsdesk.store import evaluations, runs

if TYPE_CHECKING:
    from medsdesk.core.run import FileRecord, RunSpec
    from medsdesk.store.evaluated_tasks import EvaluatedTask, PromptCounts
    from medsdesk.store.workspace import Workspace

PROMPT_TOKENS = 2048
"""The longest prompt of the paper; longer ones it cuts from the left."""

# The strict figure that stands beside each of the authors'.
STRICT = {
    "accuracy": "accuracy",
    "precision": "precision",
    "recall": "recall",
    "f1": "f1",
    "bleu1": "bleu4",
    "rouge": "rouge_l_f",
}
_WANTED = {f"medsbench.{name}" for name in STRICT} | {f"strict.{n}" for n in STRICT.values()}


@dataclass(frozen=True, slots=True)
class OwnTask:
    """What one evaluation has to show for one task.

    Attributes:
        counts: How far it came.
        spec: The run's manifest.
        files: The manifest's records of the task's files.
        prompts: How its prompts and answers were limited.
        measured: Figures by protocol and metric, such as ``medsbench.accuracy``.
        mixed: Figures some of whose items were scored in another way, with how many.
    """

    counts: EvaluatedTask
    spec: RunSpec
    files: tuple[FileRecord, ...]
    prompts: PromptCounts
    measured: Mapping[str, Measured]
    mixed: Mapping[str, int]


@dataclass(slots=True)
class OwnFigures:
    """Keeps figures of tasks as long as no item and no score has been added to them.

    An own one belongs to one workspace, and to the thread that asks it.
    """

    _last: int = -1
    _specs: dict[str, RunSpec] = field(default_factory=dict)
    _made: dict[tuple[str, str], tuple[int, OwnTask]] = field(default_factory=dict)
    _checked: set[tuple[str, str]] = field(default_factory=set)

    def tasks(self, ws: Workspace) -> tuple[EvaluatedTask, ...]:
        """Return every task of every evaluation that has an answer, oldest run first."""
        last = store.last_score(ws)
        if last != self._last:
            self._last = last
            self._checked.clear()
        return tuple(task for task in store.evaluated_tasks(ws) if task.done)

    def files(self, ws: Workspace, counts: EvaluatedTask) -> tuple[FileRecord, ...]:
        """Return the manifest's records of a task's files."""
        record = self._spec(ws, counts.run_id).evaluation
        files = record.files if record else ()
        return tuple(file for file in files if file.task_id == counts.task_id)

    def of(self, ws: Workspace, counts: EvaluatedTask) -> OwnTask:
        """Return the figures of one task of one evaluation."""
        key = counts.run_id, counts.task_id
        if key not in self._checked:
            mark = store.last_score_of(ws, *key)
            if key not in self._made or self._made[key][0] != mark:
                self._made[key] = mark, self._make(ws, counts)
            self._checked.add(key)
        if self._made[key][1].counts != counts:  # an item failed, or one without a score ended
            self._made[key] = self._made[key][0], self._make(ws, counts)
        return self._made[key][1]

    def _spec(self, ws: Workspace, run_id: str) -> RunSpec:
        if run_id not in self._specs:
            self._specs[run_id] = runs.get_run(ws, run_id)
        return self._specs[run_id]

    def _make(self, ws: Workspace, counts: EvaluatedTask) -> OwnTask:
        measured: dict[str, Measured] = {}
        mixed: dict[str, int] = {}
        for scores in evaluations.scores_by_metric(ws, counts.run_id, counts.task_id):
            name = scores[0].name
            if name not in _WANTED:
                continue
            most = _made_alike(scores)
            figure = scoring.summarise(most)[0]
            measured[name] = _measured(figure, most)
            if len(most) < len(scores):
                mixed[name] = len(scores) - len(most)
        return OwnTask(
            counts=counts,
            spec=self._spec(ws, counts.run_id),
            files=self.files(ws, counts),
            prompts=store.prompt_counts(ws, counts.run_id, counts.task_id, PROMPT_TOKENS),
            measured=measured,
            mixed=mixed,
        )


def _made_alike(scores: Sequence[Score]) -> Sequence[Score]:
    """Return the scores with the commonest signature: figures made in two ways make no third."""
    groups: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        groups[score.signature].append(score)
    return max(groups.values(), key=len)


def _measured(figure: Score, scores: Sequence[Score]) -> Measured:
    interval = ci95(scores)
    return Measured(
        value=figure.value,
        n=int(figure.details["n"]),
        unscored=int(figure.details["unscored"]),
        ci95=interval,
        interval="" if interval is None else method(figure.metric),
        signature=figure.signature,
        reason=figure.reason or (None if interval else "one item has no interval"),
        stderr=figure.details.get("stderr"),
    )
