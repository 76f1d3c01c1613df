"""Points agreed on beforehand, from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.agreed_points import read_agreed
from medsdesk.studies.planning import Agreed


def test_points_are_read(tmp_path: Path) -> None:
    file = tmp_path / "agreed.json"
    file.write_text('[{"outputs": ["a", "b"], "points": {"preference": -2}}]', encoding="utf-8")
    assert read_agreed(file) == (Agreed(("a", "b"), {"preference": -2}),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds no agreed points"),
        ("{}", "Expected `array`"),
        ('[{"points": {"x": 1}}]', "missing required field `outputs`"),
        ('[{"outputs": ["a"], "points": {"x": 1.5}}]', "Expected `int`"),
        ('[{"outputs": ["a"], "points": {}}]', "no points"),
        ('[{"outputs": [], "points": {"x": 1}}]', "no answer"),
        ('[{"outputs": ["a", "b", "c"], "points": {"x": 1}}]', "more than two"),
    ],
)
def test_what_is_no_such_file_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "agreed.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserFacingError, match=sentence):
        read_agreed(file)
