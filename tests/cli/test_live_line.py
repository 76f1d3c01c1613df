"""The line that is kept up to date: replaced whole, taken back, and lines that stay above it."""

from __future__ import annotations

import io

import pytest

from medsdesk.cli.live_line import LiveLine, time_left


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "live"), [(_Terminal(), True), (io.StringIO(), False)])
def test_only_a_terminal_is_live(stream: io.StringIO, live: bool) -> None:
    assert LiveLine(stream).live is live


def test_a_shorter_line_leaves_nothing_of_a_longer_one() -> None:
    stream = _Terminal()
    line = LiveLine(stream)
    line.show("10 of 12")
    line.show("11")
    assert stream.getvalue() == "\r10 of 12\r11      "


def test_a_line_that_stays_is_written_where_the_live_one_stood() -> None:
    stream = _Terminal()
    line = LiveLine(stream)
    line.write("First.")
    line.show("1 of 2")
    line.write("Second.")
    line.end()
    line.end()
    assert stream.getvalue() == "First.\n\r1 of 2\r      \rSecond.\n"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.4, "0 min 00 s left"), (59.6, "1 min 00 s left"), (3599.4, "59 min 59 s left"),
     (3599.6, "1 h 00 min left"), (7384.0, "2 h 03 min left")],
)  # fmt: skip
def test_time_left(seconds: float, told: str) -> None:
    assert time_left(seconds) == told
