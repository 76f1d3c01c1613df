"""What the verbs stand on."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from medsdesk.cli import desk
from medsdesk.core.errors import UserFacingError


def test_a_first_ctrl_c_cancels_a_second_ends_and_the_handlers_come_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with desk.stoppable() as cancel:
        signal.raise_signal(signal.SIGINT)
        assert cancel.cancelled
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_closing_terminal_and_a_shutdown_stop_the_work(name: str) -> None:
    if not hasattr(signal, name):
        pytest.skip(f"this system has no {name}")
    with desk.stoppable() as cancel:
        signal.raise_signal(getattr(signal, name))
        assert cancel.cancelled


def test_a_workspace_without_a_name_is_refused() -> None:
    def never(workspace: Path, *, demo: bool) -> int:
        raise AssertionError(workspace, demo)

    with pytest.raises(UserFacingError, match="no name"):
        desk.show_window("", never, demo=False)


def test_only_a_long_fingerprint_is_announced_and_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell = desk.hashing()
    tell(1, 1000)
    assert capsys.readouterr().err == ""
    tell(1, 5_000_000_000)
    tell(2, 5_000_000_000)
    assert capsys.readouterr().err.count("Fingerprinting") == 1
