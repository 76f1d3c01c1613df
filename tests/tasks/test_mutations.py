"""Task files damaged in every way we could think of: told, repaired or refused, never a crash.

An oracle that knows nothing of our reader (``json.loads`` and a few plain rules) says which
damaged files are still sound. Those must be clean and read the same; all others must have a
reason, and of them no item may be read that is not in the file.
"""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medsdesk.tasks.meds_bench import FileReport, check_task_file, open_task_file, read_items

SECONDS = 20  # for one small file; a hang, not a slow machine
GARBAGE: tuple[Any, ...] = (
    None, True, 5, -1.5, "", " ", [], {}, [[]], {"a": {"b": [1, None]}}, ["x", 3],
    float("nan"), float("inf"), 10**400, "\0", "\ud800", "a\udfffb",
)  # fmt: skip

_OWN_HEADER: dict[str, Any] = {
    "Contributors": "Dr Synthetic",
    "Source": "Made up",
    "URL": [],
    "Categories": ["Diagnosis"],
    "Reasoning": [],
    "Definition": ["Name the disease."],
    "Input_language": ["English"],
    "Output_language": ["English"],
    "Instruction_language": ["English"],
    "Domains": "Clinical Text",
    "Positive Examples": [{"input": "Cough.", "output": "cold"}],
    "Negative Examples": [],
}

Mutation = Callable[[bytes, random.Random], bytes]


def _flip_bits(data: bytes, dice: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(dice.randint(1, 5)):
        damaged[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(damaged)


def _truncate(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def _cut_out(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data))
    return data[:start] + data[start + dice.randint(1, 200) :]


def _insert(data: bytes, dice: random.Random) -> bytes:
    signs = (b"\0", b'"', b"{", b"}", b"]", b",", b"\\", b"\n", b"\xe9", b"\xff\xfe", b"\xf0\x9f")
    pieces = (*signs, b"[" * 100_000, b'{"a":' * 5000, b"9" * 5000, b"\\ud800", b"\\u0000")
    at = dice.randrange(len(data))
    return data[:at] + dice.choice(pieces) + data[at:]


def _near_a_brace(data: bytes, dice: random.Random) -> bytes:
    """Damage the structure and not, as chance mostly does, a text."""
    places = [at for at, sign in enumerate(data) if sign in b'{}[],:"']
    at = dice.choice(places)
    return data[:at] + dice.choice((b"", b",", b"]", b"}", b"[" * 3000, b"NaN")) + data[at + 1 :]


def _append(data: bytes, dice: random.Random) -> bytes:
    return data + dice.choice((data, b"{}", b"]", b"\0\0", b" \n ", b"\xff" * 3))


def _recode(data: bytes, dice: random.Random) -> bytes:
    text = data.decode("utf-8")
    how = dice.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp1252", "cp932"))
    return text.encode(how, "replace")


def _edit(change: Callable[[dict[str, Any], random.Random], None]) -> Mutation:
    def mutate(data: bytes, dice: random.Random) -> bytes:
        document = json.loads(data)
        change(document, dice)
        return json.dumps(document, indent=dice.choice((None, 2))).encode()

    return mutate


def _drop_key(document: dict[str, Any], dice: random.Random) -> None:
    where = dice.choice((document, dice.choice(document["Instances"])))
    del where[dice.choice(list(where))]


def _change_type(document: dict[str, Any], dice: random.Random) -> None:
    where = dice.choice((document, dice.choice(document["Instances"])))
    where[dice.choice(list(where))] = dice.choice(GARBAGE)


def _nest(document: dict[str, Any], dice: random.Random) -> None:
    at = dice.randrange(len(document["Instances"]))
    document["Instances"][at] = dice.choice((*GARBAGE, [document["Instances"][at]]))


def _repeat_ids(document: dict[str, Any], dice: random.Random) -> None:
    for item in document["Instances"][: dice.randint(1, 3)]:
        item["id"] = "the same"


def _grow(document: dict[str, Any], dice: random.Random) -> None:
    dice.choice(document["Instances"])["input"] = "x" * 200_000


MUTATIONS: tuple[Mutation, ...] = (
    _flip_bits, _truncate, _cut_out, _insert, _near_a_brace, _append, _recode,
    _edit(_drop_key), _edit(_change_type), _edit(_nest), _edit(_repeat_ids), _edit(_grow),
)  # fmt: skip


def _good_text(value: object) -> bool:
    """Say by plain rules whether a value is text with something in it."""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        return False
    return not any("\ud800" <= sign <= "\udfff" for sign in value)


def _outputs(value: object) -> tuple[str, ...]:
    many: list[Any] = value if isinstance(value, list) else [value]
    return tuple(many) if many and all(map(_good_text, many)) else ()


def _sound(data: bytes) -> list[tuple[int, str, tuple[str, ...]]] | None:
    """Return index, input and outputs of a file in which nothing at all is wrong, else None."""
    try:
        document = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_keys_once)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not isinstance(document.get("Instances"), list):
        return None
    definition = document.get("Definition")
    if not any(map(_good_text, definition if isinstance(definition, list) else [definition])):
        return None
    if not all(_sound_field(key, value) for key, value in document.items()):
        return None
    return _sound_items(document["Instances"])


def _keys_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _sound_field(key: str, value: Any) -> bool:
    if key == "Instances" or key not in _OWN_HEADER:
        return True
    if key.endswith("Examples"):
        many = value or []
        return isinstance(many, list) and all(
            isinstance(one, dict) and _good_text(one.get("input")) and _outputs(one.get("output"))
            for one in many
        )
    many = value if isinstance(value, list) else [value]
    return all(one in (None, "", " ") or _good_text(one) for one in many)


def _sound_items(instances: list[Any]) -> list[tuple[int, str, tuple[str, ...]]] | None:
    ids = [one.get("id") for one in instances if isinstance(one, dict) and one.get("id")]
    if len({str(one) for one in ids}) < len(ids):
        return None
    found = []
    for at, one in enumerate(instances):
        if not isinstance(one, dict) or not _good_text(one.get("input")):
            return None
        if not _outputs(one.get("output")):
            return None
        found.append((at, one["input"], _outputs(one["output"])))
    return found


def _try(data: bytes, folder: Path, name: str) -> None:
    path = folder / name
    path.write_bytes(data)
    started = time.monotonic()
    report = check_task_file(path)
    assert time.monotonic() - started < SECONDS
    sound = _sound(data)
    if sound is None:
        assert report.fault_count or _told(report)
        return
    assert report.faults == ()
    items = read_items(open_task_file(path), lambda fault: pytest.fail(fault.reason))
    assert [(item.index, item.input, item.outputs) for item in items] == sound


def _told(report: FileReport) -> bool:
    """Say whether a note tells of another encoding or spelling of a key, repaired by reading it."""
    words = ("encoding", "UTF-8", "the format")
    return any(word in note for note in report.notes for word in words)


def _mutated(data: bytes, seed: int) -> bytes:
    dice = random.Random(seed)
    return MUTATIONS[seed % len(MUTATIONS)](data, dice)


def _own_files() -> list[bytes]:
    """Return small made-up task files in the forms that the real ones have."""
    head = _OWN_HEADER
    plain = [{"input": f"Fever, day {n}.", "output": "flu"} for n in range(9)]
    listed = [{"id": f"i-{n}", "input": f"発熱{n}日", "output": ["感冒", "風邪"]} for n in range(9)]
    return [
        json.dumps({**head, "Instances": plain}, indent=4).encode(),
        json.dumps({"Instances": listed, **head}, ensure_ascii=False).encode(),
        json.dumps({**head, "Instances": [*plain, *listed]}, ensure_ascii=False, indent=1).encode(),
    ]


# The second item's output is the word HERE, and what stands in its place is not text by JSON.
RAW_VALUES = {
    "nested nulls": b"[null, [null]]",
    "a number": b"-3",
    "a huge number": b"9" * 6000,
    "a huge float": b"1e99999",
    "NaN": b"NaN",
    "Infinity": b"-Infinity",
    "numbers in a list": b"[1, 2.5]",
    "true": b"true",
    "nothing but white space": b'"\\u00a0 "',
    "signs without width": b'"\\u200b\\ufeff"',
    "half a character": b'"a\\ud800"',
    "half a character in bytes": b'"a\xed\xa0\x80"',
    "deep nesting": b"[" * 1_000_000 + b"]" * 1_000_000,
    "a deep object": b'{"a":' * 200_000,
    "a key twice": b'"a", "output": "b"',
    "a comment": b'"a" // note\n',
    "single quotes": b"'a'",
    "a text without end": b'"a',
    "no value": b"",
}


@pytest.mark.parametrize("kind", RAW_VALUES)
def test_what_is_no_text_in_an_item_is_told_and_the_others_are_read(
    kind: str, tmp_path: Path
) -> None:
    items = [{"input": f"Fever, day {n}.", "output": "flu"} for n in range(9)]
    items[1]["output"] = "HERE"
    data = json.dumps({**_OWN_HEADER, "Instances": items}, indent=1).encode()
    path = tmp_path / "task130_own.json"
    path.write_bytes(data.replace(b'"HERE"', RAW_VALUES[kind]))
    report = check_task_file(path)
    assert report.fault_count or _told(report)
    assert report.items >= 7 or kind in ("a deep object", "a text without end")
    found = [item.index for item in read_items(open_task_file(path), lambda _: None)]
    assert set(found) <= set(range(9))


WHOLE_FILES: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "white space": lambda _: b" \n",
    "a mark alone": lambda _: b"\xef\xbb\xbf",
    "null": lambda _: b"null",
    "a list of lists": lambda _: b"[[1], [2]]",
    "a table": lambda _: b"input,output\na,b\n",
    "an archive": gzip.compress,
    "every byte": lambda _: bytes(range(256)) * 50,
    "deep nesting": lambda _: b"[" * 1_000_000,
    "twice": lambda data: data + data,
    "a rest": lambda data: data + b"rest",
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "UTF-16 without a mark": lambda data: data.decode().encode("utf-16-be"),
    "UTF-16 cut in a sign": lambda data: data.decode().encode("utf-16")[:-1],
    "UTF-32": lambda data: data.decode().encode("utf-32"),
    "mixed": lambda data: data.replace(b"Fever", b"Fi\xe8vre", 2),
    "no instances": lambda data: data.replace(b'"Instances"', b'"Instants"'),
    "an object of instances": lambda data: data.replace(b'"Instances": [', b'"Instances": {"a": ['),
    "a second list": lambda data: data.replace(b"{", b'{"Instances": [],', 1),
    "an empty list": lambda data: data[: data.index(b'"Instances"')] + b'"Instances": []}',
    "a header key twice": lambda data: data.replace(b"{", b'{"Definition": "Other",', 1),
}


@pytest.mark.parametrize("kind", WHOLE_FILES)
def test_a_file_that_is_another_thing_is_refused_or_repaired_with_a_reason(
    kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "task130_own.json"
    path.write_bytes(WHOLE_FILES[kind](_own_files()[0]))
    report = check_task_file(path)
    assert report.fault_count or _told(report)


@pytest.mark.parametrize("ends", ["\r", "\r\n"])
def test_other_line_ends_make_no_difference(ends: str, tmp_path: Path) -> None:
    path = tmp_path / "task130_own.json"
    path.write_bytes(_own_files()[0].replace(b"\n", ends.encode()))
    report = check_task_file(path)
    assert (report.items, report.fault_count) == (9, 0)


@pytest.mark.parametrize("seed", range(180))
def test_a_damaged_file_of_our_own_is_told_or_read_right(seed: int, tmp_path: Path) -> None:
    files = _own_files()
    _try(_mutated(files[seed % len(files)], seed // len(files)), tmp_path, "task130_own.json")


@pytest.mark.parametrize("seed", range(200))
def test_a_damaged_real_file_is_told_or_read_right(seed: int, tmp_path: Path, shared: Path) -> None:
    paths = sorted((shared / "data" / "meds_bench").glob("*.json"))
    path = paths[seed * 7 % len(paths)]
    _try(_mutated(path.read_bytes(), seed), tmp_path, path.name)


def test_the_oracle_itself_tells_sound_from_damaged() -> None:
    for data in _own_files():
        assert _sound(data)
        assert _sound(data[:-20]) is None
        assert _sound(data.replace(b"Definition", b"Definit")) is None
