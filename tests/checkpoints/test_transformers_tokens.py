"""Transformers is asked, and nothing of the checkpoint is run."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from medsdesk.checkpoints.transformers_tokens import ask_transformers
from medsdesk.core.errors import UserFacingError
from tests.checkpoints.small import TEMPLATE, write_tokenizer


def test_facts_of_the_small_tokenizer(tmp_path: Path) -> None:
    write_tokenizer(tmp_path)
    ends = {"eos_token_id": [1001, 1004]}
    (tmp_path / "generation_config.json").write_text(json.dumps(ends), encoding="utf-8")
    facts = ask_transformers(tmp_path, ("", "Fever 38.6"), "A<|eot_id|>")
    assert facts.plain[0] == ()
    assert facts.framed[0] == facts.bos == 1000
    assert facts.framed[-1] == 1004
    assert (facts.adds_bos, facts.adds_eos, facts.eos, facts.also_ends) == (
        True,
        False,
        1001,
        (1004,),
    )
    assert facts.chat_template == TEMPLATE


def test_code_in_a_checkpoint_is_never_run(tmp_path: Path) -> None:
    write_tokenizer(tmp_path)
    marker = tmp_path / "ran"
    (tmp_path / "evil.py").write_text(f"open({str(marker)!r}, 'w')\n", encoding="utf-8")
    config = {"auto_map": {"AutoTokenizer": ["evil.Evil", None]}, "tokenizer_class": "Evil"}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    (tmp_path / "config.json").write_text(
        json.dumps({"auto_map": {"AutoConfig": "evil.Evil"}, "model_type": "evil"}),
        encoding="utf-8",
    )
    with contextlib.suppress(UserFacingError):  # it may refuse, and it may do without the code
        ask_transformers(tmp_path, ("x",), "x")
    assert not marker.exists()


def test_a_broken_tokenizer_is_told_of(tmp_path: Path) -> None:
    write_tokenizer(tmp_path)
    (tmp_path / "tokenizer.json").write_text('{"model": 5}', encoding="utf-8")
    with pytest.raises(UserFacingError, match="Transformers cannot use"):
        ask_transformers(tmp_path, ("x",), "x")
