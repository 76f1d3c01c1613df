"""The verbs for builds of the engine, with the installed library as a second build."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.engine.builds import LIBRARIES_VARIABLE
from medsdesk.engine.demo import demo_model_path
from tests.cli.conftest import Cli
from tests.services.made_wheel import make_wheel

pytestmark = pytest.mark.gguf


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a wheel with the installed libraries."""
    if demo_model_path() is None:
        pytest.skip("the demonstration model is not installed")
    monkeypatch.setenv("MEDSDESK_USER_DIR", str(tmp_path / "user"))
    monkeypatch.delenv(LIBRARIES_VARIABLE, raising=False)
    return make_wheel(tmp_path)


def test_a_build_from_its_wheel_to_its_end(cli: Cli, wheel: Path) -> None:
    code, out, _ = cli("engine", "list")
    assert (code, out.split()) == (0, ["installed", "in", "use", "always", "works"])
    code, out, err = cli("engine", "add", str(wheel), "--name", "twin")
    assert code == 0
    assert "'twin' has passed: reads prompts" in out
    assert "in a process of its own" in err
    code, out, _ = cli("engine", "use", "twin")
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["installed", "always"], ["twin", "in"],
    ]  # fmt: skip
    checks = {check["name"]: check for check in cli.json("doctor")["checks"]}
    assert checks["builds"]["status"] == "ok"
    assert checks["builds"]["detail"].startswith("in use: twin.")
    tested = cli.json("engine", "test", "twin")
    assert tested["trial"]["reason"] == ""
    assert cli("engine", "use", "auto")[0] == 0
    assert cli("engine", "remove", "twin")[0] == 0
    assert [state["name"] for state in cli.json("engine", "list")] == ["installed"]


def test_what_cannot_be_done_is_said(cli: Cli, wheel: Path) -> None:
    for words, told in (
        (("add", str(wheel), "--name", "a b"), "cannot be the name"),
        (("add", str(wheel.with_name("none.whl")), "--name", "x"), "cannot be added"),
        (("test", "none"), "no build 'none'"),
        (("use", "none"), "no build 'none'"),
        (("remove", "none"), "no build 'none'"),
    ):
        code, _, err = cli("engine", *words)
        assert code == 1
        assert told in err
        assert len(err.strip().splitlines()) == 2
