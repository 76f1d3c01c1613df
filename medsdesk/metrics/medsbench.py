"""The ``medsbench`` protocol: the authors' own computation, for comparing with their paper.

It covers the evaluation tasks that the authors' scripts name. Its figures can mislead: a perfect
answer can have 0 and a wrong one 100. ``strict`` stands beside it for that reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial

from medsdesk.core.score import Score
from medsdesk.core.task import MetricFamily, Task
from medsdesk.metrics import medsbench_rules as rules
from medsdesk.metrics.item import NO_REFERENCE, Family, Item, Mark
from medsdesk.metrics.medsbench_texts import METRICS as TEXT_METRICS
from medsdesk.metrics.medsbench_texts import TextRule, trimmed_lower, without_stops

PROTOCOL = "medsbench"
NOT_SCORED = "the authors' scripts score no such task"
SCRIPTS = "MedS-Ins-185cfc0"

_ACCURACY = ("accuracy",)
_COUNTED = ("precision", "recall", "f1")
_METRICS = {
    MetricFamily.ENTITIES: _COUNTED,
    MetricFamily.MULTILABEL: _COUNTED,
    MetricFamily.TEXT: TEXT_METRICS,
    MetricFamily.NONE: ("none",),
}


def score(
    task: Task, output: str, references: Sequence[str], _language: str, source_text: str
) -> tuple[Score, ...]:
    """Score one output; the scripts know one reference, which is the first that is not blank.

    A Score with a value can have a reason as well: it then says what was counted instead of
    what the scripts cannot count.
    """
    family = _families().get(task.id)
    given = tuple(reference for reference in references if reference.strip())[:1]
    if family is None:
        mark = Mark(reason=NOT_SCORED)
    elif not given:
        mark = Mark(reason=NO_REFERENCE)
    else:
        mark = family.measure(Item(task, output, given, "", source_text))
    return tuple(
        Score(
            protocol=PROTOCOL,
            metric=metric,
            value=mark.values.get(metric),
            signature=signature,
            answer=mark.answer,
            reason=mark.reason,
            details=mark.details,
        )
        for metric, signature in _signed(task)
    )


def signatures(task: Task, _language: str) -> tuple[str, ...]:
    """Return the signature of each metric of a task; the scripts choose by task, not language."""
    return tuple(signature for _, signature in _signed(task))


def family_metrics(family: MetricFamily) -> tuple[str, ...]:
    """Return the names of a family's metrics, in the order they are shown."""
    return _METRICS.get(family, _ACCURACY)


def _signed(task: Task) -> tuple[tuple[str, str], ...]:
    if task.id in _families():
        return _signed_by_id(task.id)
    fields = f"protocol:{PROTOCOL}|agg:mean"
    return tuple((metric, f"{metric}|{fields}") for metric in family_metrics(task.metric))


@cache
def _signed_by_id(task_id: str) -> tuple[tuple[str, str], ...]:
    family = _families()[task_id]
    return tuple((metric, family.signature(metric, "")) for metric in family.metrics)


@cache
def _families() -> Mapping[str, Family]:
    """Return the rule of every task that a script names."""
    options = _right_or_wrong("first-letter-abcd", rules.first_letter("abcd"))
    phrase = _right_or_wrong("gold-in-output", rules.gold_in_output)
    verdict = _right_or_wrong("gold-in-first-line", rules.verdict_in_first_line)
    outcome = _right_or_wrong("one-of-true-false", rules.true_or_false)
    names = Family(
        _COUNTED,
        rules.entities,
        partial(_sign, "match:exact-strings|last-character:cut", "micro-or-0"),
        reads=False,
    )
    summary, explanation = _text(TextRule()), _text(TextRule(leaves_out=True))
    return {
        **_of(options, 57, 58, 59, 60, 61, 122, 129),
        **_of(_right_or_wrong("first-letter-yn", rules.first_letter("yn")), 123),
        **_of(phrase, 1, 2, 3, 29, 74),
        **_of(verdict, 12, 16),
        **_of(outcome, 117, 118, 119),
        **_of(_label("", stops=False), 41),
        **_of(_label("The diagnosis result is", stops=True), 130),
        **_of(_label("The treatment planning is:", stops=True), 131),
        **_of(names, 125, 126, 127, 128),
        **_of(_hallmarks(), 106),
        **_of(explanation, 18, 46, 50),
        **_of(summary, 42, 78, *range(83, 95), 110, 112, 114),
        **_of(_text(TextRule("en", trimmed_lower, without_stops)), 100),
        **_of(_rationale("zh"), 51),
        **_of(_rationale("ja"), 54),
        **_of(_rationale("en"), 52, 53, 55, 56),
    }


def _of(family: Family, *numbers: int) -> dict[str, Family]:
    return {f"task{number}": family for number in numbers}


def _sign(made: str, agg: str, metric: str, _language: str) -> str:
    return f"{metric}|protocol:{PROTOCOL}|{made}|script:{SCRIPTS}|v:1|agg:{agg}"


def _right_or_wrong(name: str, measure: Callable[[Item], Mark]) -> Family:
    return Family(_ACCURACY, measure, partial(_sign, f"rule:{name}", "mean"), reads=False)


def _label(announcement: str, *, stops: bool) -> Family:
    return _right_or_wrong("label-in-output", rules.label_in_output(announcement, stops=stops))


def _hallmarks() -> Family:
    sign = partial(_sign, "match:labels-in-text", f"macro-of-{len(rules.LABELS)}")
    return Family(_COUNTED, rules.hallmarks, sign, reads=False)


def _rationale(language: str) -> Family:
    return _text(TextRule(language, str.strip, str.strip, leaves_out=True, leaves_out_blank=True))


def _text(rule: TextRule) -> Family:
    def sign(metric: str, language: str) -> str:
        return _sign(rule.signature(metric), "mean", metric, language)

    return Family(TEXT_METRICS, rule.measure, sign, reads=False)
