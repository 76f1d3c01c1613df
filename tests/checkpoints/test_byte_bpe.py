"""A vocabulary is taken whole, with its kinds of tokens, or refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medsdesk.checkpoints.byte_bpe import CONTROL, NORMAL, UNUSED, USER_DEFINED, read_vocabulary
from medsdesk.core.errors import UserFacingError
from tests.checkpoints.small import SPECIALS, write_tokenizer

Change = Callable[[dict[str, Any]], object]


def _changed(folder: Path, change: Change) -> Path:
    write_tokenizer(folder)
    path = folder / "tokenizer.json"
    described = json.loads(path.read_text(encoding="utf-8"))
    change(described)
    path.write_text(json.dumps(described), encoding="utf-8")
    return folder


def test_tokens_kinds_and_merges(tmp_path: Path) -> None:
    def change(described: dict[str, Any]) -> None:
        described["added_tokens"].append({"id": 1005, "content": "<own>", "special": False})

    found = read_vocabulary(_changed(tmp_path, change), 1010)
    assert len(found.tokens) == len(found.kinds) == 1010
    assert found.kinds[:1000] == (NORMAL,) * 1000
    assert found.kinds[1000:] == (CONTROL,) * 5 + (USER_DEFINED,) + (UNUSED,) * 4
    assert found.specials == SPECIALS
    assert found.pre_tokenizer == "llama-bpe"
    assert len(found.merges) == 1000 - 256
    assert all(len(merge.split(" ")) == 2 for merge in found.merges)


def test_both_spellings_of_merges_are_read(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    def spell(described: dict[str, Any]) -> None:
        merges = described["model"]["merges"]
        described["model"]["merges"] = [
            " ".join(merge) if isinstance(merge, list) else merge for merge in merges
        ]

    one = read_vocabulary(_changed(tmp_path / "a", lambda _: None), 1005)
    assert read_vocabulary(_changed(tmp_path / "b", spell), 1005) == one


REFUSED: dict[str, tuple[Change, str]] = {
    "other pattern": (
        lambda d: d["pre_tokenizer"]["pretokenizers"][0]["pattern"].update(Regex="\\w+"),
        "not certain",
    ),
    "unigram": (lambda d: d["model"].update(type="Unigram"), "no byte-level BPE"),
    "sentencepiece": (lambda d: d["model"].update(byte_fallback=True), "no byte-level BPE"),
    "normaliser": (lambda d: d.update(normalizer={"type": "NFC"}), "no byte-level BPE"),
    "decoder": (lambda d: d.update(decoder=None), "no byte-level BPE"),
    "model": (lambda d: d.update(model=[]), "makes no sense"),
    "negative id": (lambda d: d["model"]["vocab"].update(x=-1), "makes no sense"),
    "id twice": (lambda d: d["model"]["vocab"].update(x=5), "makes no sense"),
    "id of truth": (lambda d: d["model"]["vocab"].update(x=True), "makes no sense"),
    "two texts": (lambda d: d["added_tokens"][0].update(id=3), "makes no sense"),
    "text twice": (lambda d: d["added_tokens"].append({"id": 1006, "content": "!"}), "no sense"),
    "added": (lambda d: d["added_tokens"].append("x"), "makes no sense"),
    "merge of three": (lambda d: d["model"]["merges"].append("a b c"), "makes no sense"),
    "merges": (lambda d: d["model"].update(merges=None), "makes no sense"),
    "too many": (lambda d: d["model"]["vocab"].update(x=2000), "more tokens than"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_others_are_refused(tmp_path: Path, case: str) -> None:
    change, words = REFUSED[case]
    with pytest.raises(UserFacingError, match=words):
        read_vocabulary(_changed(tmp_path, change), 1010)


def test_no_tokenizer(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match=r"no tokenizer\.json"):
        read_vocabulary(tmp_path, 1010)
