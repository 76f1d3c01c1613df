"""The real llama.cpp reads, quantises and compares small files, in its own process."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.engine.file_tasks import (
    ComparedFiles,
    CompareFiles,
    QuantisedFile,
    QuantiseFile,
    TokenisedTexts,
    TokeniseTexts,
)
from medsdesk.engine.file_work import do
from medsdesk.engine.gguf import read_header

pytestmark = pytest.mark.gguf


def test_tokens_of_plain_and_of_framed_texts(demo_model: Path) -> None:
    task = TokeniseTexts(str(demo_model), ("", "Hi <|im_end|>"), ("Hi <|im_end|>",))
    found = do(task, TokenisedTexts)
    assert found.plain[0] == ()
    # In a plain text the special token is letters; in a framed one it is itself.
    assert len(found.plain[1]) > len(found.framed[0]) == 3


def test_a_file_that_is_none_is_refused_by_its_cause(tmp_path: Path) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"nothing of the kind")
    tokens = TokeniseTexts(str(bad), (), ())
    smaller = QuantiseFile(str(bad), str(tmp_path / "x"), "Q4_0", again=True)
    for task, kind in ((tokens, TokenisedTexts), (smaller, QuantisedFile)):
        with pytest.raises(UserFacingError, match="is not a GGUF model file"):
            do(task, kind)


def test_quantising_and_what_it_costs(demo_model: Path, tmp_path: Path) -> None:
    target = tmp_path / "q8.gguf"
    told: list[tuple[int, int]] = []
    made = do(
        QuantiseFile(str(demo_model), str(target), "Q8_0", again=True),
        QuantisedFile,
        lambda *news: told.append(news),
    )
    assert made.size_bytes == target.stat().st_size
    assert made.tensors == 272
    assert read_header(target).quantisation == "Q8_0"
    assert {of for _, of in told} == {272}
    assert told == sorted(told)
    passages = ("Fever and cough for three days.", "Blood pressure was 120/80 mmHg.", "")
    files = (str(target), str(demo_model))
    found = do(CompareFiles(*files, passages, str(tmp_path)), ComparedFiles)
    assert set(found.passages) == {0, 1}
    assert len(found.losses) == len(found.divergences) == len(found.same_top) > 10
    assert 0 < np.mean(found.divergences) < 0.1
    assert all(loss >= 0 for loss in found.losses)
    assert abs(math.fsum(found.losses) - math.fsum(found.reference_losses)) < 5
    same = do(CompareFiles(files[1], files[1], passages, str(tmp_path)), ComparedFiles)
    assert same.losses == same.reference_losses
    assert max(same.divergences) == 0
    assert all(same.same_top)
    assert list(tmp_path.iterdir()) == [target]


def test_quantised_sources_and_small_disks_are_refused(demo_model: Path, tmp_path: Path) -> None:
    target = str(tmp_path / "x.gguf")
    with pytest.raises(UserFacingError, match="quantised already"):
        do(QuantiseFile(str(demo_model), target, "Q4_0", again=False), QuantisedFile)
    task = QuantiseFile(str(demo_model), target, "Q4_0", again=True, spare_bytes=1 << 60)
    with pytest.raises(UserFacingError, match="MiB free"):
        do(task, QuantisedFile)
    assert not Path(target).exists()
