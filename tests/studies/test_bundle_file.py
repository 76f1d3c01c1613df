"""Files that carry studies and ratings: what is written is read, all else has its sentence."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.core.study_rating import AuditEntry, Mark, StudyRating
from medsdesk.studies import bundle_file
from medsdesk.studies.bundle_file import (
    FILE_FORMAT,
    peek,
    read_bundle,
    read_ratings,
    write_bundle,
    write_ratings,
)
from medsdesk.studies.plan_format import fingerprint, write_plan
from tests.studies.plans import STUDY, plan
from tests.studies.ratings import row

TEXT = write_plan(plan())
SHA = fingerprint(TEXT)
BUNDLE = write_bundle(TEXT, ["Dr Roy"], "0.1.0")
ROWS = (
    replace(row("a", plan=SHA), marks=(Mark("output_a", 0, 5, "e" * 64, "negation", "major"),)),
    row("b", 4, "a", plan=SHA, text="咳嗽"),
)
ENTRY = AuditEntry(
    "e" * 32, STUDY, ROWS[0].rated_at, "Dr Roy", "create", ROWS[0].id, "", "{}", "", "m1"
)
RATINGS = write_ratings(plan(), SHA, ROWS, [ENTRY], ["Dr Roy"], "0.1.0")


def test_what_is_written_is_read() -> None:
    found = read_bundle(BUNDLE)
    assert (found.plan, found.plan_text) == (plan(), TEXT)
    assert found.manifest.raters == ("Dr Roy",)
    back = read_ratings(RATINGS, plan(), SHA)
    assert (back.rows, back.trail) == (ROWS, (ENTRY,))
    assert back.manifest.closed == ("Dr Roy",)
    assert [peek(data).kind for data in (BUNDLE, RATINGS)] == ["study", "ratings"]


def test_the_same_content_has_the_same_bytes() -> None:
    assert write_bundle(TEXT, ["Dr Roy"], "0.1.0") == BUNDLE
    assert write_ratings(plan(), SHA, ROWS[::-1], [ENTRY], ["Dr Roy"], "0.1.0") == RATINGS


def test_any_program_opens_them() -> None:
    with zipfile.ZipFile(io.BytesIO(RATINGS)) as archive:
        assert archive.testzip() is None
        assert len(json.loads(archive.read("ratings.json"))) == 2


def _edited(data: bytes, name: str, edit: Callable[[bytes], bytes | None]) -> bytes:
    """Return a file one part of which was edited, in a zip file that is whole in itself."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for entry in old.infolist():
            held = old.read(entry)
            kept = edit(held) if entry.filename == name else held
            if kept is not None:
                new.writestr(entry.filename, kept)
    return made.getvalue()


def _field(name: str, value: object) -> Callable[[bytes], bytes]:
    return lambda held: json.dumps(json.loads(held) | {name: value}).encode()


def _packed(data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("manifest.json", data)
        new.writestr("plan.json", b" " * 50_000_000)
    return made.getvalue()


def _said_to_hold_more(data: bytes) -> bytes:
    """Return a file whose directory tells of 4 GB in one part."""
    at = data.index(b"PK\x01\x02")
    return data[: at + 20] + (b"\xf0\xff\xff\xff" * 2) + data[at + 28 :]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "neither a study bundle nor a rating file"),
        (b"text", "neither a study bundle nor a rating file"),
        (BUNDLE[: len(BUNDLE) // 2], "cut off"),
        (BUNDLE[:-1], "cut off"),
        (RATINGS, "rating file, not a study bundle"),
        (_edited(BUNDLE, "plan.json", lambda held: held + b" "), "changed .* plan.json differs"),
        (_edited(BUNDLE, "plan.json", lambda held: None), "its parts are not those"),
        (_edited(BUNDLE, "manifest.json", lambda held: None), "zip file, but neither"),
        (_edited(BUNDLE, "manifest.json", lambda held: b"{"), "manifest cannot be read"),
        (_edited(BUNDLE, "manifest.json", lambda held: b" " * 70_000), "manifest is too large"),
        (_edited(BUNDLE, "manifest.json", _field("format", FILE_FORMAT + 1)), "newer MedsDesk"),
        (_edited(BUNDLE, "manifest.json", _field("kind", "recipe")), "manifest cannot be read"),
        (_edited(BUNDLE, "manifest.json", _field("study_id", "6" * 32)), "plan of another study"),
        (_edited(BUNDLE, "manifest.json", _field("plan_sha256", "6" * 64)), "changed after it was"),
        (_edited(BUNDLE, "manifest.json", _field("parts", {})), "its parts are not those"),
        (BUNDLE.replace(b"Two days", b"Six days"), "its part plan.json is damaged"),
        (_packed(b"{}"), "packed by another program"),
        (_said_to_hold_more(BUNDLE), "packed by another program"),
    ],
)
def test_bad_bundles_are_named(data: bytes, sentence: str) -> None:
    with pytest.raises(UserFacingError, match=sentence):
        read_bundle(data)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([row("a", plan="d" * 64)], "another study or plan"),
        ([replace(ROWS[0], study_id="6" * 32)], "another study or plan"),
        ([row("a", plan=SHA, presentation="p9")], "does not show"),
        ([row("a", plan=SHA, rater="Dr Sato")], "a rater to whom"),
        ([row("a", 3, "a", plan=SHA)], "replaces itself"),
        ([row("a", plan=SHA, at="yesterday")], "no time"),
    ],
)
def test_rows_that_do_not_belong_are_named(rows: list[StudyRating], sentence: str) -> None:
    with pytest.raises(UserFacingError, match=sentence):
        read_ratings(write_ratings(plan(), SHA, rows, [], [], "0.1.0"), plan(), SHA)


def test_ratings_of_another_study_or_plan_are_named() -> None:
    other = replace(plan(), id="6" * 32, name="Radiology")
    with pytest.raises(UserFacingError, match="of another study: 'Discharge letters'"):
        read_ratings(RATINGS, other, SHA)
    with pytest.raises(UserFacingError, match="another version of the study's plan"):
        read_ratings(RATINGS, plan(), "d" * 64)
    bad = _edited(RATINGS, "ratings.json", lambda held: held.replace(b'"value":3', b'"value":5'))
    with pytest.raises(UserFacingError, match=r"ratings\.json differs"):
        read_ratings(bad, plan(), SHA)


def test_a_bundle_is_for_raters_of_the_study() -> None:
    with pytest.raises(UserFacingError, match="no rater 'Dr Who'"):
        write_bundle(TEXT, ["Dr Who"], "0.1.0")


def test_too_large_a_file_is_neither_written_nor_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_file, "MOST_BYTES", 100)
    with pytest.raises(UserFacingError, match="would have more than"):
        write_bundle(TEXT, [], "0.1.0")
    with pytest.raises(UserFacingError, match="no study has"):
        read_bundle(BUNDLE)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_no_damage_goes_unnoticed(data: st.DataObject) -> None:
    """Any bytes overwritten or cut: refused in a sentence, or no word of the plan is changed."""
    at = data.draw(st.integers(0, len(BUNDLE) - 1))
    put = data.draw(st.binary(min_size=0, max_size=6))
    end = data.draw(st.sampled_from([len(BUNDLE), at + len(put)]))
    try:
        found = read_bundle(BUNDLE[:at] + put + BUNDLE[at + len(put) : end])
    except UserFacingError:
        return
    assert found.plan_text == TEXT
