"""The verbs for model files: what they print, what they refuse, and their exit codes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from medsdesk.hub.catalogue import catalogue
from medsdesk.store.workspace import Workspace
from tests.cli.conftest import Cli
from tests.made_models import gguf_bytes


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(gguf_bytes())
    return path


def test_the_catalogue_is_listed_with_licences_and_estimates(cli: Cli) -> None:
    code, out, _ = cli("models", "list", "--catalogue")
    assert code == 0
    row = next(line for line in out.splitlines() if line.startswith("mmedins-llama-3-8b "))
    assert "8.0 B" in row
    assert "29.92 GiB" in row
    assert "llama3 *" in row
    assert "Sizes are computed" in out
    entries = cli.json("models", "list", "--catalogue")
    assert [entry["id"] for entry in entries] == [model.id for model in catalogue()]
    assert entries[0]["licence"]["url"].startswith("https://")
    assert entries[0]["licence_accepted_at"] is None
    assert 4.9e9 < entries[0]["gguf_bytes_estimated"]["Q4_K_M"] < 4.95e9


def test_a_file_is_added_in_place_or_copied(cli: Cli, gguf: Path, ws: Workspace) -> None:
    assert cli.json("models", "add", str(gguf))["path"] == str(gguf)
    copied = cli.json("models", "add", str(gguf), "--copy")
    assert copied["keeping"] == "copied"
    assert Path(copied["path"]).is_relative_to(ws.directory)
    assert "tiny" in cli("models", "list")[1]


def test_verifying_tells_what_differs_and_exits_with_one(cli: Cli, gguf: Path) -> None:
    cli("models", "add", str(gguf))
    assert cli("models", "verify")[0] == 0
    assert {r["outcome"] for r in cli.json("models", "verify")} == {"same"}
    data = bytearray(gguf.read_bytes())
    data[-1] ^= 1
    status = gguf.stat()
    gguf.write_bytes(bytes(data))
    os.utime(gguf, ns=(status.st_atime_ns, status.st_mtime_ns))
    code, out, err = cli("models", "verify", "tiny")
    assert code == 1
    assert out.split() == ["different", "tiny"]
    assert "has another content" in err
    assert "Put the right file back" in err
    assert cli("models", "verify", "demo")[0] == 0
    gguf.unlink()
    code, out, err = cli("models", "verify")
    assert code == 1
    assert "missing    tiny" in out
    assert "same       demo" in out


def test_verifying_an_unknown_model_is_refused(cli: Cli) -> None:
    code, _, err = cli("models", "verify", "nonsense")
    assert (code, "no model 'nonsense'" in err) == (1, True)


def test_removing_deletes_only_what_medsdesk_put_there(cli: Cli, gguf: Path) -> None:
    cli("models", "add", str(gguf))
    code, _, err = cli("models", "remove", "tiny", "--delete-file")
    assert (code, "was not put there by MedsDesk" in err) == (1, True)
    copied = Path(cli.json("models", "add", str(gguf), "--copy")["path"])
    code, out, _ = cli("models", "remove", "tiny", "--delete-file")
    assert (code, "was deleted" in out) == (0, True)
    assert (copied.exists(), gguf.exists()) == (False, True)
    cli("models", "add", str(gguf))
    assert cli.json("models", "remove", "tiny")["file_deleted"] is False
    assert gguf.exists()


@pytest.fixture(autouse=True)
def expected_warnings(caplog: pytest.LogCaptureFixture) -> None:
    """A file that is not what it was is logged as a warning."""
    caplog.set_level("ERROR", logger="medsdesk.services.verify_models")
