"""What is told when MedsDesk itself is at fault: type and place, never a value."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal

_log = logging.getLogger(__name__)
_MOST_FRAMES = 60


def report(error: BaseException) -> str:
    """Return an exception as its types, modules and lines; its text may be clinical."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(lines) < _MOST_FRAMES:
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}")
        trace = seen.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            module = trace.tb_frame.f_globals.get("__name__", Path(code.co_filename).name)
            lines.append(f"  {module}, line {trace.tb_lineno}, in {code.co_name}")
            trace = trace.tb_next
        seen = seen.__cause__ or seen.__context__
        if seen is not None:
            lines.append("caused by")
    return "\n".join(lines)


class Faults(QObject):
    """Takes every exception that nobody caught to one dialog; safe from any thread."""

    _happened = Signal(str)

    def __init__(self, tell: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._happened.connect(tell)

    def install(self) -> None:
        """Become the place where uncaught exceptions go."""
        sys.excepthook = self._uncaught
        threading.excepthook = lambda args: self._uncaught(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def uninstall(self) -> None:
        """Give uncaught exceptions back to the interpreter."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def take(self, error: BaseException) -> None:
        """Show an exception that was caught at the edge."""
        text = report(error)
        _log.error("uncaught %s", text)
        self._happened.emit(text)

    def _uncaught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.take(error.with_traceback(trace))
