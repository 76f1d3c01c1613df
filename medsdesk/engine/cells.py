"""The cells of a llama.cpp context: what they hold of each sequence, and decoding into them.

The bindings are handed over by ``engine.llama``, the only module that imports them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from medsdesk.core.generation import GenerateConfig
from medsdesk.engine.backend import Attend

Status = Literal["done", "stopped", "failed"]

_ATTEND_SECONDS: Final = 0.02
_QUICK: Final = 8  # tokens
_RANDOM_SEED: Final = 0xFFFFFFFF  # llama.cpp draws its own seed for this one
_STOPPED: Final = 2
_KEEP_BYTES: Final = False  # cells that are marked empty are never read
_TO_THE_END: Final = -1


@dataclass(frozen=True, slots=True)
class Part:
    """Tokens of one sequence in a batch.

    Attributes:
        sequence: The sequence.
        position: Of the first token in it.
        tokens: The tokens; one at least.
        asked: After how many of them, counted from the end, the next token is asked for.
    """

    sequence: int
    position: int
    tokens: Sequence[int]
    asked: int


class Cells:
    """A context of llama.cpp, from the time it is made to the time it is freed.

    Args:
        bindings: The package ``llama_cpp``.
        model: Its handle of the model.
        context: Its handle of the context.
        batch: Most tokens that are decoded at a time.

    Attributes:
        size: How many tokens it holds.
        batch: Most tokens that are decoded at a time.
    """

    def __init__(self, bindings: Any, model: Any, context: Any, batch: int) -> None:  # noqa: ANN401 - handed over
        self._native = bindings
        self._context = context
        self._memory = bindings.llama_get_memory(context)
        self.size = int(bindings.llama_n_ctx(context))
        self.batch = batch
        self._tokens = bindings.llama_batch_init(batch, 0, 1)
        self._words = bindings.llama_vocab_n_tokens(bindings.llama_model_get_vocab(model))
        # llama.cpp keeps the callback's address: it must live as long as this object.
        self._stop_callback = bindings.ggml_abort_callback(self._should_stop)
        self._no_callback = bindings.ggml_abort_callback()
        self._attend: Attend | None = None
        self._attended = 0.0
        self._fault: BaseException | None = None

    def decode(self, parts: Sequence[Part], attend: Attend) -> Status:
        """Read the tokens of some sequences; nothing of them stays where that is not done."""
        batch, row = self._tokens, 0
        for part in parts:
            silent = len(part.tokens) - part.asked
            for offset, token in enumerate(part.tokens):
                batch.token[row] = token
                batch.pos[row] = part.position + offset
                batch.n_seq_id[row] = 1
                batch.seq_id[row][0] = part.sequence
                batch.logits[row] = offset >= silent
                row += 1
        batch.n_tokens = row
        status = self._decode(attend, quick=row <= max(len(parts), _QUICK))
        if status == 0:
            return "done"
        return "stopped" if status == _STOPPED else "failed"

    def sampler(self, config: GenerateConfig) -> Any:  # noqa: ANN401 - a native pointer
        """Return what draws an answer's tokens; None where the likeliest is taken."""
        if config.temperature <= 0:
            return None
        native = self._native
        chain = native.llama_sampler_chain_init(native.llama_sampler_chain_default_params())
        for link in (
            native.llama_sampler_init_temp(config.temperature),
            native.llama_sampler_init_top_p(config.top_p, 1),
            native.llama_sampler_init_dist(config.seed % _RANDOM_SEED),
        ):
            native.llama_sampler_chain_add(chain, link)
        return chain

    def free_sampler(self, sampler: Any) -> None:  # noqa: ANN401 - a native pointer
        """Free what ``sampler`` returned."""
        if sampler is not None:
            self._native.llama_sampler_free(sampler)

    def next_token(self, sampler: Any, row: int) -> int:  # noqa: ANN401 - a native pointer
        """Return the token that follows the one in a row of the latest batch."""
        if sampler is not None:
            return int(self._native.llama_sampler_sample(sampler, self._context, row))
        return int(self.logits(row).argmax())

    def logits(self, row: int) -> Any:  # noqa: ANN401 - an array of numpy, imported late
        """Return what the model gives each word of its vocabulary after a row, as float32.

        The array lies in the context's own memory: the next decode changes it.
        """
        import numpy as np

        pointer = self._native.llama_get_logits_ith(self._context, row)
        return np.ctypeslib.as_array(pointer, shape=(self._words,))

    def log_probabilities(self, row: int, tokens: Sequence[int]) -> tuple[float, ...]:
        """Return the natural logarithms of how likely tokens follow after a row.

        That is l - ln sum exp(l) over the whole vocabulary, in 64 bits, of the model's own
        logits l: neither temperature nor nucleus changes it.
        """
        import numpy as np

        logits = self.logits(row).astype(np.float64)
        highest = logits.max()
        total = highest + np.log(np.exp(logits - highest).sum())
        return tuple(float(logits[token] - total) for token in tokens)

    def share(self, source: int, target: int) -> None:
        """Let an empty sequence begin with all that another holds, without a copy of it."""
        self._native.llama_memory_seq_cp(self._memory, source, target, 0, _TO_THE_END)

    def shorten(self, sequence: int, length: int) -> bool:
        """Empty a sequence's cells from a position on; return whether it could be done.

        Models with a state instead of cells can only forget a sequence as a whole.
        """
        remove = self._native.llama_memory_seq_rm
        return bool(remove(self._memory, sequence, length, _TO_THE_END))

    def clear(self) -> None:
        """Empty all sequences."""
        self._native.llama_memory_clear(self._memory, _KEEP_BYTES)

    def close(self) -> None:
        """Free the context."""
        self._native.llama_batch_free(self._tokens)
        self._native.llama_free(self._context)

    def _decode(self, attend: Attend, *, quick: bool) -> int:
        # A batch of a large model takes a minute on a small machine; between two nodes of
        # its graph the pipe is served. A few tokens are quick, and would pay for it dearly.
        if quick:
            return int(self._native.llama_decode(self._context, self._tokens))
        self._attend, self._attended, self._fault = attend, time.monotonic(), None
        self._native.llama_set_abort_callback(self._context, self._stop_callback, None)
        try:
            status = int(self._native.llama_decode(self._context, self._tokens))
        finally:
            self._native.llama_set_abort_callback(self._context, self._no_callback, None)
            self._attend = None
        if self._fault is not None:
            raise self._fault
        return status

    def _should_stop(self, _data: object) -> bool:
        now = time.monotonic()
        if self._attend is None or now - self._attended < _ATTEND_SECONDS:
            return False
        self._attended = now
        try:
            return self._attend()
        except BaseException as fault:  # noqa: BLE001 - must not pass through C, is raised after
            self._fault = fault
            return True
