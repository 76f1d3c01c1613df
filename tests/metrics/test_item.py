"""Marks and signatures."""

from __future__ import annotations

from medsdesk.metrics.item import NO_REFERENCE, is_unparsed, own_signature, right_or_wrong


def test_right_or_wrong() -> None:
    assert right_or_wrong(right=True, answer="B").values == {"accuracy": 100.0}
    wrong = right_or_wrong(right=False, answer="B", details={"part": 1.0})
    assert (wrong.values, wrong.details) == ({"accuracy": 0.0}, {"part": 1.0})


def test_unparsed_is_what_could_not_be_read_out_of_an_answer() -> None:
    assert is_unparsed("names no option")
    assert is_unparsed("empty output")
    for reason in (None, NO_REFERENCE, "the reference names no option", "the authors leave out"):
        assert not is_unparsed(reason)


def test_signature_begins_with_metric_and_protocol() -> None:
    assert own_signature("f1", "a:b") == "f1|protocol:strict|a:b"
