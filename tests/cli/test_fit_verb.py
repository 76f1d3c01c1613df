"""The verb models fit, from the words of the command line to its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medsdesk.cli.main import run
from medsdesk.cli.parser import make_parser
from tests.made_models import make_sparse, make_tiny


def _window(workspace: Path, *, demo: bool) -> int:
    raise AssertionError("a verb opened the window")


def _run(*words: str) -> int:
    return run(words, _window)


def test_a_model_that_fits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = make_tiny(tmp_path / "tiny.gguf")
    assert _run("models", "fit", str(path), "--context", "512", "--gpu-layers", "0") == 0
    told = capsys.readouterr()
    assert "It fits, on the processor." in told.out
    assert "Q4_K_M" in told.out
    assert told.err == ""


def test_a_document_with_a_trial(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = make_tiny(tmp_path / "tiny.gguf")
    assert _run("models", "fit", str(path), "--context", "512", "--load", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["fit"]["verdict"] == "fits"
    assert found["fit"]["devices"][0]["type"] == "cpu"
    assert found["trial"]["loaded"]["total_layers"] == found["fit"]["total_layers"] == 3
    assert found["trial"]["tokens_per_second"] > 0


def test_what_does_not_fit_is_refused_and_not_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make_sparse(tmp_path / "8b.gguf")
    words = ("--context", "100000000", "--load", "--json")
    assert _run("models", "fit", str(path), *words) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["fit"]["verdict"], found["trial"]) == ("too_large", None)
    assert "GiB in main memory" in found["fit"]["sentence"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("none.gguf",), "is not there"),
        (("nonesuch",), "no model 'nonesuch'"),
        (("TINY", "--gpu-layers", "all"), "--gpu-layers 0"),
    ],
)
def test_refusals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    path = make_tiny(tmp_path / "tiny.gguf")
    assert _run("models", "fit", *(str(path) if word == "TINY" else word for word in words)) == 1
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "layers"), [("auto", -1), ("all", 10_000), ("0", 0), ("12", 12), ("10000", 10_000)]
)
def test_layers(word: str, layers: int) -> None:
    for verb in (("models", "fit"), ("run", "task1", "--text", "-"), ("eval", "x")):
        assert make_parser().parse_args([*verb, "--gpu-layers", word]).gpu_layers == layers


@pytest.mark.parametrize(
    "words",
    [
        ("--gpu-layers", "-1"),
        ("--gpu-layers", "some"),
        ("--gpu-layers", "10001"),
        ("--context", "0"),
        ("--slots", "65"),
        ("--slots", "x"),
    ],
)
def test_wrong_usage(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("models", "fit", *words) == 2
    assert capsys.readouterr().err


def test_a_resumed_run_keeps_its_layers(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("eval", "--resume", "x", "--gpu-layers", "0") == 1
    assert "--gpu-layers cannot be given" in capsys.readouterr().err
    assert _run("eval", "--resume", "x", "--kv-cache", "q8_0", "--flash-attention", "on") == 1
    assert "--kv-cache, --flash-attention cannot be given" in capsys.readouterr().err
