"""The probes go where tokenizers differ, and hold no special token by chance."""

from __future__ import annotations

from medsdesk.checkpoints.probe_texts import PROBES, probe_texts


def test_probes_without_specials_and_one_with_all() -> None:
    plain, framed = probe_texts(["<|a|>", "<|b|>"])
    assert plain == PROBES
    assert framed.index("<|a|>") < framed.index("<|b|>")


def test_a_probe_with_a_special_token_is_left_out() -> None:
    plain, framed = probe_texts(["</s>"])
    assert len(plain) == len(PROBES) - 1
    assert not any("</s>" in text for text in plain)
    assert "</s>" in framed
