"""What llama.cpp does with model files besides answering: tokens, quantising, comparing.

The bindings are handed over by ``engine.llama``, the only module that imports them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from medsdesk.core.errors import UserFacingError
from medsdesk.engine.comparison import compare
from medsdesk.engine.file_tasks import (
    ComparedFiles,
    CompareFiles,
    QuantisedFile,
    QuantiseFile,
    TokenisedTexts,
    TokeniseTexts,
)
from medsdesk.engine.file_worker import Tell
from medsdesk.engine.gguf import read_header
from medsdesk.engine.load_failures import load_error
from medsdesk.engine.machine import usable_cores
from medsdesk.engine.native_log import NativeLog
from medsdesk.engine.quantising import quantise_error

_STEP: Final = re.compile(r"\[ *(\d+)/ *(\d+)\]")
_FALLBACKS: Final = re.compile(r"(\d+) of (\d+) tensor\(s\) required fallback")
_SIZE: Final = re.compile(r"quant size *= *([\d.]+) MiB")
_MIB: Final = 1 << 20


class LlamaFiles:
    """Tools for model files; one at a time in a process.

    Args:
        bindings: The package ``llama_cpp``.
    """

    def __init__(self, bindings: Any) -> None:  # noqa: ANN401 - handed over
        self._native = bindings
        self._log = NativeLog()
        self._tell: Tell | None = None
        self._found: dict[str, tuple[float, ...]] = {}
        # llama.cpp keeps the callback's address: it must live as long as this object.
        self._log_callback = bindings.llama_log_callback(self._take_log)
        bindings.llama_log_set(self._log_callback, ctypes.c_void_p(0))
        bindings.llama_backend_init()

    def tokenise(self, task: TokeniseTexts, tell: Tell) -> TokenisedTexts:
        """Return the tokens of texts, after a load that checks all but the weights' values."""
        tell(0, 1)
        with self.model(Path(task.path), dry=True) as model:
            vocabulary = self._native.llama_model_get_vocab(model)
            plain = tuple(self.tokens(vocabulary, text, framed=False) for text in task.plain)
            framed = tuple(self.tokens(vocabulary, text, framed=True) for text in task.framed)
        return TokenisedTexts(plain, framed)

    def quantise(self, task: QuantiseFile, tell: Tell) -> QuantisedFile:
        """Write a file with smaller weights, after a dry run that says how large it will be.

        Raises:
            UserFacingError: The source cannot be used, or the disk has no room.
        """
        source, target = Path(task.source), Path(task.target)
        read_header(source)
        parameters = self._native.llama_model_quantize_default_params()
        parameters.ftype = getattr(self._native, f"LLAMA_FTYPE_MOSTLY_{task.kind}")
        parameters.nthread = task.threads or usable_cores()
        parameters.allow_requantize = task.again
        parameters.dry_run = True
        self._run(source, target, parameters)
        (size,) = self._found["size"]
        target.unlink(missing_ok=True)  # the dry run leaves an empty one
        _check_room(target, round(size * _MIB) + task.spare_bytes)
        parameters.dry_run = False
        self._tell = tell
        self._run(source, target, parameters)
        _, tensors = self._found["step"]
        fallbacks = self._found.get("fallbacks", (0.0,))[0]
        return QuantisedFile(target.stat().st_size, int(tensors), int(fallbacks))

    def compare(self, task: CompareFiles, tell: Tell) -> ComparedFiles:
        """Return what two files expect of the same texts.

        Raises:
            UserFacingError: One cannot be loaded, or they are no forms of one model.
        """
        return compare(self, self._native, task, tell)

    @contextlib.contextmanager
    def model(self, path: Path, *, dry: bool = False, gpu_layers: int = 0) -> Iterator[Any]:
        """Load a model for the time of a block.

        Args:
            path: The GGUF file.
            dry: Read all but the weights.
            gpu_layers: Layers to offload; -1 for all.

        Raises:
            UserFacingError: With the true cause.
        """
        read_header(path)
        self._log.clear()
        parameters = self._native.llama_model_default_params()
        parameters.n_gpu_layers = gpu_layers
        if dry:
            parameters.no_alloc = True
            parameters.load_mode = self._native.LLAMA_LOAD_MODE_NONE
        model = self._native.llama_model_load_from_file(os.fsencode(path), parameters)
        if not model:
            raise load_error(path.name, self._log.lines)
        try:
            yield model
        finally:
            self._native.llama_model_free(model)

    def tokens(self, vocabulary: Any, text: str, *, framed: bool) -> tuple[int, ...]:  # noqa: ANN401 - a native pointer
        """Return a text's tokens.

        Args:
            vocabulary: Handle of the vocabulary.
            text: The text.
            framed: Whether special tokens count, and those around a text are added.
        """
        data = text.encode()
        room = len(data) + 8
        found = (self._native.llama_token * room)()
        count = self._native.llama_tokenize(
            vocabulary, data, len(data), found, room, framed, framed
        )
        if count < 0:
            raise RuntimeError(f"{-count} tokens of {len(data)} bytes")
        return tuple(found[:count])

    def _run(self, source: Path, target: Path, parameters: Any) -> None:  # noqa: ANN401 - a native structure
        self._log.clear()
        self._found.clear()
        status = self._native.llama_model_quantize(
            os.fsencode(source), os.fsencode(target), ctypes.byref(parameters)
        )
        if status:
            raise quantise_error(source.name, self._log.lines)

    def _take_log(self, level: int, data: bytes, _: object) -> None:
        self._log.add(level, data)
        text = data.decode("utf-8", "replace")
        for name, pattern in (("step", _STEP), ("fallbacks", _FALLBACKS), ("size", _SIZE)):
            found = pattern.search(text)
            if found is not None:
                self._found[name] = tuple(float(number) for number in found.groups())
                if name == "step" and self._tell is not None:
                    self._tell(int(found[1]) - 1, int(found[2]))


def _check_room(target: Path, needed: int) -> None:
    free = shutil.disk_usage(target.parent).free
    if needed > free:
        raise UserFacingError(
            f"The quantised file needs {needed / _MIB:,.0f} MiB, but the disk has "
            f"{free / _MIB:,.0f} MiB free.",
            "Make room, or write it to another disk with --out.",
        )
