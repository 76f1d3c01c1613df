"""What transformers makes of texts with a checkpoint's tokenizer: the measure for ours."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medsdesk.checkpoints.json_files import read_object
from medsdesk.core.errors import UserFacingError

_LONGEST_TEMPLATE = 1 << 20


@dataclass(frozen=True, slots=True)
class TokenizerFacts:
    """What transformers says of a tokenizer.

    Attributes:
        plain: Ids of each text, without any that are put around a text.
        framed: Ids of one more text, with them.
        adds_bos: Whether a token is put before a text.
        adds_eos: Whether one is put after it.
        bos: Its id; None where there is none.
        eos: Id of the end of a text.
        pad: Id of the filler.
        also_ends: Ids of other tokens that end an answer.
        chat_template: Jinja source; empty where there is none.
    """

    plain: tuple[tuple[int, ...], ...]
    framed: tuple[int, ...]
    adds_bos: bool
    adds_eos: bool
    bos: int | None
    eos: int | None
    pad: int | None
    also_ends: tuple[int, ...]
    chat_template: str


def ask_transformers(folder: Path, texts: Sequence[str], framed: str) -> TokenizerFacts:
    """Return what transformers makes of texts; nothing of the checkpoint is run.

    Args:
        folder: The checkpoint.
        texts: Texts without special tokens.
        framed: A text that may hold special tokens.

    Raises:
        UserFacingError: Transformers cannot use the tokenizer, or it puts other things around
            texts than a first and a last token.
    """
    tokenizer = _load(folder)
    plain = tuple(tuple(tokenizer.encode(text, add_special_tokens=False)) for text in texts)
    around = tuple(tokenizer.encode(framed, add_special_tokens=True))
    inside = tuple(tokenizer.encode(framed, add_special_tokens=False))
    bos, eos = tokenizer.bos_token_id, tokenizer.eos_token_id
    for before, after in ((0, 0), (1, 0), (0, 1), (1, 1)):
        if around == ((bos,) * before + inside + (eos,) * after):
            break
    else:
        raise UserFacingError(
            "The checkpoint's tokenizer puts more around a text than a first and a last token.",
            "Look for a GGUF file of this model.",
        )
    return TokenizerFacts(
        plain, around, bool(before), bool(after), bos, eos, tokenizer.pad_token_id,
        _also_ends(folder, eos), _template(tokenizer),
    )  # fmt: skip


def _load(folder: Path) -> Any:  # noqa: ANN401 - a class that transformers chooses
    with _quietly():
        from transformers import AutoTokenizer

        try:
            return AutoTokenizer.from_pretrained(
                str(folder), trust_remote_code=False, local_files_only=True
            )
        except Exception as fault:
            # A stranger's file may be wrong in any way, and transformers raises all kinds.
            raise UserFacingError(
                f"Transformers cannot use the checkpoint's tokenizer ({type(fault).__name__}).",
                "Download the checkpoint again and compare it with its source.",
            ) from fault


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep transformers from telling that there is no PyTorch, which nobody needs here."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")  # read when it is imported
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # no threads of its own
    log = logging.getLogger("transformers")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


def _also_ends(folder: Path, eos: int | None) -> tuple[int, ...]:
    ends = read_object(folder / "generation_config.json").get("eos_token_id")
    numbers = ends if isinstance(ends, list) else [ends]
    return tuple(n for n in numbers if type(n) is int and n >= 0 and n != eos)


def _template(tokenizer: Any) -> str:  # noqa: ANN401 - a class that transformers chooses
    template = tokenizer.chat_template
    if isinstance(template, dict):
        template = template.get("default")
    if not isinstance(template, str) or len(template) > _LONGEST_TEMPLATE:
        return ""
    return template
