"""The grammar: what is understood, and what is wrong usage."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["run"],
        ["run", "task112"],
        ["run", "task112", "--text", "-", "--shots", "4"],
        ["run", "task112", "--text", "-", "--max-new-tokens", "0"],
        ["runs"],
        ["runs", "export", "abc", "--format", "xml", "--out", "x"],
    ],
)
def test_wrong_usage_is_told_in_two_sentences(cli: Cli, words: list[str]) -> None:
    code, out, err = cli(*words)
    assert code == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 2
    assert "--help" in err


def test_help_names_every_verb(cli: Cli) -> None:
    code, out, _ = cli("--help")
    assert code == 0
    for verb in ("gui", "demo", "doctor", "tasks", "run", "runs", "ratings", "models"):
        assert verb in out


def test_the_version_is_told(cli: Cli) -> None:
    code, out, _ = cli("--version")
    assert code == 0
    assert out.startswith("medsdesk ")


def test_common_options_stand_anywhere(cli: Cli, tmp_path: Path) -> None:
    folder = str(tmp_path / "w")
    for words in (
        ("--workspace", folder, "runs", "list"),
        ("runs", "--workspace", folder, "list"),
        ("runs", "list", "--workspace", folder),
    ):
        assert cli(*words)[0] == 0
    code, out, _ = cli("runs", "--json", "list")
    assert (code, out) == (0, "[]\n")
    assert cli("runs", "list", "--workspace", "")[0] == 1


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "6", "warm"])
def test_a_temperature_that_is_none_is_wrong_usage(cli: Cli, value: str) -> None:
    code, _, err = cli("run", "task112", "--text", "-", "--temperature", value)
    assert code == 2
    assert "from 0 to 5" in err


@pytest.mark.parametrize("option", ["--seed", "--context", "--max-new-tokens"])
@pytest.mark.parametrize("value", ["99999999999999999999999", "-1", "few"])
def test_numbers_out_of_bounds_are_wrong_usage(cli: Cli, option: str, value: str) -> None:
    code, _, err = cli("run", "task112", "--text", "-", option, value)
    assert code == 2
    assert "must be from" in err or "not a whole number" in err
