"""How the engine process ended, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from medsdesk.core.errors import EngineDiedError


@dataclass(frozen=True, slots=True)
class Outcome:
    """One sentence that says how the process ended, and one that says what to do."""

    message: str
    hint: str


_RETRY = "Try again; the engine starts anew by itself."
_LESS_MEMORY = (
    "Close other programs, choose a smaller context or a smaller model, then try again; "
    "the engine starts anew by itself."
)
_OTHER_BUILD = (
    "Install the portable build of llama-cpp-python (GGML_NATIVE=OFF); no other model or "
    "setting will help."
)

_ILLEGAL: Final = Outcome(
    "The engine stopped: this build of the engine uses instructions this processor does not have.",
    _OTHER_BUILD,
)
_MEMORY_FAULT: Final = Outcome(
    "The engine stopped: it touched memory it does not own, which a damaged model file or a "
    "fault in the engine can cause.",
    "Check the model file's SHA-256, then try again; the engine starts anew by itself.",
)
_ABORTED: Final = Outcome(
    "The engine stopped: it gave up on a fault of its own, often for lack of memory or for a "
    "damaged model file.",
    "Check the model file's SHA-256, close other programs, or choose a smaller context or a "
    "smaller model, then try again; the engine starts anew by itself.",
)
_KILLED: Final = Outcome(
    "The engine stopped: it was killed by the system, often for lack of memory.", _LESS_MEMORY
)
_NO_MEMORY: Final = Outcome("The engine stopped: the memory was not enough.", _LESS_MEMORY)
_ENDED: Final = Outcome("The engine stopped: another program ended it.", _RETRY)
_FLOATING: Final = Outcome("The engine stopped: a calculation in it failed.", _RETRY)
_MISSING_DLL: Final = Outcome(
    "The engine stopped: a library it needs is missing or does not suit this system.",
    "Install the Microsoft Visual C++ runtime or install MedsDesk again.",
)

# Signal numbers are the same on Linux and macOS except for SIGBUS, which has two.
_SIGNALS: Final = {
    1: _ENDED,
    2: _ENDED,
    4: _ILLEGAL,
    6: _ABORTED,
    7: _MEMORY_FAULT,
    8: _FLOATING,
    9: _KILLED,
    10: _MEMORY_FAULT,
    11: _MEMORY_FAULT,
    15: _ENDED,
}

_WINDOWS: Final = {
    0xC0000005: _MEMORY_FAULT,
    0xC0000006: _MEMORY_FAULT,
    0xC0000017: _NO_MEMORY,
    0xC000001D: _ILLEGAL,
    0xC0000094: _FLOATING,
    0xC00000FD: _MEMORY_FAULT,
    0xC000012D: _NO_MEMORY,
    0xC0000135: _MISSING_DLL,
    0xC0000139: _MISSING_DLL,
    0xC000013A: _ENDED,
    0xC0000142: _MISSING_DLL,
    0xC0000374: _MEMORY_FAULT,
    0xC0000409: _ABORTED,
    0xC06D007E: _MISSING_DLL,
    0xC06D007F: _MISSING_DLL,
}


def explain(exit_code: int | None) -> Outcome:
    """Return the plain words for a process exit code; negative for a signal.

    Windows gives its status codes as unsigned or as negative numbers, depending on who asks.
    """
    if exit_code is None:
        return Outcome("The engine stopped for a reason that is not known.", _RETRY)
    if exit_code & 0xFFFFFFFF in _WINDOWS:
        return _WINDOWS[exit_code & 0xFFFFFFFF]
    if -exit_code in _SIGNALS:
        return _SIGNALS[-exit_code]
    if exit_code < 0:
        return Outcome(f"The engine stopped on signal {-exit_code}.", _RETRY)
    if exit_code == 0:
        return Outcome("The engine ended although its work was not done.", _RETRY)
    return Outcome(f"The engine stopped with exit code {exit_code}.", _RETRY)


def is_illegal_instruction(exit_code: int) -> bool:
    """Return whether a process died of an instruction that its processor does not have."""
    return explain(exit_code) is _ILLEGAL


def died_error(exit_code: int | None) -> EngineDiedError:
    """Return the error to raise where there is no partial answer to return."""
    outcome = explain(exit_code)
    return EngineDiedError(exit_code, outcome.message, outcome.hint)
