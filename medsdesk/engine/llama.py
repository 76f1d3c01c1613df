"""The backend that is llama.cpp; the only module that imports it, in the child process only."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import llama_cpp
from llama_cpp._ctypes_extensions import load_shared_library

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import GenerateConfig, Prompt
from medsdesk.core.model import LoadConfig, LoadedModel
from medsdesk.engine import ggml_calls
from medsdesk.engine.backend import (
    Attend,
    Event,
    Job,
    JobEnded,
    JobFailed,
    LoadCancelledError,
    NewToken,
    Tokenised,
)
from medsdesk.engine.devices import EngineInfo
from medsdesk.engine.gguf import GgufHeader, read_header
from medsdesk.engine.gguf_template import UnusableTemplateError, gguf_form
from medsdesk.engine.load_failures import context_error, load_error, memory_error
from medsdesk.engine.machine import memory_bytes, usable_cores
from medsdesk.engine.native_log import NativeLog
from medsdesk.engine.templates import LLAMA3_MARK, ChatForm, llama3_form, plain_form
from medsdesk.engine.vocabulary import Vocabulary

_ATTEND_SECONDS: Final = 0.02
_RANDOM_SEED: Final = 0xFFFFFFFF  # llama.cpp draws its own seed for this one
_MOST_CONTEXT: Final = (1 << 31) - 1
_ABORTED: Final = 2
_KEEP_BYTES: Final = False  # cells that are marked empty are never read
_FAILED: Final = "The engine could not compute this answer."
_FAILED_HINT: Final = "Try again with a shorter text, or load the model with another context."


def create() -> LlamaBackend:
    """Return the backend."""
    return LlamaBackend()


@dataclass(slots=True)
class _Slot:
    """The answer in progress: what is decoded next, and where."""

    job: Job
    sampler: Any
    pending: tuple[int, ...]
    position: int = 0
    given: int = 0


class LlamaBackend:
    """One model, one slot, a fresh context for each prompt."""

    slots = 1

    def __init__(self) -> None:
        self._log = NativeLog()
        # llama.cpp keeps the callbacks' addresses: they must live as long as this object.
        self._log_callback = llama_cpp.llama_log_callback(self._take_log)
        llama_cpp.llama_log_set(self._log_callback, ctypes.c_void_p(0))
        self._abort_callback = llama_cpp.ggml_abort_callback(self._should_stop)
        self._no_callback = llama_cpp.ggml_abort_callback()
        self._attend: Attend | None = None
        self._attended = 0.0
        self._fault: BaseException | None = None
        self._model: Any = None
        self._context: Any = None
        self._vocabulary: Vocabulary | None = None
        self._batch: Any = None
        self._batch_size = 0
        self._form: ChatForm = plain_form()
        self._slot: _Slot | None = None

    def describe(self) -> EngineInfo:
        """Return the library's version, instruction sets and devices."""
        return EngineInfo(
            engine=_engine(),
            llama_version=llama_cpp.llama_version().decode(),
            cpu_features=llama_cpp.llama_print_system_info().decode("utf-8", "replace"),
            devices=ggml_calls.devices(_open_library),
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
        _check_context(config, header)
        self._log.clear()
        llama_cpp.llama_backend_init()
        self._load_model(path, config, attend)
        self._make_context(config)
        self._vocabulary = Vocabulary(llama_cpp, llama_cpp.llama_model_get_vocab(self._model))
        self._form = _choose_form(self._vocabulary, header)
        offloaded, total = self._log.layers
        return LoadedModel(
            # llama.cpp rounds up; what was asked for is what is used.
            context=min(config.context, llama_cpp.llama_n_ctx(self._context)),
            chat_template=self._form.kind,
            chat_template_sha256=self._form.sha256,
            devices=self._log.devices or ("CPU",),
            offloaded_layers=offloaded,
            total_layers=total or llama_cpp.llama_model_n_layer(self._model) + 1,
            engine=_engine(),
            seconds=time.monotonic() - began,
        )

    def tokenise(self, prompt: Prompt) -> Tokenised:
        """Return the prompt in the model's chat form; contents never give control tokens."""
        return self._words.tokenise(prompt.messages, self._form)

    def start(self, job: Job) -> None:
        """Take a job; the context is emptied for it."""
        if not job.tokens:
            raise UserFacingError("The prompt is empty.", "Give a text to work on.")
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self._context), _KEEP_BYTES)
        self._slot = _Slot(job, _make_sampler(job.config), pending=job.tokens)

    def step(self, attend: Attend) -> Sequence[Event]:
        """Decode one batch of the prompt or the last token, and sample where that was all."""
        slot = self._slot
        if slot is None:
            return ()
        now, slot.pending = slot.pending[: self._batch_size], slot.pending[self._batch_size :]
        status = self._decode(slot, now, attend)
        if status == _ABORTED:
            return ()
        if status != 0:
            self.drop(slot.job.request)
            return (JobFailed(slot.job.request, _FAILED, _FAILED_HINT),)
        slot.position += len(now)
        return () if slot.pending else self._sample(slot)

    def drop(self, request: int) -> None:
        """Free the slot."""
        if self._slot is not None and self._slot.job.request == request:
            llama_cpp.llama_sampler_free(self._slot.sampler)
            self._slot = None

    def close(self) -> None:
        """Free context and model."""
        if self._slot is not None:
            self.drop(self._slot.job.request)
        if self._context is not None:
            llama_cpp.llama_batch_free(self._batch)
            llama_cpp.llama_free(self._context)
        if self._model is not None:
            llama_cpp.llama_model_free(self._model)
        self._context = self._model = None

    def _load_model(self, path: Path, config: LoadConfig, attend: Attend) -> None:
        stopped = False

        def go_on(_progress: float, _data: object) -> bool:
            nonlocal stopped
            stopped = stopped or attend()
            return not stopped

        parameters = llama_cpp.llama_model_default_params()
        parameters.n_gpu_layers = config.gpu_layers
        parameters.progress_callback = llama_cpp.llama_progress_callback(go_on)
        self._model = llama_cpp.llama_model_load_from_file(os.fsencode(path), parameters)
        if stopped:
            raise LoadCancelledError
        if not self._model:
            self._model = None
            raise load_error(path.name, self._log.lines)

    def _make_context(self, config: LoadConfig) -> None:
        threads = config.threads or usable_cores()
        self._batch_size = max(1, min(config.batch, config.context))
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = config.context
        parameters.n_batch = parameters.n_ubatch = self._batch_size
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED
        # With no layers offloaded, a graphics card is left alone altogether.
        parameters.op_offload = parameters.offload_kqv = config.gpu_layers != 0
        self._context = llama_cpp.llama_init_from_model(self._model, parameters)
        if not self._context:
            self._context = None
            raise context_error(config.context)
        self._batch = llama_cpp.llama_batch_init(self._batch_size, 0, 1)

    @property
    def _words(self) -> Vocabulary:
        if self._vocabulary is None:
            raise RuntimeError("no model is loaded")
        return self._vocabulary

    def _decode(self, slot: _Slot, tokens: Sequence[int], attend: Attend) -> int:
        batch = self._batch
        batch.n_tokens = len(tokens)
        for index, token in enumerate(tokens):
            batch.token[index] = token
            batch.pos[index] = slot.position + index
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = 0
            batch.logits[index] = False
        batch.logits[len(tokens) - 1] = not slot.pending
        if len(tokens) == 1:
            return int(llama_cpp.llama_decode(self._context, batch))
        return self._decode_attending(attend)

    def _decode_attending(self, attend: Attend) -> int:
        # A batch of a large model takes a minute on a small machine; between two nodes of
        # its graph the pipe is served. One token is quick, and would pay for it dearly.
        self._attend, self._attended, self._fault = attend, time.monotonic(), None
        llama_cpp.llama_set_abort_callback(self._context, self._abort_callback, None)
        try:
            status = int(llama_cpp.llama_decode(self._context, self._batch))
        finally:
            llama_cpp.llama_set_abort_callback(self._context, self._no_callback, None)
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

    def _sample(self, slot: _Slot) -> Sequence[Event]:
        request, most = slot.job.request, slot.job.config.max_new_tokens
        token = llama_cpp.llama_sampler_sample(slot.sampler, self._context, -1)
        if self._words.ends(token):
            self.drop(request)
            return (JobEnded(request, "stop"),)
        slot.given += 1
        slot.pending = (token,)
        news = NewToken(request, self._words.bytes_of(token))
        if slot.given < most:
            return (news,)
        self.drop(request)
        return (news, JobEnded(request, "length"))

    def _take_log(self, level: int, text: bytes, _data: object) -> None:
        self._log.add(level, text)


def _engine() -> str:
    return f"llama-cpp-python {llama_cpp.__version__}"


def _open_library(name: str) -> ctypes.CDLL:
    beside = Path(llama_cpp.__file__).parent / "lib"
    folder = Path(os.environ.get("LLAMA_CPP_LIB_PATH") or beside)
    library: ctypes.CDLL = load_shared_library(name, folder)
    return library


def _check_context(config: LoadConfig, header: GgufHeader) -> None:
    if not 1 <= config.context <= _MOST_CONTEXT:
        raise UserFacingError(
            f"A context of {config.context:,} tokens is impossible.", "Choose a smaller context."
        )
    available = memory_bytes()[1]
    if config.gpu_layers != 0:
        cards = ggml_calls.devices(_open_library)
        available += sum(card.memory_free for card in cards if card.type == "gpu")
    needed = header.kv_bytes_per_token * config.context
    if needed > available:
        raise memory_error(config.context, needed, available)


def _choose_form(vocabulary: Vocabulary, header: GgufHeader) -> ChatForm:
    if LLAMA3_MARK in vocabulary.controls:
        return llama3_form()
    if header.chat_template is None:
        return plain_form()
    try:
        return gguf_form(header.chat_template, vocabulary.special)
    except UnusableTemplateError:
        return plain_form()


def _make_sampler(config: GenerateConfig) -> Any:  # noqa: ANN401 - a native pointer
    chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
    if config.temperature <= 0:
        links = [llama_cpp.llama_sampler_init_greedy()]
    else:
        links = [
            llama_cpp.llama_sampler_init_temp(config.temperature),
            llama_cpp.llama_sampler_init_top_p(config.top_p, 1),
            llama_cpp.llama_sampler_init_dist(config.seed % _RANDOM_SEED),
        ]
    for link in links:
        llama_cpp.llama_sampler_chain_add(chain, link)
    return chain
