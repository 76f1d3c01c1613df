"""The doctor: each fault is found and comes with what to do."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from medsdesk.core.errors import EngineDiedError
from medsdesk.core.identity import utc_now
from medsdesk.core.model import ModelFile
from medsdesk.engine.client import Engine
from medsdesk.services import diagnose as module
from medsdesk.services import model_files
from medsdesk.services.diagnose import Check, Diagnosis, diagnose
from medsdesk.store.models import add_model
from medsdesk.store.workspace import open_workspace

GIB = 1024**3


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(backend="medsdesk.engine.fake") as scripted:
        yield scripted


def _check(diagnosis: Diagnosis, name: str) -> Check:
    return next(c for c in diagnosis.checks if c.name == name)


def test_a_good_machine_is_called_so(engine: Engine, tmp_path: Path) -> None:
    diagnosis = diagnose(tmp_path / "workspace", engine)
    assert diagnosis.ok
    assert _check(diagnosis, "engine").status == "ok"
    assert "whole" in _check(diagnosis, "workspace").detail
    assert diagnosis.devices[0].memory_total > 0


def test_an_engine_that_dies_is_a_failed_check_and_no_crash(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies() -> None:
        raise EngineDiedError(-4, "The engine ended.", "Install another build.")

    monkeypatch.setattr(engine, "self_test", dies)
    diagnosis = diagnose(tmp_path, engine)
    assert not diagnosis.ok
    assert _check(diagnosis, "engine").hint == "Install another build."
    assert diagnosis.devices == ()


def test_a_damaged_database_is_named(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "medsdesk.sqlite").write_bytes(b"this is no database at all" * 100)
    diagnosis = diagnose(tmp_path, engine)
    assert not diagnosis.ok
    assert _check(diagnosis, "workspace").status == "fail"
    assert _check(diagnosis, "workspace").hint


def test_little_memory_and_disk_are_warnings(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "memory_bytes", lambda: (4 * GIB, 2 * GIB))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=GIB))
    diagnosis = diagnose(tmp_path, engine)
    assert diagnosis.ok
    assert _check(diagnosis, "memory").status == "warn"
    assert _check(diagnosis, "disk").status == "warn"


def test_without_any_model_it_says_how_to_add_one(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_files, "demo_model_path", lambda: None)
    assert "models add" in _check(diagnose(tmp_path, engine), "models").hint


@pytest.mark.parametrize(
    ("system", "finder", "output", "status"),
    [
        ("Windows", None, b"", "ok"),
        ("Linux", None, b"", "warn"),
        ("Linux", "fc-list", b"", "warn"),
        ("Linux", "fc-list", b"Noto Sans CJK JP\n", "ok"),
    ],
)
def test_fonts_are_looked_up_where_the_system_may_lack_them(
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    system: str,
    finder: str | None,
    output: bytes,
    status: str,
) -> None:
    done = SimpleNamespace(stdout=output)
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(shutil, "which", lambda _: finder)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    assert module._fonts().status == status


def test_broken_settings_and_a_missing_model_file_are_named(
    engine: Engine, tmp_path: Path, own_user: Path
) -> None:
    (own_user / "settings").mkdir()
    (own_user / "settings" / "settings.toml").write_text("context = 1\n", encoding="utf-8")
    with open_workspace(tmp_path) as ws:
        path = tmp_path / "lost.gguf"
        add_model(
            ws,
            ModelFile(
                "lost",
                "Lost",
                str(path),
                "0" * 64,
                1,
                "llama",
                "F16",
                1,
                1,
                is_demo=False,
                added_at=utc_now(),
            ),
        )
    diagnosis = diagnose(tmp_path, engine)
    assert _check(diagnosis, "settings").status == "fail"
    assert "lost.gguf" in _check(diagnosis, "models").detail


def test_damage_inside_the_database_is_a_report_and_no_crash(
    engine: Engine, tmp_path: Path
) -> None:
    with open_workspace(tmp_path) as ws:
        path = ws.path
    data = path.read_bytes()
    third = len(data) // 3
    path.write_bytes(data[:third] + b"x" * third + data[2 * third :])
    diagnosis = diagnose(tmp_path, engine)
    assert not diagnosis.ok
    assert _check(diagnosis, "workspace").status == "fail"
