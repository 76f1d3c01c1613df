"""Flat TOML written by us reads back as it was; broken TOML is named with its line."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from medsdesk.config.toml_files import encode_flat, line_of_key, read_toml
from medsdesk.core.errors import UserFacingError

storable = st.characters(exclude_categories=["Cs"])
scalars = st.one_of(
    st.text(storable), st.booleans(), st.integers(min_value=-(2**63), max_value=2**63 - 1)
)
keys = st.from_regex(r"\A[a-z_]{1,20}\Z")


@given(st.dictionaries(keys, scalars))
@example({"a": "".join(map(chr, range(0xA1)))})
@example({"a": "\u2028\u2029\ufeff\uffff𝄞👩‍⚕️", "b": '"""\\u0041\r\n', "c": "'''"})
def test_what_is_written_reads_back(values: dict[str, str | int]) -> None:
    text = encode_flat(values)
    read = tomllib.loads(text)
    assert read == values
    assert [type(v) for v in read.values()] == [type(v) for v in values.values()]
    assert text.count("\n") == len(values)


def test_half_a_surrogate_pair_is_refused_by_key() -> None:
    with pytest.raises(ValueError, match=r"^second$"):
        encode_flat({"first": "a", "second": "\ud83d"})


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "f.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\n")
    assert read_toml(path, "hint") == {"a": 1}
    assert line_of_key(path, "a") == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a = 1\nb = \nc = 2\n", "broken in line 2"),
        (b"a = 1\na = 2\n", "broken in line 2"),
        (b'a = 1\n\nb = "open', "broken in line 3"),
        (b'a = 1\nb = """open\nmore\n', "broken in line 3"),
        (b'a = 1\nb = "\xff"\n', "not UTF-8 text in line 2"),
        (b"\xff\xfea\x00", "not UTF-8 text in line 1"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "f.toml"
    path.write_bytes(data)
    with pytest.raises(UserFacingError) as caught:
        read_toml(path, "Mend it.")
    assert caught.value.message == f"The file {path} is {words}."
    assert caught.value.hint == "Mend it."


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="cannot be read: No such file"):
        read_toml(tmp_path / "none.toml", "hint")


def test_a_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="cannot be read"):
        read_toml(tmp_path, "hint")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nbc = 2\nb = 3\n", 3),
        ("\n\n  'b'= 3", 3),
        ('a = 1\n"b" = 3', 2),
        ("[b]\nx = 1", 1),
        ("", 1),
    ],
)
def test_the_line_of_a_key(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "f.toml"
    path.write_text(text, encoding="utf-8")
    assert line_of_key(path, "b") == line
