"""Reading the options of a question."""

from __future__ import annotations

import pytest

from medsdesk.metrics.options import options_saying, read_options, words_by_letter


@pytest.mark.parametrize(
    ("question", "options"),
    [
        ("Question: q\nOptions: A: one\tB: two\t", {"A": "one", "B": "two"}),
        ("Question: q\nOptions:\nA. one\nB. two.", {"A": "one", "B": "two."}),
        ("问题: 问\n选项: A: 一\tB: 二\t", {"A": "一", "B": "二"}),
        ("質問: 問\nオプション: A: 一\tB: 二", {"A": "一", "B": "二"}),
        ("Вопрос: в\nВарианты: A: да\tB: нет\t", {"A": "да", "B": "нет"}),
        ("Pregunta: p\nOpciones: A: uno\tB: dos", {"A": "uno", "B": "dos"}),
        ("Which?\n(A) one\n(B) two\n(C) three", {"A": "one", "B": "two", "C": "three"}),
        ("A. one\nwrapped\nB. two", {"A": "one wrapped", "B": "two"}),
        ("A. one\nC. three", {}),  # one letter alone is no list
        ("No options here.", {}),
        ("", {}),
        (
            "Options: " + "\t".join(f"{letter}: x" for letter in "ABCDEFGHIJ") + "\tK: y",
            dict.fromkeys("ABCDEFGHI", "x") | {"J": "x K: y"},
        ),
    ],
)
def test_read_options(question: str, options: dict[str, str]) -> None:
    assert read_options(question) == options


def test_case_and_marks_differ_only_where_nothing_else_does() -> None:
    plain = {"A": "Heart failure.", "B": "-", "C": "heart"}
    assert options_saying("heart  FAILURE", plain) == {"A"}
    assert options_saying("-", plain) == frozenset()
    signed = {"A": "RNA (+).", "B": "RNA (-)."}
    assert options_saying("RNA (+)", signed) == {"A"}
    assert options_saying("RNA", signed) == {"A", "B"}
    assert words_by_letter(plain).keys() == {"A", "C"}
