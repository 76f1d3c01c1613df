"""What is imported into REDCap fits its dictionary, column by column and value by value."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from medsdesk.core.identity import utc_now
from medsdesk.core.imported_rating import ImportedFile
from medsdesk.core.rating_export import RatingProfile
from medsdesk.core.rating_view import RatedValue
from medsdesk.services.adjudicate import decide
from medsdesk.services.find_disagreements import disagreements
from medsdesk.services.lock_study import lock_study
from medsdesk.services.package_ratings import DICTIONARY, RECORDS, package_ratings
from medsdesk.services.rate_study import StudySession
from medsdesk.services.rating_rows import rating_rows
from medsdesk.services.redcap_dictionary import DICTIONARY_COLUMNS
from medsdesk.store.imported_ratings import add_imported
from medsdesk.store.workspace import Workspace
from tests.rated_studies import made_study, rate_all
from tests.store.test_export_tables import changed
from tests.store.test_imported_ratings import rating

CHECKS = {
    "integer": r"[-+]?[0-9]+",
    "number": r"[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?",
    "datetime_seconds_ymd": r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}",
    "": r"(?s).*",
}


@pytest.fixture
def filled(ws: Workspace) -> Workspace:
    """Two locked studies, one of pairs with decisions, one with comments, and foreign ratings."""
    single = made_study(ws, form="summary", n_items=6, name="One")
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, single.id, rater)
    session = StudySession(ws, single.id, "Dr Roy")
    session.set_comment("=HYPERLINK() Mr Ito")
    session.set_cannot_judge(session.view.form.criteria[0].id)
    pair = made_study(ws, kind="pair", form="preference", name="Two")
    rate_all(ws, pair.id, "Dr Roy", lambda *_: -1)
    rate_all(ws, pair.id, "Dr Sato", lambda *_: 1)
    for number, row in enumerate(disagreements(ws, pair.id).rows[:3]):
        decided: RatedValue = 1 if number else "cannot_judge"
        decide(ws, pair.id, row.item_id, row.criterion, decided, "Dr Ada")
    for study in (single, pair):
        lock_study(ws, study.id, "", "Dr Owner")
    foreign = [
        changed(rating("f1", "kind"), scale="nominal", instrument="tone form"),
        changed(rating("f2", "rude"), scale="nominal", instrument="tone form", seconds="fast"),
        changed(rating("f3", "-2.5", bleu="1e-05"), scale="interval", rated_at="in March"),
        changed(rating("f4", ""), status="withdrawn"),
    ]
    add_imported(ws, ImportedFile("f", "f.csv", "0" * 64, ("bleu",), utc_now()), foreign)
    return ws


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("profile", ["full", "deidentified"])
def test_every_value_fits_its_field(
    filled: Workspace, tmp_path: Path, profile: RatingProfile
) -> None:
    folder = tmp_path / "redcap"
    package_ratings(filled, folder, form="redcap", profile=profile, bom=True)
    dictionary, records = _rows(folder / DICTIONARY), _rows(folder / RECORDS)
    assert tuple(dictionary[0]) == DICTIONARY_COLUMNS
    fields = {row[DICTIONARY_COLUMNS[0]]: row for row in dictionary}
    instruments = list(dict.fromkeys(row["Form Name"] for row in dictionary))
    header = list(records[0])
    assert header[:3] == ["record_id", "redcap_repeat_instrument", "redcap_repeat_instance"]
    assert [header[0], *header[3:]] == list(fields)
    seen: set[tuple[str, str, str]] = set()
    for row in records:
        key = (row["record_id"], row["redcap_repeat_instrument"], row["redcap_repeat_instance"])
        assert key not in seen
        seen.add(key)
        assert bool(key[1]) == bool(key[2])
        own = key[1] or instruments[0]
        assert own in instruments
        for name, value in row.items():
            if not value or name in header[:3]:
                continue
            each = fields[name]
            assert each["Form Name"] == own
            assert re.fullmatch(CHECKS[each["Text Validation Type OR Show Slider Number"]], value)
            if each["Field Type"] == "radio":
                choices = each["Choices, Calculations, OR Slider Labels"].split(" | ")
                assert value in {choice.partition(", ")[0] for choice in choices}
    assert {row["record_id"] for row in records if not row["redcap_repeat_instrument"]} == {
        row["record_id"] for row in records
    }
    text = (folder / RECORDS).read_text(encoding="utf-8")
    assert ("Dr Roy" in text) == (profile == "full")
    assert {row["Identifier?"] for row in dictionary} == ({"y", ""} if profile == "full" else {""})


def test_no_rating_is_lost(filled: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "redcap"
    found = package_ratings(filled, folder, form="redcap")
    assert "repeating" in found.notes[-1]
    notes = {row[DICTIONARY_COLUMNS[0]]: row["Field Note"] for row in _rows(folder / DICTIONARY)}
    answers = 0
    for row in _rows(folder / RECORDS):
        if row["redcap_repeat_instrument"]:
            answers += sum(bool(value and notes.get(name)) for name, value in row.items())
            answers += sum(bool(v) for name, v in row.items() if name.endswith("_status"))
    empty_words = [r for r in rating_rows(filled)[0] if r["scale"] == "text" and not r["comment"]]
    assert answers == found.ratings - len(empty_words)
