"""Ids are unique, times sort, fingerprints are those everybody computes."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest

from medsdesk.core.identity import local_now, new_id, program_version, text_sha256, utc_now


def test_ids_are_32_hex_digits_and_differ() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids)


def test_a_time_is_utc_with_milliseconds() -> None:
    now = utc_now()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", now)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(now)) < timedelta(seconds=5)


def test_a_local_time_has_milliseconds_and_its_offset() -> None:
    now = local_now()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", now)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(now)) < timedelta(seconds=5)


def test_times_sort_as_text() -> None:
    times = [utc_now() for _ in range(100)]
    assert times == sorted(times)


@pytest.mark.parametrize("text", ["", "Fever", "発熱 🤒"])
def test_a_fingerprint_is_of_the_utf8_bytes(text: str) -> None:
    assert text_sha256(text) == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_half_a_surrogate_pair_has_a_fingerprint_of_its_own() -> None:
    assert text_sha256("\ud83d") != text_sha256("?")
    assert text_sha256("\ud83d") != text_sha256("\ud83e")


def test_the_version_is_told() -> None:
    assert program_version()
