"""What is printed, and where, and what happens when it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.cli import show
from medsdesk.tasks.meds_bench import Fault, FileReport


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 MiB"), (98_000_000, "93 MiB"), (4_920_000_000, "4.58 GiB")]
)
def test_sizes_are_told_in_words(count: int, words: str) -> None:
    assert show.size(count) == words


def test_columns_are_as_wide_as_their_widest_cell(capsys: pytest.CaptureFixture[str]) -> None:
    show.table([("id", "name"), ("a", 1), ("longer", 22)])
    assert capsys.readouterr().out == "id      name\na       1\nlonger  22\n"


def test_documents_go_to_standard_output_and_messages_do_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show.document({"größe": (1, None)})
    show.say("One.", "Two.")
    captured = capsys.readouterr()
    assert captured.out == '{\n  "größe": [\n    1,\n    null\n  ]\n}\n'
    assert captured.err == "One.\nTwo.\n"


def test_faults_that_items_in_a_row_share_take_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shared = [Fault(n, "it is bad", kept=True) for n in (0, 1, 2, 4)]
    faults = (Fault(None, "no header"), *shared, Fault(5, "it is bad"))
    show.report(FileReport(Path("a.json"), "a", "a", 5, faults, 6, "0" * 64, ()))
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()[1:]]
    assert lines == [
        "file: no header",
        "items 1-3: it is bad (kept)",
        "item 5: it is bad (kept)",
        "item 6: it is bad (left out)",
    ]


def test_a_reader_that_left_is_no_fault_and_a_full_disk_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = show.Output()
    assert out.code(show.DONE) == show.DONE
    out.fault = BrokenPipeError()
    assert out.code(show.SOME_FAILED) == show.SOME_FAILED
    out.fault = OSError(28, "No space left on device")
    assert out.code(show.DONE) == show.REFUSED
    assert "No space left" in capsys.readouterr().err
