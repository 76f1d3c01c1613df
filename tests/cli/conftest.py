"""The command line in this process, on the test's own workspace, with a scripted engine."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from medsdesk.cli import desk, main
from medsdesk.core.identity import utc_now
from medsdesk.core.model import ModelFile
from medsdesk.engine.client import Engine
from medsdesk.store import models
from medsdesk.store.workspace import Workspace, open_workspace


class Cli:
    """Runs verbs and keeps what they printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.windows: list[tuple[Path, bool]] = []

    def open_window(self, workspace: Path, *, demo: bool) -> int:
        self.windows.append((workspace, demo))
        return 0

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """Return exit code, standard output and standard error of one call."""
        self._capsys.readouterr()
        code = main.run(words, self.open_window)
        captured = self._capsys.readouterr()
        return code, captured.out, captured.err

    def json(self, *words: str) -> Any:
        code, out, err = self(*words, "--json")
        assert code == 0, err
        return json.loads(out)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.fixture
def ws(own_user: Path) -> Iterator[Workspace]:
    with open_workspace(Path(os.environ["MEDSDESK_WORKSPACE"])) as workspace:
        yield workspace


@pytest.fixture
def scripted(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., ModelFile]:
    """Return a function that makes a scripted model the workspace's model of a name."""
    monkeypatch.setattr(
        desk, "engine", lambda: Engine(backend="medsdesk.engine.fake", grace_seconds=0.5)
    )

    def make(*replies: dict[str, Any], name: str = "scripted") -> ModelFile:
        path = tmp_path / f"{name}.script.json"
        path.write_text(json.dumps({"replies": list(replies)}), encoding="utf-8")
        size = path.stat().st_size
        model = ModelFile(
            name, name.capitalize(), str(path), "0" * 64, size, "llama", "F16", 1, 2048,
            is_demo=False, added_at=utc_now(),
        )  # fmt: skip
        models.add_model(ws, model)
        return model

    return make


@pytest.fixture
def findings(tmp_path: Path) -> str:
    path = tmp_path / "findings.txt"
    path.write_text("Heart size normal. Lungs clear. No effusion.", encoding="utf-8")
    return str(path)
