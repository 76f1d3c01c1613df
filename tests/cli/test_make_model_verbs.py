"""Models are made and measured from the command line."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from medsdesk.cli.make_model_verbs import Teller, progress_line
from medsdesk.services.making_events import Progress
from tests.checkpoints.small import Small, make

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


@pytest.mark.gguf
def test_convert_quantize_and_fidelity(cli: Cli, tmp_path: Path) -> None:
    folder, out = make(tmp_path / "c", Small()), tmp_path / "small-F16.gguf"
    code, text, said = cli("models", "convert", str(folder), "--out", str(out))
    assert code == 0, said
    assert text.startswith("small-f16: 30 tensors, F16,")
    assert "tokens as transformers makes them" in text
    assert "Comparing its tokens with those of transformers …" in said
    made = cli.json("models", "quantize", "small-f16", "--type", "q8_0")
    assert made["model"]["quantisation"] == "Q8_0"
    assert made["origin"]["parent_id"] == "small-f16"
    assert Path(made["model"]["path"]) == tmp_path / "small-Q8_0.gguf"
    found = cli.json("models", "fidelity", "small-q8-0")
    assert found["caveat"] is None
    assert found["fidelity"]["reference_id"] == "small-f16"
    assert 50 < found["fidelity"]["top_agreement"]["value"] < 100
    code, text, _ = cli("models", "fidelity", "small-q8-0", "--against", str(out))
    assert code == 0
    assert "same likeliest token" in text
    assert "95 %: " in text
    code, text, said = cli("models", "quantize", "small-q8-0", "--type", "q4_0", "--requantize")
    assert code == 0
    assert "note: The source is quantised already (Q8_0)" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("convert", "{tmp}/none", "--out", "x.gguf"), "is not a folder"),
        (("convert", "{tmp}", "--out", "x.bin"), "does not end in .gguf"),
        (("quantize", "no-such", "--type", "q4_0"), "There is no model 'no-such'"),
        (("fidelity", "no-such"), "There is no model 'no-such'"),
        (("fidelity", "m", "--against", "n", "--kv-cache", "q8_0"), "against itself"),
    ],
)
def test_refusals_are_two_sentences(
    cli: Cli, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    code, text, said = cli("models", *(word.format(tmp=tmp_path) for word in words))
    assert (code, text) == (1, "")
    assert message in said
    assert "Traceback" not in said


def test_progress_is_told_live_or_by_stage() -> None:
    plain = io.StringIO()
    teller = Teller(plain, clock=lambda: 0.0)
    for done in range(3):
        teller(Progress("quantising", done, 3))
    teller(Progress("fingerprinting", 5 << 20, 10 << 20))
    teller.end_line()
    assert plain.getvalue() == "Quantising …\nFingerprinting …\n"

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    live = Terminal()
    teller = Teller(live)
    teller(Progress("quantising", 12, 272))
    teller(Progress("checking"))
    teller.end_line()
    assert "\rQuantising: 12 of 272 tensors" in live.getvalue()
    assert live.getvalue().endswith("\r")
    assert progress_line(Progress("writing", 1 << 20, 2 << 20)) == "Writing: 1 MiB of 2 MiB"
