"""A GGUF file or a checkpoint is chosen; a pickle never is."""

from __future__ import annotations

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.hub.model_choice import choose_model_files
from medsdesk.hub.repository import Digest, HubFile, Listing, Repository

REPO = Repository("owner/model", "model", "or carry the file over")
CHECKPOINT = (
    "config.json", "generation_config.json", "model-00001-of-00002.safetensors",
    "model-00002-of-00002.safetensors", "model.safetensors.index.json", "special_tokens_map.json",
    "tokenizer.json", "tokenizer_config.json",
)  # fmt: skip
REST = (
    ".gitattributes", "README.md", "LICENSE", "modeling_x.py", "pytorch_model.bin",
    "pytorch_model.bin.index.json", "training_args.bin", "original/consolidated.00.pth",
    "original/model.safetensors", "consolidated.safetensors", "optimizer.pt", "scaler.pkl",
)  # fmt: skip
GGUFS = (
    "Small.IQ4_XS.gguf", "Small.Q4_K_M.gguf", "Small.Q4_K_S.gguf", "Small.Q8_0.gguf",
    "Small.f16.gguf", "sub/Small-q5_k_m.gguf", "Large.Q8_0-00001-of-00002.gguf",
    "Large.Q8_0-00002-of-00002.gguf",
)  # fmt: skip


def _listing(*paths: str) -> Listing:
    files = tuple(HubFile(path, 10**9, Digest("sha256", "a" * 64)) for path in sorted(paths))
    return Listing(REPO, "c" * 40, files)


def _choose(file: str, *paths: str) -> tuple[str, ...]:
    return tuple(f.path for f in choose_model_files(_listing(*paths), file, {}))


def test_of_a_checkpoint_only_what_is_needed_and_no_program() -> None:
    assert sorted(_choose("", *CHECKPOINT, *REST)) == sorted(CHECKPOINT)


def test_safetensors_of_another_name_are_taken_where_there_are_no_others() -> None:
    assert _choose("", "config.json", "weights.safetensors") == (
        "config.json",
        "weights.safetensors",
    )


def test_the_only_gguf_file_needs_no_choice() -> None:
    assert _choose("", "Small.Q8_0.gguf", "README.md") == ("Small.Q8_0.gguf",)


@pytest.mark.parametrize(
    ("file", "chosen"),
    [
        ("Small.Q4_K_M.gguf", "Small.Q4_K_M.gguf"),
        ("small.q4_k_m.gguf", "Small.Q4_K_M.gguf"),
        ("Q4_K_M", "Small.Q4_K_M.gguf"),
        ("q8_0", "Small.Q8_0.gguf"),
        ("F16", "Small.f16.gguf"),
        ("Q5_K_M", "sub/Small-q5_k_m.gguf"),
        ("sub/Small-q5_k_m.gguf", "sub/Small-q5_k_m.gguf"),
    ],
)
def test_a_gguf_file_is_chosen_by_name_or_quantisation(file: str, chosen: str) -> None:
    assert _choose(file, *GGUFS) == (chosen,)


@pytest.mark.parametrize(
    ("file", "paths", "reason", "hint"),
    [
        ("", GGUFS, "has 6 GGUF files", "Small.Q4_K_M.gguf (1.0 GB)"),
        ("Q4_K", GGUFS, "no GGUF file that 'Q4_K' means", "Small.Q4_K_M.gguf"),
        ("small", GGUFS, "more than one GGUF file", "Small.Q8_0.gguf"),
        ("Q3", GGUFS, "no GGUF file that 'Q3' means", "Small.Q8_0.gguf"),
        ("Large.Q8_0-00001-of-00002.gguf", GGUFS, "several parts", "whole"),
        ("Q8_0", CHECKPOINT, "has no GGUF file", "Leave --file out"),
        ("pytorch_model.bin", (*CHECKPOINT, *REST), "is a pickle file", "safetensors"),
        ("x.pth", GGUFS, "is a pickle file", "safetensors"),
        ("", ("config.json", "pytorch_model.bin"), "pickle files only", "--revision"),
        ("", ("config.json", "model.ckpt"), "pickle files only", "--revision"),
        ("", ("README.md",), "neither GGUF nor safetensors", "--revision"),
        ("", (), "neither GGUF nor safetensors", "--revision"),
        ("", ("model.safetensors",), "no config.json", "another form"),
    ],
)
def test_what_cannot_be_chosen_is_told(
    file: str, paths: tuple[str, ...], reason: str, hint: str
) -> None:
    with pytest.raises(UserFacingError) as caught:
        _choose(file, *paths)
    assert reason in caught.value.message
    assert hint in caught.value.hint


def test_a_published_fingerprint_must_be_that_of_the_hub() -> None:
    listing = _listing("a.gguf")
    assert choose_model_files(listing, "", {"a.gguf": "a" * 64, "b.gguf": "b" * 64})
    with pytest.raises(UserFacingError, match=r"should be bbbbbbbbbbbb…"):
        choose_model_files(listing, "", {"a.gguf": "b" * 64})
    small = Listing(REPO, "c" * 40, (HubFile("a.gguf", 1, Digest("git-sha1", "a" * 40)),))
    with pytest.raises(UserFacingError, match="not the one that is expected"):
        choose_model_files(small, "", {"a.gguf": "a" * 64})
