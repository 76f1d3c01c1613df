"""What two forms of one model expect of the same texts, token by token.

The reference goes first and leaves its logarithms in a file, so that never more than one model
is in memory. The bindings are handed over by ``engine.llama``, the only module that imports them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import KvCache, LoadConfig
from medsdesk.engine.file_tasks import ComparedFiles, CompareFiles
from medsdesk.engine.file_worker import Tell
from medsdesk.engine.gguf import read_header
from medsdesk.engine.kv_cache import TYPES, check_kv_cache
from medsdesk.engine.load_failures import context_error
from medsdesk.engine.machine import usable_cores

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SPARE_BYTES: Final = 256 << 20
_FLOAT_BYTES: Final = 4
_MIB: Final = 1 << 20

Tokens = tuple[int, ...]


class Files(Protocol):
    """Loads models and cuts texts."""

    def model(self, path: Path, *, gpu_layers: int) -> AbstractContextManager[Any]:
        """Load a model for the time of a block."""
        ...

    def tokens(self, vocabulary: Any, text: str, *, framed: bool) -> Tokens:  # noqa: ANN401 - a native pointer
        """Return a text's tokens."""
        ...


def compare(files: Files, bindings: Any, task: CompareFiles, tell: Tell) -> ComparedFiles:  # noqa: ANN401 - handed over
    """Return each token's figures.

    Raises:
        UserFacingError: A file cannot be loaded, they are no forms of one model, or the disk
            has no room for the reference's figures.
    """
    if task.kv_cache != "f16":
        config = LoadConfig(task.model, kv_cache=task.kv_cache)
        check_kv_cache(read_header(Path(task.model)).shape, config)
    reader = _Reader(files, bindings, task)
    columns: tuple[list[Any], ...] = ([], [], [], [], [])
    # A file without a name, or one that goes when it is closed: a kill leaves nothing.
    with tempfile.TemporaryFile(dir=task.scratch) as kept:
        texts, words = reader.read(
            Path(task.reference),
            lambda texts, words: _check_room(Path(task.scratch), texts, words),
            lambda _, table: kept.write(table.tobytes()),
            lambda done, of: tell(done, 2 * of),
            "f16",
        )
        kept.seek(0)

        def take(passage: int, table: NDArray[Any]) -> None:
            reference = _from_bytes(kept.read(table.nbytes), table.shape)
            columns[0].extend([passage] * len(table))
            figures = _figures(reference, table, texts[passage])
            for column, values in zip(columns[1:], figures, strict=True):
                column.extend(values)

        reader.read(
            Path(task.model),
            lambda found, size: _check_same(found == texts and size == words),
            take,
            lambda done, of: tell(of + done, 2 * of),
            task.kv_cache,
        )
    return ComparedFiles(*(tuple(column) for column in columns))


class _Reader:
    """Lets a model read the passages."""

    def __init__(self, files: Files, bindings: Any, task: CompareFiles) -> None:  # noqa: ANN401 - handed over
        self._files = files
        self._native = bindings
        self._task = task

    def read(
        self,
        path: Path,
        check: Callable[[Sequence[Tokens], int], None],
        take: Callable[[int, NDArray[Any]], object],
        tell: Tell,
        kv_cache: KvCache,
    ) -> tuple[tuple[Tokens, ...], int]:
        """Hand over a table of natural logarithms for each passage.

        Args:
            path: The GGUF file.
            check: Told the passages' tokens and the size of the vocabulary first.
            take: Given the number of a passage and its table; a row for each token that
                follows another, a column for each word of the vocabulary.
            tell: Told of tokens read and tokens in all.
            kv_cache: How the context is kept.
        """
        native = self._native
        with self._files.model(path, gpu_layers=self._task.gpu_layers) as model:
            vocabulary = native.llama_model_get_vocab(model)
            words = native.llama_vocab_n_tokens(vocabulary)
            texts = tuple(
                self._files.tokens(vocabulary, text, framed=True) for text in self._task.passages
            )
            check(texts, words)
            total, done = sum(map(len, texts)), 0
            tell(done, total)
            longest, threads = max(map(len, texts)), self._task.threads
            with _context(native, model, longest, threads, kv_cache) as context:
                for passage, text in enumerate(texts):
                    if len(text) > 1:
                        take(passage, _logarithms(native, context, text, words))
                    done += len(text)
                    tell(done, total)
        return texts, words


@contextmanager
def _context(
    native: Any,  # noqa: ANN401 - handed over
    model: Any,  # noqa: ANN401 - a native pointer
    longest: int,
    threads: int,
    kv_cache: KvCache,
) -> Iterator[Any]:
    """Make a context with room for one passage, for the time of a block."""
    parameters = native.llama_context_default_params()
    parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = max(longest, 32)
    parameters.n_threads = parameters.n_threads_batch = threads or usable_cores()
    parameters.type_k = parameters.type_v = TYPES[kv_cache]
    context = native.llama_init_from_model(model, parameters)
    if not context:
        raise context_error(longest)
    try:
        yield context
    finally:
        native.llama_free(context)


def _logarithms(native: Any, context: Any, tokens: Tokens, words: int) -> NDArray[Any]:  # noqa: ANN401 - handed over
    """Return ln p of each word after each token but the last, as float32."""
    import numpy as np

    native.llama_memory_clear(native.llama_get_memory(context), False)  # noqa: FBT003 - C has no names
    batch = native.llama_batch_init(len(tokens), 0, 1)
    try:
        for row, token in enumerate(tokens):
            batch.token[row], batch.pos[row] = token, row
            batch.n_seq_id[row], batch.seq_id[row][0] = 1, 0
            batch.logits[row] = True
        batch.n_tokens = len(tokens)
        if native.llama_decode(context, batch):
            raise UserFacingError(
                "The engine could not read the text that models are measured on.",
                "Close other programs and try again.",
            )
        table = np.empty((len(tokens) - 1, words), dtype=np.float32)
        for row in range(len(table)):
            pointer = native.llama_get_logits_ith(context, row)
            table[row] = np.ctypeslib.as_array(pointer, shape=(words,))
    finally:
        native.llama_batch_free(batch)
    for row in range(len(table)):  # one at a time: a vocabulary is large
        table[row] -= table[row].max()
        table[row] -= np.log(np.exp(table[row], dtype=np.float64).sum())
    return table


def _figures(reference: NDArray[Any], model: NDArray[Any], tokens: Tokens) -> Iterator[list[Any]]:
    import numpy as np

    rows, following = np.arange(len(model)), np.array(tokens[1:])
    yield (-model[rows, following].astype(np.float64)).tolist()
    yield (-reference[rows, following].astype(np.float64)).tolist()
    yield [_divergence(one, other) for one, other in zip(reference, model, strict=True)]
    yield (reference.argmax(axis=1) == model.argmax(axis=1)).tolist()


def _divergence(reference: NDArray[Any], model: NDArray[Any]) -> float:
    """Return sum p (ln p - ln q), p the reference's and q the model's distribution."""
    import numpy as np

    one, other = reference.astype(np.float64), model.astype(np.float64)
    # Never below 0 but for rounding.
    return max(0.0, float((np.exp(one) * (one - other)).sum()))


def _from_bytes(data: bytes, shape: tuple[int, ...]) -> NDArray[Any]:
    import numpy as np

    return np.frombuffer(data, dtype=np.float32).reshape(shape)


def _check_same(same: bool) -> None:  # noqa: FBT001 - the one thing that is checked
    if not same:
        raise UserFacingError(
            "The two files read the same text as different tokens, so they are no forms of one "
            "model.",
            "Give as --against the F16 file that this model was quantised from.",
        )


def _check_room(scratch: Path, texts: Sequence[Tokens], words: int) -> None:
    needed = sum(max(0, len(text) - 1) for text in texts) * words * _FLOAT_BYTES
    free = shutil.disk_usage(scratch).free
    if needed + _SPARE_BYTES > free:
        raise UserFacingError(
            f"The comparison needs {needed / _MIB:,.0f} MiB of the disk for a while, but only "
            f"{free / _MIB:,.0f} MiB are free.",
            "Make room where the workspace lies, and try again.",
        )
