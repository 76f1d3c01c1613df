"""Normal forms and words in six languages."""

from __future__ import annotations

import pytest

from medsdesk.metrics.words import (
    compatible,
    folded,
    placed_words,
    plain,
    plain_words,
    starts_with,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fever, 38.5 °C", ["fever", "38", "5", "c"]),
        ("présente œdème", ["présente", "œdème"]),
        ("¿Tiene tos?", ["tiene", "tos"]),
        ("Боль в груди", ["боль", "в", "груди"]),
        ("发热38度", ["发", "热", "38", "度"]),
        ("コロナの熱", ["コ", "ロ", "ナ", "の", "熱"]),
        ("ｺﾛﾅ", ["コ", "ロ", "ナ"]),  # half width
        ("IgG抗体", ["igg", "抗", "体"]),
        ("snake_case", ["snake", "case"]),
        ("x\u0301y", ["x\u0301y"]),  # an accent without a joined form stays in its word
        ("。、・", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(folded(text)) == expected


def test_plain_words_drop_accents_but_not_voicing() -> None:
    assert plain_words("Guillain–Barré") == ("guillain", "barre")
    assert plain_words("がん") == ("が", "ん")
    assert plain("Ёлка") == "елка"
    assert compatible("5−6") == "5-6"


def test_words_know_their_places() -> None:
    text = "no, chest pain"
    assert [text[word.start : word.end] for word in placed_words(text)] == ["no", "chest", "pain"]


def test_starts_with() -> None:
    assert starts_with(["a", "b"], ["a"])
    assert not starts_with(["a"], ["a", "b"])
    assert not starts_with(["a"], [])
