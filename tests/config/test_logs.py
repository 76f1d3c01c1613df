"""The log holds MedsDesk's own records, rotates, and never stops the program from starting."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from medsdesk.config import logs
from medsdesk.config.logs import set_up_logging


@pytest.fixture(autouse=True)
def loggers_as_before() -> Iterator[None]:
    """Give both loggers back as they were found."""
    root, ours = logging.getLogger(), logging.getLogger("medsdesk")
    before = (root.handlers[:], ours.handlers[:], ours.level)
    yield
    for handler in ours.handlers:
        handler.close()
    root.handlers[:], ours.handlers[:] = before[:2]
    ours.setLevel(before[2])


def log_text(directory: Path) -> str:
    """Return all that was logged to the newest file."""
    return (directory / "medsdesk.log").read_text(encoding="utf-8")


def test_a_record_has_utc_time_level_and_origin(tmp_path: Path) -> None:
    assert set_up_logging(tmp_path / "a" / "logs", verbose=False) == (
        tmp_path / "a" / "logs" / "medsdesk.log"
    )
    logging.getLogger("medsdesk.engine.client").info("größe %d", 3)
    text = log_text(tmp_path / "a" / "logs")
    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    assert re.fullmatch(rf"{stamp} INFO medsdesk\.engine\.client: größe 3\n", text)


@pytest.mark.parametrize("verbose", [False, True])
def test_the_flag_sets_the_level(tmp_path: Path, verbose: bool) -> None:
    set_up_logging(tmp_path, verbose=verbose)
    logging.getLogger("medsdesk.x").debug("a step")
    assert ("a step" in log_text(tmp_path)) is verbose


@pytest.mark.parametrize("name", ["httpx", "huggingface_hub", "sqlite_utils", "medsdesk_plugin"])
def test_other_packages_do_not_reach_the_file(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    set_up_logging(tmp_path, verbose=True)
    logging.getLogger(name).error("GET https://example.org/")
    assert log_text(tmp_path) == ""
    assert len(caplog.records) == 1
    caplog.clear()


def test_other_packages_do_not_reach_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger().handlers.clear()
    set_up_logging(tmp_path, verbose=True)
    logging.getLogger("httpx").error("chatter")
    assert capsys.readouterr().err == ""


def test_a_second_call_replaces_the_first(tmp_path: Path) -> None:
    set_up_logging(tmp_path / "one", verbose=False)
    set_up_logging(tmp_path / "two", verbose=False)
    logging.getLogger("medsdesk").info("once")
    assert log_text(tmp_path / "one") == ""
    assert log_text(tmp_path / "two").count("once") == 1


def test_the_file_rotates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MAX_BYTES", 200)
    set_up_logging(tmp_path, verbose=False)
    for number in range(20):
        logging.getLogger("medsdesk").info("record %d %s", number, "x" * 60)
    names = ["medsdesk.log", "medsdesk.log.1", "medsdesk.log.2", "medsdesk.log.3"]
    assert sorted(p.name for p in tmp_path.iterdir()) == names
    assert "record 19" in log_text(tmp_path)
    assert all(p.stat().st_size <= 200 for p in tmp_path.iterdir())


def test_a_file_that_cannot_rotate_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: Path, target: str) -> Path:
        raise PermissionError(target)

    monkeypatch.setattr(logs, "MAX_BYTES", 100)
    monkeypatch.setattr(Path, "replace", refuse)
    set_up_logging(tmp_path, verbose=False)
    for number in range(5):
        logging.getLogger("medsdesk").info("record %d %s", number, "x" * 40)
    assert log_text(tmp_path).count("record") == 5
    assert capsys.readouterr().err == ""


def test_without_a_folder_warnings_go_to_standard_error(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert set_up_logging(None, verbose=False) is None
    logging.getLogger("medsdesk").info("quiet")
    logging.getLogger("medsdesk").warning("loud")
    assert "loud" in (err := capsys.readouterr().err)
    assert "quiet" not in err
    caplog.clear()


def test_without_a_folder_verbose_says_everything(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(None, verbose=True)
    logging.getLogger("medsdesk").debug("a step")
    assert "a step" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    assert set_up_logging(tmp_path / "file" / "logs", verbose=False) is None
    assert capsys.readouterr().err.count("cannot be written to") == 1
    caplog.clear()
