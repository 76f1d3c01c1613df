"""One line on a terminal that is kept up to date, among lines that stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

_MINUTE = 60


class LiveLine:
    """Writes lines, and below them one that the next replaces.

    Args:
        stream: Where to write; a line can be replaced only on a terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self.live = stream.isatty()
        self._stream = stream
        self._width = 0

    def show(self, text: str) -> None:
        """Show a line in place of the one before."""
        self._stream.write(f"\r{text:{self._width}}")
        self._stream.flush()
        self._width = len(text)

    def end(self) -> None:
        """Take back the line that is kept up to date."""
        if self._width:
            self._stream.write(f"\r{'':{self._width}}\r")
            self._stream.flush()
            self._width = 0

    def write(self, text: str) -> None:
        """Write a line that stays."""
        self.end()
        self._stream.write(f"{text}\n")
        self._stream.flush()


def time_left(seconds: float) -> str:
    """Return a time in words, such as ``2 h 03 min left``."""
    minutes, rest = divmod(round(seconds), _MINUTE)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min left" if hours else f"{minutes} min {rest:02} s left"
