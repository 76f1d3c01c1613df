"""The backend that is llama.cpp; the only module that imports it, in the child process only."""

from __future__ import annotations

import contextlib
import ctypes
import os
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

import llama_cpp
from llama_cpp._ctypes_extensions import load_shared_library

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import Prompt
from medsdesk.core.model import LoadConfig, LoadedModel
from medsdesk.engine import ggml_calls
from medsdesk.engine.backend import Attend, Event, Job, LoadCancelledError, Tokenised
from medsdesk.engine.builds import LIBRARIES_VARIABLE
from medsdesk.engine.cells import Cells
from medsdesk.engine.containment import expected_memory
from medsdesk.engine.devices import DeviceInfo, EngineInfo
from medsdesk.engine.footprint import batch_of, sequences_of
from medsdesk.engine.gguf import GgufHeader, read_header
from medsdesk.engine.gguf_template import gguf_form
from medsdesk.engine.kv_cache import FLASH, TYPES, check_kv_cache
from medsdesk.engine.llama_files import LlamaFiles
from medsdesk.engine.load_failures import context_error, load_error
from medsdesk.engine.machine import usable_cores
from medsdesk.engine.native_log import NativeLog
from medsdesk.engine.placement import load_placed
from medsdesk.engine.platform_calls import memory_limited
from medsdesk.engine.slots import Slots
from medsdesk.engine.template_sandbox import UnusableTemplateError
from medsdesk.engine.templates import LLAMA3_MARK, ChatForm, llama3_form, plain_form
from medsdesk.engine.vocabulary import Vocabulary

_MOST_CONTEXT: Final = (1 << 31) - 1
_SPARE_BYTES: Final = 2 << 30  # of address space, most of which is never filled
_THREAD_BYTES: Final = 80 << 20  # a stack, and an arena of the allocator
_NO_CHOICES: Final = (
    "This kind of model cannot take back what it has read: the likelihood of other answers is not "
    "told."
)
_NO_TEMPLATE: Final = "The model file's own chat template cannot be used"


def create() -> LlamaBackend:
    """Return the backend."""
    return LlamaBackend()


def file_tools() -> LlamaFiles:
    """Return what works on model files; in a process of its own, without a backend."""
    return LlamaFiles(llama_cpp)


class LlamaBackend:
    """One model, and as many slots as it was loaded with."""

    def __init__(self) -> None:
        self._log = NativeLog()
        # llama.cpp keeps the callbacks' addresses: they must live as long as this object.
        self._log_callback = llama_cpp.llama_log_callback(self._take_log)
        llama_cpp.llama_log_set(self._log_callback, ctypes.c_void_p(0))
        self._model: Any = None
        self._cells: Cells | None = None
        self._vocabulary: Vocabulary | None = None
        self._form: ChatForm = plain_form()
        self._running: Slots | None = None
        self.slots = 1

    def describe(self) -> EngineInfo:
        """Return the library's version, instruction sets and devices."""
        return EngineInfo(
            engine=_engine(),
            llama_version=llama_cpp.llama_version().decode(),
            cpu_features=llama_cpp.llama_print_system_info().decode("utf-8", "replace"),
            devices=ggml_calls.devices(_open_library),
            builds=ggml_calls.builds(_open_library),
        )

    def self_test(self) -> None:
        """Multiply small matrices."""
        ggml_calls.multiply(_open_library, usable_cores())

    def load(self, config: LoadConfig, attend: Attend) -> LoadedModel:
        """Load the model of a GGUF file.

        Raises:
            UserFacingError: With the true cause.
            LoadCancelledError: Told to stop.
        """
        began = time.monotonic()
        path = Path(config.path)
        header = read_header(path)
        _check_context(config)
        check_kv_cache(header.shape, config)
        llama_cpp.llama_backend_init()

        def load(gpu_layers: int) -> Cells:
            self.close()
            self._log.clear()
            self._load_model(path, gpu_layers, attend)
            return self._make_context(config, gpu_layers)

        devices = ggml_calls.devices(_open_library)
        with _contained(header, config, devices):
            cells, notes = load_placed(header, config, devices, load)
            self._cells = cells
            self._vocabulary = Vocabulary(llama_cpp, llama_cpp.llama_model_get_vocab(self._model))
            self._form, form_notes = _choose_form(self._vocabulary, header)
        self._running = self._make_slots(cells, self._vocabulary, config)
        self.slots = config.slots
        offloaded, total = self._log.layers
        return LoadedModel(
            # llama.cpp rounds up; what was asked for is what is used.
            context=min(config.context, cells.size // config.slots),
            chat_template=self._form.kind,
            chat_template_sha256=self._form.sha256,
            devices=self._log.devices or ("CPU",),
            offloaded_layers=offloaded,
            total_layers=total or llama_cpp.llama_model_n_layer(self._model) + 1,
            engine=_engine(),
            seconds=time.monotonic() - began,
            notes=(*notes, *form_notes, *self._choice_notes(config)),
            memory=self._log.memory,
            build=_build(),
            flash_attention=self._log.flash_attention,
        )

    def tokenise(self, prompt: Prompt) -> Tokenised:
        """Return the prompt in the model's chat form; contents never give control tokens."""
        return self._words.tokenise(prompt.messages, self._form)

    def start(self, job: Job) -> None:
        """Take a job into a free slot."""
        self._jobs.start(job, [self._words.answer(choice) for choice in job.choices])

    def step(self, attend: Attend) -> Sequence[Event]:
        """Decode one batch of prompts and last tokens, and draw where a turn has come."""
        return self._jobs.step(attend)

    def drop(self, request: int) -> None:
        """Free the slot of a job."""
        self._jobs.drop(request)

    def close(self) -> None:
        """Free context and model."""
        if self._cells is not None:
            self._cells.close()
        if self._model is not None:
            llama_cpp.llama_model_free(self._model)
        self._cells = self._model = None

    def _load_model(self, path: Path, gpu_layers: int, attend: Attend) -> None:
        stopped = False

        def go_on(_progress: float, _data: object) -> bool:
            nonlocal stopped
            stopped = stopped or attend()
            return not stopped

        parameters = llama_cpp.llama_model_default_params()
        parameters.n_gpu_layers = gpu_layers
        if not gpu_layers:
            # The model then knows of no card at all. With one in sight, its weights would be kept
            # for the card's use, and not in the order in which the processor is fastest.
            parameters.split_mode = llama_cpp.LLAMA_SPLIT_MODE_NONE
            parameters.main_gpu = -1
        parameters.progress_callback = llama_cpp.llama_progress_callback(go_on)
        self._model = llama_cpp.llama_model_load_from_file(os.fsencode(path), parameters)
        if stopped:
            raise LoadCancelledError
        if not self._model:
            self._model = None
            raise load_error(path.name, self._log.lines)

    def _make_context(self, config: LoadConfig, gpu_layers: int) -> Cells:
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = config.context * config.slots
        parameters.n_seq_max = sequences_of(config)
        parameters.kv_unified = parameters.swa_full = True
        size = batch_of(config)
        # llama.cpp plans for a batch with a token of every sequence.
        parameters.n_batch = parameters.n_ubatch = max(size, parameters.n_seq_max)
        parameters.n_threads = parameters.n_threads_batch = config.threads or usable_cores()
        parameters.flash_attn_type = FLASH[config.flash_attention]
        parameters.type_k = parameters.type_v = TYPES[config.kv_cache]
        # With no layers offloaded, a graphics card is left alone altogether.
        parameters.op_offload = parameters.offload_kqv = gpu_layers != 0
        context = llama_cpp.llama_init_from_model(self._model, parameters)
        if not context:
            raise context_error(config.context * config.slots, self._log.lines)
        return Cells(llama_cpp, self._model, context, size)

    def _make_slots(self, cells: Cells, words: Vocabulary, config: LoadConfig) -> Slots:
        forgets = self._forgets_tails()
        return Slots(
            cells,
            words,
            config.slots,
            reuse=config.reuse,
            draft=config.draft and forgets,
            choices=config.choices and forgets,
        )

    def _forgets_tails(self) -> bool:
        """Return whether the end of a sequence can be taken back; a state cannot."""
        kinds = (llama_cpp.llama_model_is_recurrent, llama_cpp.llama_model_is_hybrid)
        return not any(is_kind(self._model) for is_kind in kinds)

    def _choice_notes(self, config: LoadConfig) -> tuple[str, ...]:
        return (_NO_CHOICES,) if config.choices and not self._forgets_tails() else ()

    @property
    def _words(self) -> Vocabulary:
        if self._vocabulary is None:
            raise RuntimeError("no model is loaded")
        return self._vocabulary

    @property
    def _jobs(self) -> Slots:
        if self._running is None:
            raise RuntimeError("no model is loaded")
        return self._running

    def _take_log(self, level: int, text: bytes, _data: object) -> None:
        self._log.add(level, text)


def _engine() -> str:
    return f"llama-cpp-python {llama_cpp.__version__}"


def _build() -> str:
    """Return the name of the folder that the libraries come from, where it is not our own."""
    folder = os.environ.get(LIBRARIES_VARIABLE)
    return Path(folder).name if folder else ""


def _open_library(name: str) -> ctypes.CDLL:
    beside = Path(llama_cpp.__file__).parent / "lib"
    folder = Path(os.environ.get(LIBRARIES_VARIABLE) or beside)
    library: ctypes.CDLL = load_shared_library(name, folder)
    return library


def _contained(
    header: GgufHeader, config: LoadConfig, devices: Sequence[DeviceInfo]
) -> AbstractContextManager[None]:
    if any(device.type == "gpu" for device in devices):
        return contextlib.nullcontext()
    threads = (config.threads or usable_cores()) * _THREAD_BYTES
    return memory_limited(expected_memory(header, config) + threads + _SPARE_BYTES)


def _check_context(config: LoadConfig) -> None:
    if not 1 <= config.context * config.slots <= _MOST_CONTEXT:
        raise UserFacingError(
            f"A context of {config.context:,} tokens is impossible.", "Choose a smaller context."
        )


def _choose_form(vocabulary: Vocabulary, header: GgufHeader) -> tuple[ChatForm, tuple[str, ...]]:
    """Return the chat form, and a sentence where the file's own cannot be used."""
    if LLAMA3_MARK in vocabulary.controls:
        return llama3_form(), ()
    if header.chat_template is None:
        return plain_form(), ()
    try:
        return gguf_form(header.chat_template, vocabulary.special), ()
    except UnusableTemplateError as fault:
        return plain_form(), (f"{_NO_TEMPLATE} ({fault}): prompts are sent without one.",)
