"""Scripts of texts; all are made up."""

from __future__ import annotations

import pytest

from medsdesk.tasks.scripts import in_another_script


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The heart is of normal size.", "en", False),
        ("心影大小正常，肺野清晰，未见异常。", "en", True),
        ("Le cœur est de taille normale.", "fr", False),
        ("Сердце нормального размера.", "es", True),
        ("The heart is of normal size.", "zh", True),
        ("正确答案是 B: Escherichia coli", "zh", False),
        ("心臓の大きさは正常です。肺野もきれい。", "ja", False),
        ("The heart is of normal size.", "ru", True),
        ("Сердце нормального размера.", "ru", False),
        ("The heart is of normal size.", "sv", False),
        ("B", "zh", False),
        ("10 mg/kg", "ru", False),
        ("", "ja", False),
        ("Сердце нормального размера.", "", False),
    ],
)
def test_in_another_script(text: str, language: str, expected: bool) -> None:
    assert in_another_script(text, language) is expected
