"""The tree is as fixed, tests mirror sources, and the project speaks of itself alone."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TOP = {"pyproject.toml", "medsdesk", "resources", "models", "tests", "packaging", "README.md"}
TOP |= {"LICENSE"}
# Parts that are exercised through their callers and have no face of their own to test.
NO_TEST_OF_ITS_OWN = {
    "core": "covered wherever a noun is used; behaviour is tested in tests/core",
}
BINARY = {".png", ".ico", ".icns"}


def _tracked() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("not a git checkout")
    return [name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_top_level_is_what_the_client_fixed() -> None:
    top = {name.split("/")[0] for name in _tracked()}
    assert {name for name in top if not name.startswith(".")} <= TOP


def test_every_logic_module_has_a_test_file_of_its_name() -> None:
    missing = [
        name
        for name in _tracked()
        if (m := re.fullmatch(r"medsdesk/(\w+)/(\w+)\.py", name))
        and m[1] not in ("ui", *NO_TEST_OF_ITS_OWN)
        and m[2] != "__init__"
        and not (ROOT / "tests" / m[1] / f"test_{m[2]}.py").is_file()
    ]
    assert missing == []


def test_packages_hold_one_docstring_and_nothing_else() -> None:
    for path in (ROOT / "medsdesk").rglob("__init__.py"):
        text = path.read_text(encoding="utf-8").strip()
        assert re.fullmatch(r'"""[^"\n]+\."""', text), path


def test_nothing_names_a_registry_or_a_path_of_a_machine() -> None:
    hosts = re.compile(r"py[p]i\.org|python[h]osted\.org|registry\.npm[j]s|deb\.debi[a]n\.org")
    places = re.compile(r"(?<![\w./~-])/(?:home|root|Users|work)/\w")
    for name in _tracked():
        if Path(name).suffix in BINARY or name == "LICENSE":
            continue
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not hosts.search(text), name
        assert not places.search(text), name


def test_no_file_is_large() -> None:
    sizes = {name: (ROOT / name).stat().st_size for name in _tracked()}
    assert {name: size for name, size in sizes.items() if size > 1_000_000} == {}


def test_version_is_told_once_and_in_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "## Changelog" in readme
    assert f"### {project['version']}" in readme or "### Unreleased" in readme


def test_pins_and_hash_locked_requirements_agree() -> None:
    uv = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["uv"]
    text = (ROOT / "packaging" / "requirements.txt").read_text(encoding="utf-8")
    locked = [
        line.split(" \\")[0].strip().replace('"', "'")
        for line in text.splitlines()
        if re.match(r"[a-z0-9]", line)
    ]
    assert uv["constraint-dependencies"] == locked
    assert text.count("--hash=sha256:") >= len(locked)
