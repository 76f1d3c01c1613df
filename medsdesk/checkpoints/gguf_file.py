"""Writes a Llama checkpoint as a GGUF file, a few megabytes at a time."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from medsdesk.checkpoints.byte_bpe import Vocabulary
from medsdesk.checkpoints.folder import Source
from medsdesk.checkpoints.llama_shape import LlamaShape
from medsdesk.checkpoints.tensor_plan import PlannedTensor
from medsdesk.checkpoints.transformers_tokens import TokenizerFacts
from medsdesk.checkpoints.weights import SIZES, pieces

if TYPE_CHECKING:
    from gguf import GGUFWriter

HEADER_ROOM: Final = 64 << 20
"""Bytes that a file's header needs at the most: the vocabulary above all."""
_QUANTISATION_VERSION: Final = 2
_EOT: Final = "<|eot_id|>"
_ROPE_FACTORS: Final = "rope_freqs.weight"

Step = Callable[[int], None]
"""Told the bytes of weights written so far; may raise to stop."""


@dataclass(frozen=True, slots=True)
class LlamaFile:
    """All that goes into a GGUF file.

    Attributes:
        kind: Of the weights: ``f32``, ``f16`` or ``bf16``. Vectors stay in 32 bits.
        shape: Sizes of the model.
        tensors: In their order.
        vocabulary: Tokens and merges.
        facts: What transformers says of the tokenizer.
        source: Where the checkpoint comes from.
    """

    kind: str
    shape: LlamaShape
    tensors: tuple[PlannedTensor, ...]
    vocabulary: Vocabulary
    facts: TokenizerFacts
    source: Source

    @property
    def weight_bytes(self) -> int:
        """Bytes of all weights in the file."""
        return sum(_size(tensor, self.kind) for tensor in self.tensors)


def write(path: Path, file: LlamaFile, on_step: Step) -> None:
    """Write a GGUF file; it is on the disk when this returns.

    Raises:
        OSError: The disk is full or cannot be written.
        UserFacingError: The checkpoint changed, or holds what cannot be written.
    """
    from gguf import GGUFWriter

    logging.getLogger("gguf").setLevel(logging.WARNING)  # it tells the names of files
    writer = GGUFWriter(path=None, arch="llama")
    _describe(writer, file)
    _add_tokens(writer, file)
    factors = file.shape.rope_factors()
    _announce(writer, file, factors)
    writer.write_header_to_file(path)
    try:
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        writer.flush()
        with path.open("r+b") as stream:
            stream.seek(0, os.SEEK_END)
            _write_weights(stream, file, factors, writer.data_alignment, on_step)
            stream.flush()
            os.fsync(stream.fileno())
    finally:
        writer.close()


def _write_weights(
    stream: BinaryIO,
    file: LlamaFile,
    factors: Sequence[float] | None,
    alignment: int,
    on_step: Step,
) -> None:
    import numpy as np

    done = 0
    _pad(stream, alignment)
    if factors is not None:
        stream.write(np.array(factors, dtype="<f4").tobytes())
        _pad(stream, alignment)
    for tensor in file.tensors:
        for piece in pieces(tensor, _kind(tensor, file.kind)):
            stream.write(piece.tobytes())
            done += piece.nbytes
            on_step(done)
        _pad(stream, alignment)


def _pad(stream: BinaryIO, alignment: int) -> None:
    stream.write(b"\0" * (-stream.tell() % alignment))


def _kind(tensor: PlannedTensor, kind: str) -> str:
    return kind if len(tensor.source.shape) > 1 else "f32"


def _size(tensor: PlannedTensor, kind: str) -> int:
    count = 1
    for side in tensor.source.shape:
        count *= side
    return count * SIZES[_kind(tensor, kind)]


def _announce(writer: GGUFWriter, file: LlamaFile, factors: Sequence[float] | None) -> None:
    import numpy as np
    from gguf import GGMLQuantizationType

    kinds = {name: GGMLQuantizationType[name.upper()] for name in SIZES}
    number = np.dtype(np.float32)  # not looked at where the kind is given
    if factors is not None:
        writer.add_tensor_info(
            _ROPE_FACTORS, [len(factors)], number, 4 * len(factors), kinds["f32"]
        )
    for tensor in file.tensors:
        writer.add_tensor_info(
            tensor.name,
            tensor.source.shape,
            number,
            _size(tensor, file.kind),
            kinds[_kind(tensor, file.kind)],
        )


def _describe(writer: GGUFWriter, file: LlamaFile) -> None:
    from gguf import LlamaFileType, RopeScalingType

    shape, source = file.shape, file.source
    writer.add_type("model")
    writer.add_name(source.name)
    if source.licence:
        writer.add_license(source.licence)
    if source.repository:
        writer.add_source_repo_url(f"https://huggingface.co/{source.repository}")
    if source.revision:
        writer.add_version(source.revision)
    types = {
        "f32": LlamaFileType.ALL_F32,
        "f16": LlamaFileType.MOSTLY_F16,
        "bf16": LlamaFileType.MOSTLY_BF16,
    }
    writer.add_file_type(types[file.kind])
    writer.add_quantization_version(_QUANTISATION_VERSION)
    writer.add_vocab_size(shape.words)
    writer.add_context_length(min(shape.context, shape.window or shape.context))
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head_width)
    writer.add_value_length(shape.head_width)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_rope_freq_base(shape.theta)
    if shape.scaling is not None and shape.scaling.kind == "linear":
        writer.add_rope_scaling_type(RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(shape.scaling.factor)


def _add_tokens(writer: GGUFWriter, file: LlamaFile) -> None:
    vocabulary, facts = file.vocabulary, file.facts
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(vocabulary.pre_tokenizer)
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types(vocabulary.kinds)
    writer.add_token_merges(vocabulary.merges)
    writer.add_add_bos_token(facts.adds_bos)
    writer.add_add_eos_token(facts.adds_eos)
    if facts.bos is not None:
        writer.add_bos_token_id(facts.bos)
    if facts.eos is not None:
        writer.add_eos_token_id(facts.eos)
    if facts.pad is not None:
        writer.add_pad_token_id(facts.pad)
    turn = _end_of_turn(vocabulary, facts)
    if turn is not None:
        writer.add_eot_token_id(turn)
    if facts.chat_template:
        writer.add_chat_template(facts.chat_template)


def _end_of_turn(vocabulary: Vocabulary, facts: TokenizerFacts) -> int | None:
    if _EOT in vocabulary.specials:
        return vocabulary.tokens.index(_EOT)
    known = (number for number in facts.also_ends if number < len(vocabulary.tokens))
    return next(known, None)
