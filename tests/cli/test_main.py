"""Words in, exit codes and two sentences out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


def test_without_a_verb_the_window_opens_on_the_workspace(cli: Cli, own_user: Path) -> None:
    assert cli()[0] == 0
    assert cli.windows == [(own_user / "workspace", False)]


def test_the_workspace_can_be_named_before_and_after_the_verb(cli: Cli, tmp_path: Path) -> None:
    cli("gui", "--workspace", str(tmp_path / "a"))
    cli("--workspace", str(tmp_path / "b"), "gui")
    assert cli.windows == [(tmp_path / "a", False), (tmp_path / "b", False)]


def test_the_demonstration_leaves_the_users_own_workspace_alone(
    cli: Cli, own_user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MEDSDESK_WORKSPACE")
    cli("gui")
    cli("gui", "--demo")
    (own, _), (demo, is_demo) = cli.windows
    assert is_demo
    assert own != demo
    assert own.parent == demo.parent


def test_a_refusal_is_two_sentences_and_no_traceback(cli: Cli) -> None:
    code, out, err = cli("tasks", "show", "task9999")
    assert (code, out) == (1, "")
    assert len(err.strip().splitlines()) == 2
    assert "Traceback" not in err


def test_the_program_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "medsdesk", "tasks", "list", "--json"],
        capture_output=True,
        check=True,
        env=os.environ,
    )
    assert done.stdout.lstrip().startswith(b"[")


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe is another error there")
def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = f"'{sys.executable}' -m medsdesk tasks list --all --json | head -c 100"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=True)
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


def test_without_a_display_the_window_is_refused_in_words(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    code, _, err = cli("gui")
    assert code == 1
    assert "no display" in err
    assert cli.windows == []


def test_ctrl_c_outside_a_run_is_no_traceback(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("medsdesk.cli.model_verbs.models_list", interrupted)
    code, _, err = cli("models", "list")
    assert code == 1
    assert err.startswith("Stopped at once.")
