"""Two runs are compared on what they share, with words that do not say more than the figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.generation import GenerateConfig
from medsdesk.core.run import RunSpec
from medsdesk.metrics.paired import compare, holm, mcnemar
from medsdesk.services import compare_runs as module
from medsdesk.services.compare_runs import (
    OTHER_WAY,
    FigureComparison,
    compare_runs,
    differences,
    leading_figures,
    p_words,
    partners,
    summary,
)
from medsdesk.store.evaluations import add_evaluation, mark_done
from medsdesk.store.outputs import add_output, add_scores
from medsdesk.store.samples import add_sample
from medsdesk.store.workspace import Workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker

GO = CancelToken()


@pytest.fixture(scope="session")
def make() -> Maker:
    from tests.store.conftest import Maker

    return Maker()


Store = Callable[..., RunSpec]


@pytest.fixture
def store(ws: Workspace, make: Maker) -> Store:
    """Return a function that stores an evaluation with these accuracies, in this order."""

    def made(values: Sequence[float | None], first: int = 0, **changes: Any) -> RunSpec:
        run = replace(make.evaluation(len(values)), **changes)
        add_evaluation(ws, run, ((0, first + n) for n in range(len(values))))
        with ws.transaction():
            for position, value in enumerate(values):
                sample = make.sample(f"Made-up {first + position}.")
                output = make.output(run, sample)
                add_sample(ws, sample)
                add_output(ws, output)
                mark_done(ws, run.id, position, output.id)
                paper = 0.0 if value is None else value / 2
                scores = [
                    make.score(value=value, signature="accuracy|agg:mean"),
                    make.score("bleu1", paper, protocol="medsbench", signature="bleu1|agg:mean"),
                ]
                add_scores(ws, output.id, scores)
        return run

    return made


def figure(ws: Workspace, one: RunSpec, other: RunSpec, metric: str) -> FigureComparison:
    found = compare_runs(ws, one.id, other.id, GO)
    return next(f for f in found.figures if f.metric == metric)


def test_a_clear_difference_is_called_one(ws: Workspace, store: Store) -> None:
    one = store([100.0] * 36 + [0.0] * 4)
    other = store([0.0] * 20 + [100.0] * 20, first=0)
    found = figure(ws, one, other, "accuracy")
    assert found.test is not None
    assert found.test.p == mcnemar(20, 4)
    assert found.distinguishable
    assert found.sentence.startswith("Run A scores higher: 90.0 against 50.0 %, a difference of")
    assert "p = 0.002; 40 items" in found.sentence
    whole = compare_runs(ws, one.id, other.id, GO)
    assert leading_figures(whole, "strict") == (found,)
    assert summary(whole, "strict") == (
        "Of 1 task, run A scores higher in 1 and run B in 0; in 0 the runs are not distinguishable."
    )
    assert leading_figures(whole, "other") == ()
    turned = figure(ws, other, one, "accuracy")
    assert turned.sentence.startswith("Run B scores higher: 50.0 against 90.0 %")


def test_on_how_many_items_the_words_differ_is_told(
    ws: Workspace, make: Maker, store: Store
) -> None:
    one, other = store([100.0] * 5), store([100.0] * 5)
    found = compare_runs(ws, one.id, other.id, GO)
    assert (found.common.answered, found.common.reworded) == (5, 0)
    assert found.common.sentence == "The answers are the same to the letter on all 5 items."
    exact = replace(make.evaluation(3), load=replace(one.load, slots=8, reuse=False))
    add_evaluation(ws, exact, ((0, n) for n in range(3)))
    for position, more in enumerate(("", " And more.")):
        add_sample(ws, sample := make.sample(f"Made-up {position}."))
        output = make.output(exact, sample)
        text = output.completion.text + more
        add_output(ws, replace(output, completion=replace(output.completion, text=text)))
        mark_done(ws, exact.id, position, output.id)
    found = compare_runs(ws, one.id, exact.id, GO)
    assert found.common.sentence == "The answers differ in their words on 1 of 2 items."
    assert "Items answered at once: 1 in run A, 8 in run B." in found.differences
    empty = replace(make.evaluation(1))
    add_evaluation(ws, empty, ((0, n) for n in range(1)))
    assert "No item has an answer" in compare_runs(ws, one.id, empty.id, GO).common.sentence


def test_what_may_be_chance_is_not_distinguishable(ws: Workspace, store: Store) -> None:
    one, other = store([100.0] * 6 + [0.0] * 4), store([100.0] * 5 + [0.0] * 5)
    found = figure(ws, one, other, "accuracy")
    assert not found.distinguishable
    assert found.sentence.startswith("Not distinguishable: 60.0 against 50.0 %")
    assert "95 % interval" in found.sentence
    assert "p = 1.00; 10 items" in found.sentence
    assert summary(compare_runs(ws, one.id, other.id, GO), "strict") == (
        "Not distinguishable in any of 1 task."
    )
    same = figure(ws, one, store([100.0] * 6 + [0.0] * 4), "accuracy")
    assert same.sentence == "Not distinguishable: both runs score alike on every one of 10 items."


def test_items_that_only_one_run_has_or_scored_are_told(ws: Workspace, store: Store) -> None:
    one, other = store([100.0, 0.0, None, None, 0.0]), store([None, 0.0, None, 100.0], first=1)
    found = compare_runs(ws, one.id, other.id, GO)
    assert (found.common.pairs, found.common.only_first, found.common.only_second) == (4, 1, 0)
    assert list(partners(ws, one.id, other.id)) == [-1, 0, 1, 2, 3]
    assert list(partners(ws, other.id, one.id)) == [1, 2, 3, 4]
    accuracy = found.figures[0]
    assert accuracy.left_out == {
        "unscored in run B alone": 1,
        "unscored in run A alone": 1,
        "unscored in both runs": 1,
    }
    assert accuracy.test is not None
    assert accuracy.test.n == 1


def test_scores_made_in_other_ways_are_not_mixed(ws: Workspace, store: Store, make: Maker) -> None:
    one, other = store([100.0, 0.0, 0.0]), store([100.0, 100.0, 100.0])
    (again,) = ws.db.execute(
        "SELECT output_id FROM evaluation_items WHERE run_id = ? AND position = 0", (other.id,)
    ).fetchone()
    add_scores(ws, again, [make.score(value=0.0, signature="accuracy|v:2|agg:mean")])
    found = figure(ws, one, other, "accuracy")
    assert found.left_out == {OTHER_WAY: 1}
    assert found.test is not None
    assert (found.test.n, found.test.first, found.test.second) == (2, 0.0, 100.0)


def test_no_score_in_both_is_no_test(ws: Workspace, store: Store) -> None:
    found = figure(ws, store([None, 0.0]), store([0.0, None]), "accuracy")
    assert (found.test, found.p, found.distinguishable) == (None, None, False)
    assert found.sentence == "No item has this score in both runs, so there is nothing to compare."


def test_p_is_corrected_over_the_figures_of_a_protocol() -> None:
    def of(protocol: str, p: float) -> FigureComparison:
        from medsdesk.core.score import Score

        score = Score(protocol, "bleu1", 1.0, "bleu1|agg:mean")
        test = compare([(score, replace(score, value=2.0))])
        assert test is not None
        return FigureComparison("task1", protocol, "m", replace(test, p=p), p)

    figures = [of("strict", 0.02), of("strict", 0.04), of("medsbench", 0.04)]
    figures.append(FigureComparison("task1", "strict", "m", None, None))
    found = module._corrected(figures)
    assert [f.p for f in found] == [*holm([0.02, 0.04]), 0.04, None]
    assert [f.distinguishable for f in found] == [True, True, True, False]
    assert "p = 0.020, corrected for 2 figures p = 0.040; 1 item" in found[0].sentence
    assert "p = 0.040; 1 item" in found[2].sentence
    assert "too few items for an interval" in found[0].sentence


def test_runs_that_share_nothing_are_refused(ws: Workspace, store: Store) -> None:
    one, other = store([100.0]), store([100.0], first=7)
    with pytest.raises(UserFacingError, match="no item in common"):
        compare_runs(ws, one.id, other.id, GO)
    with pytest.raises(UserFacingError, match="with itself"):
        compare_runs(ws, one.id, one.id[:8], GO)
    stopped = CancelToken()
    stopped.cancel()
    with pytest.raises(CancelledError):
        compare_runs(ws, one.id, store([0.0]).id, stopped)


def test_what_else_differs_is_told(make: Maker) -> None:
    one = make.evaluation(3)
    assert differences(one, replace(one, model_sha256="b" * 64)) == ()
    assert differences(one, one) == ("Both runs are of the same model file.",)
    record = one.evaluation
    assert record is not None
    other = replace(
        one,
        model_sha256="b" * 64,
        generate=GenerateConfig(max_new_tokens=50, temperature=0.7, overflow="cut_left"),
        loaded=replace(one.loaded, context=2048),
        template_version=2,
        evaluation=replace(
            record, files=(replace(record.files[0], shots=0, definition_sha256="0" * 64),)
        ),
    )
    assert differences(one, other) == (
        "Prompt template: meds_bench 1 in run A, meds_bench 2 in run B.",
        "Longest answer in tokens: 200 in run A, 50 in run B.",
        "Temperature: 0.0 in run A, 0.7 in run B.",
        "Prompts that do not fit: refused in run A, cut from the left in run B.",
        "Context in tokens: 4096 in run A, 2048 in run B.",
        "Worked cases in the prompt: 3 in run A and 0 in run B.",
        "The instructions in the prompts are not the same.",
    )
    cases = replace(record, files=(replace(record.files[0], case_items=(1, 2, 3)),))
    assert differences(one, replace(one, model_sha256="b", evaluation=cases)) == (
        "The worked cases in the prompts are not the same ones.",
    )


@pytest.mark.parametrize(
    ("p", "words"),
    [(0.0004, "p < 0.001"), (0.0321, "p = 0.032"), (0.5, "p = 0.50"), (1.0, "p = 1.00")],
)
def test_p_in_words(p: float, words: str) -> None:
    assert p_words(p) == words
