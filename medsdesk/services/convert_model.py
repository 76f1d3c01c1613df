"""Turn a checkpoint folder of the Llama family into a GGUF file, and prove its tokenizer."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from medsdesk.checkpoints.byte_bpe import UNUSED, Vocabulary, read_vocabulary
from medsdesk.checkpoints.folder import Source, open_checkpoint, read_source
from medsdesk.checkpoints.gguf_file import HEADER_ROOM, LlamaFile, write
from medsdesk.checkpoints.llama_shape import LlamaShape, read_shape
from medsdesk.checkpoints.probe_texts import probe_texts
from medsdesk.checkpoints.tensor_plan import plan
from medsdesk.checkpoints.transformers_tokens import TokenizerFacts, ask_transformers
from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import utc_now
from medsdesk.core.made_model import ModelOrigin
from medsdesk.core.model import ModelFile
from medsdesk.engine.file_tasks import TokenisedTexts, TokeniseTexts
from medsdesk.engine.file_work import BACKEND, do
from medsdesk.hub.record import load_record
from medsdesk.services.made_models import add_made_model
from medsdesk.services.making_events import OnProgress, Progress, quiet, stop_if_told
from medsdesk.services.new_files import check_room, new_file
from medsdesk.services.passages import own_passages

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.store.workspace import Workspace

KINDS: Final = ("f16", "bf16", "f32")
"""Forms of the weights that a checkpoint can be converted to."""


@dataclass(frozen=True, slots=True)
class ConvertRequest:
    """What to convert.

    Attributes:
        folder: The checkpoint.
        out: The GGUF file to make.
        kind: Form of its weights, one of ``KINDS``.
    """

    folder: Path
    out: Path
    kind: str = "f16"


@dataclass(frozen=True, slots=True)
class ConvertedModel:
    """What came of a conversion.

    Attributes:
        model: As the workspace knows it now.
        origin: Where it comes from.
        tensors: Written.
        texts_compared: Texts of which transformers and the new file made the same tokens.
        tokens_compared: Tokens of those texts.
        pre_tokenizer: llama.cpp's name of the rules that cut texts.
        notes: Sentences on what is not as in the checkpoint.
    """

    model: ModelFile
    origin: ModelOrigin
    tensors: int
    texts_compared: int
    tokens_compared: int
    pre_tokenizer: str
    notes: tuple[str, ...]


def convert_model(
    ws: Workspace,
    request: ConvertRequest,
    on_progress: OnProgress = quiet,
    cancel: CancelToken | None = None,
    backend: str = BACKEND,
) -> ConvertedModel:
    """Convert a checkpoint and add the file to the workspace's models.

    The weights go through memory a few megabytes at a time. The file takes its name only when
    it is whole and its tokenizer, in the engine's process, has given the ids that transformers
    gives; else nothing of it stays.

    Args:
        ws: The workspace.
        request: What to convert.
        on_progress: Told how far it is.
        cancel: Stops it; nothing stays.
        backend: Of the engine's process.

    Raises:
        UserFacingError: The checkpoint cannot be converted, or the disk is full.
        CancelledError: Stopped.
    """
    out = request.out.expanduser().absolute()
    if out.suffix.lower() != ".gguf":
        raise UserFacingError(f"{out.name} does not end in .gguf.", "Give such a name with --out.")
    on_progress(Progress("looking"))
    file, texts = _look(request)
    check_room(out, file.weight_bytes + HEADER_ROOM)
    with new_file(out) as part:
        _write(part, file, on_progress, cancel)
        on_progress(Progress("checking"))
        _check_tokens(part, file, texts, cancel, backend)
    model, origin = add_made_model(ws, out, _origin(file), on_progress, cancel)
    compared = (*file.facts.plain, file.facts.framed)
    return ConvertedModel(
        model,
        origin,
        len(file.tensors),
        len(compared),
        sum(map(len, compared)),
        file.vocabulary.pre_tokenizer,
        tuple(_notes(file)),
    )


def _look(request: ConvertRequest) -> tuple[LlamaFile, tuple[tuple[str, ...], str]]:
    """Read all but the weights, and say on which texts tokenizers are compared."""
    checkpoint = open_checkpoint(request.folder.expanduser())
    shape = read_shape(checkpoint.config)
    tensors = plan(shape, checkpoint.tensors)
    vocabulary = read_vocabulary(checkpoint.folder, shape.words)
    plain, framed = probe_texts(vocabulary.specials)
    texts = (*plain, *own_passages().texts), framed
    facts = ask_transformers(checkpoint.folder, *texts)
    _check_ids(facts, shape)
    source = _source(checkpoint.folder)
    return LlamaFile(request.kind, shape, tensors, vocabulary, facts, source), texts


def _source(folder: Path) -> Source:
    source = read_source(folder)
    record = load_record(folder)
    if record is None:
        return source
    name = record.repository.rpartition("/")[2]
    return replace(source, name=name, repository=record.repository, revision=record.commit)


def _check_ids(facts: TokenizerFacts, shape: LlamaShape) -> None:
    if any(number is not None and number >= shape.words for number in (facts.bos, facts.eos)):
        raise UserFacingError(
            "The checkpoint's tokenizer has special tokens that its embedding has no row for.",
            "Download the checkpoint again and compare it with its source.",
        )


def _write(
    part: Path, file: LlamaFile, on_progress: OnProgress, cancel: CancelToken | None
) -> None:
    def step(done: int, total: int) -> None:
        stop_if_told(cancel)
        on_progress(Progress("writing", done, total))

    write(part, file, functools.partial(step, total=file.weight_bytes))


def _check_tokens(
    part: Path,
    file: LlamaFile,
    texts: tuple[Sequence[str], str],
    cancel: CancelToken | None,
    backend: str,
) -> None:
    plain, framed = texts
    task = TokeniseTexts(str(part), tuple(plain), (framed,))
    found = do(task, TokenisedTexts, cancel=cancel, backend=backend)
    facts = file.facts
    other = sum(one != two for one, two in zip(found.plain, facts.plain, strict=True))
    other += found.framed != (facts.framed,)
    if other:
        raise UserFacingError(
            f"The converted file made other tokens than transformers of {other} of "
            f"{len(plain) + 1} texts, so it was not kept.",
            "Look for a GGUF file of this model, made by somebody who knows its tokenizer.",
        )


def _origin(file: LlamaFile) -> ModelOrigin:
    return ModelOrigin(
        sha256="",
        how="converted",
        kind=file.kind.upper(),
        made_with=f"medsdesk {version('medsdesk')}, gguf {version('gguf')}",
        made_at=utc_now(),
        repository=file.source.repository,
        revision=file.source.revision,
        licence=file.source.licence,
    )


def _notes(file: LlamaFile) -> Sequence[str]:
    notes = []
    unused = _unused(file.vocabulary)
    if unused:
        notes.append(f"{unused} rows of the embedding have no token; no text gives them.")
    shape = file.shape
    if 0 < shape.window < shape.context:
        notes.append(
            f"The model looks back {shape.window:,} tokens at the most; the file says that this "
            "is its context, within which nothing differs."
        )
    if not file.facts.chat_template:
        notes.append("The checkpoint has no chat template; a plain form will be used.")
    return notes


def _unused(vocabulary: Vocabulary) -> int:
    return vocabulary.kinds.count(UNUSED)
