"""What the dialog of a new study says of its size, without a window."""

from __future__ import annotations

import pytest

from medsdesk.ui.studies.words import few_words, most_items


@pytest.mark.parametrize(
    ("kind", "answered", "most"),
    [
        ("single", [], 0),
        ("single", [("A", 5), ("A", 3), ("B", 2)], 10),
        ("pair", [("A", 5)], 0),
        ("pair", [("A", 5), ("B", 3)], 3),
        ("pair", [("A", 5), ("A", 3)], 3),  # two runs of one model
        ("pair", [("A", 5), ("A", 5), ("B", 8)], 8),
        ("pair", [("A", 5), ("B", 4), ("C", 3)], 10),
    ],
)
def test_runs_give_no_more_items_than_they_have_answers(
    kind: str, answered: list[tuple[str, int]], most: int
) -> None:
    assert most_items(kind, answered) == most


@pytest.mark.parametrize(
    ("most", "wanted", "practice", "words"),
    [
        (10, 8, 2, ""),
        (
            10,
            9,
            2,
            "give 10 items at the most, 2 items of them for practice: the study will have 8",
        ),
        (10, 100, 0, "will have 10 instead of 100"),
        (1, 5, 0, "give 1 item at the most"),
        (2, 5, 2, "nothing to rate"),
        (0, 5, 0, "nothing to rate"),
    ],
)
def test_too_few_answers_are_told(most: int, wanted: int, practice: int, words: str) -> None:
    told = few_words(most, wanted, practice)
    assert (words in told) if words else told == ""
