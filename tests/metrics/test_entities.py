"""Entity lists against entity lists; all texts are synthetic."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.task import MetricFamily
from medsdesk.metrics.entities import (
    CONTRADICTORY,
    NOTHING,
    measure,
    normal_name,
    read_entities,
    signature,
)
from medsdesk.metrics.item import Item

NAMES = st.text(st.sampled_from("abcdefg"), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("answer", "reference", "precision", "recall", "f1"),
    [
        # P = 1/1, R = 1/2, F1 = 2*1 / (2*1 + 0 + 1) = 2/3
        ("aspirin", "aspirin, heparin.", 100.0, 50.0, 200 / 3),
        # P = 1/2, R = 1/1, F1 = 2/3
        ("aspirin, heparin.", "aspirin.", 50.0, 100.0, 200 / 3),
        # tp = 1, fp = 1, fn = 1: P = 1/2, R = 1/2, F1 = 2/4
        ("aspirin, warfarin", "aspirin, heparin.", 50.0, 50.0, 50.0),
        ("Heparin, ASPIRIN, aspirin", "aspirin, heparin.", 100.0, 100.0, 100.0),
        ("- heparin\n- aspirin", "aspirin, heparin.", 100.0, 100.0, 100.0),
        ("The chemicals are aspirin and heparin.", "aspirin, heparin.", 100.0, 100.0, 100.0),
        ("beta-blocker", "beta - blocker.", 100.0, 100.0, 100.0),
        ("E. coli K12 (T)", "E . coli K12 ( T ).", 100.0, 100.0, 100.0),
        ("loss of taste and smell", "loss of taste and smell.", 100.0, 100.0, 100.0),
        # nothing named, one to find: tp = 0, so all three are 0
        ("There is no related enetity.", "aspirin.", 0.0, 0.0, 0.0),
        ("aspirin", "There is no related enetity.", 0.0, 0.0, 0.0),
        ("There is no related entity.", "There is no related enetity.", 100.0, 100.0, 100.0),
        ("No chemicals are mentioned.", "There is no related enetity.", 100.0, 100.0, 100.0),
        ("None", "There is no related enetity.", 100.0, 100.0, 100.0),
        ("Nothing.", "There is no related enetity.", 100.0, 100.0, 100.0),
    ],
)
def test_figures(
    answer: str,
    reference: str,
    precision: float,
    recall: float,
    f1: float,
    make_item: Callable[..., Item],
) -> None:
    mark = measure(make_item(MetricFamily.ENTITIES, answer, reference))
    exact = {name: mark.values[name] for name in ("precision", "recall", "f1")}
    assert exact == pytest.approx({"precision": precision, "recall": recall, "f1": f1})


def test_overlapping_names_have_half_a_credit(make_item: Callable[..., Item]) -> None:
    mark = measure(make_item(MetricFamily.ENTITIES, "low dose aspirin, heparin", "aspirin, iron."))
    # one of two overlaps: tp = 1/2 of 2 named and 2 wanted
    assert mark.values == {
        "precision": 0.0,
        "recall": 0.0,
        "f1": 0.0,
        "partial_precision": 25.0,
        "partial_recall": 25.0,
        "partial_f1": 25.0,
    }
    assert signature("partial_f1", "en").endswith("|agg:micro-partial")


@pytest.mark.parametrize(
    "answer",
    [
        '["aspirin", "heparin"]',
        "['aspirin', 'heparin']",
        '{"entities": ["aspirin", "heparin"]}',
        '```json\n["aspirin", "heparin"]\n```',
    ],
)
def test_lists_written_as_data_are_read(answer: str, make_item: Callable[..., Item]) -> None:
    mark = measure(make_item(MetricFamily.ENTITIES, answer, "aspirin, heparin."))
    assert set(mark.values.values()) == {100.0}


def test_counts_stand_behind_the_figures(make_item: Callable[..., Item]) -> None:
    mark = measure(make_item(MetricFamily.ENTITIES, "a, b, c", "b, d."))
    halves = {"tp:partial": 1, "fp:partial": 2, "fn:partial": 1}
    assert mark.details == {"tp": 1, "fp": 2, "fn": 1, **halves}
    assert mark.answer == "a; b; c"
    empty = measure(make_item(MetricFamily.ENTITIES, "none", "There is no related enetity."))
    assert empty.details == {"tp": 0, "fp": 0, "fn": 0, "empty": 1}


def test_best_of_several_references_counts(make_item: Callable[..., Item]) -> None:
    assert measure(make_item(MetricFamily.ENTITIES, "a", "b.", "a.")).values["f1"] == 100.0


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("aspirin. There is no related entity.", CONTRADICTORY),
        ("aspirin, none", CONTRADICTORY),
        ("...", NOTHING),
        ("The chemicals are:", NOTHING),
    ],
)
def test_unreadable_lists_are_unscored(
    answer: str, reason: str, make_item: Callable[..., Item]
) -> None:
    mark = measure(make_item(MetricFamily.ENTITIES, answer, "aspirin."))
    assert (dict(mark.values), mark.reason) == ({}, reason)


def test_normal_name() -> None:
    assert normal_name(" Sp . Nov .. ") == "sp.nov"
    assert normal_name('"4 – aminopyridine"') == "4-aminopyridine"


@given(st.data(), st.lists(NAMES, min_size=1, max_size=6))
def test_order_and_repeats_do_not_matter(data: st.DataObject, names: list[str]) -> None:
    shuffled = data.draw(st.permutations(names * 2))
    assert read_entities(", ".join(shuffled)) == read_entities(", ".join(names))


def test_signature_says_micro() -> None:
    assert signature("f1", "en").endswith("|agg:micro")
