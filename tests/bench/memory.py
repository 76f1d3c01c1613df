"""What the program and its engine take of memory: ``python -m tests.bench.memory [ITEMS]``.

The window without the engine: a synthetic evaluation of 400,000 items is stored by one process;
another opens it on the page Results, reads its index and scrolls its table from end to end, and
tells its peak. Beside it a bare PySide6 window. The engine: its process loads the demonstration
model and answers eight prompts at once; beside it a bare process in which llama-cpp-python loads
the same file with the same parameters and decodes as many tokens. Peaks are resident memory of
fresh processes; the model's own file, mapped into both, is part of them.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"


from medsdesk.core.generation import GenerateConfig, Message, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.client import Engine
from medsdesk.engine.demo import demo_model_path
from medsdesk.engine.footprint import batch_of, sequences_of

ROUNDS = 3
SLOTS, CONTEXT, NEW_TOKENS = 8, 1024, 48
MOST_MEGABYTES, MOST_OVERHEAD = 250.0, 1.10
_WORDS = "Made-up note: cough for three days, no fever, lungs clear, heart normal. " * 20


def main() -> int:
    """Measure and print; return 0 where both are within what was asked."""
    items = sys.argv[1] if len(sys.argv) > 1 else "400000"
    with tempfile.TemporaryDirectory() as folder:
        _part("store", folder, items)
        window = [_part("window", folder, items) for _ in range(ROUNDS)]
    bare_window = [_part("bare-window") for _ in range(ROUNDS)]
    engine = [_part("engine") for _ in range(ROUNDS)]
    bare = [_part("bare-engine") for _ in range(ROUNDS)]
    _row(f"window, {int(items):,} items, no engine", window)
    _row("bare PySide6 window", bare_window)
    _row(f"engine, {SLOTS} slots of {CONTEXT:,} tokens", engine)
    _row("llama-cpp-python alone, likewise", bare)
    ratio = statistics.median(engine) / statistics.median(bare)
    print(f"{'engine / llama-cpp-python':40} {ratio:8.3f} x")
    return 0 if max(window) < MOST_MEGABYTES and ratio < MOST_OVERHEAD else 1


def _row(name: str, peaks: list[float]) -> None:
    spread = f"(min {min(peaks):.1f}, max {max(peaks):.1f}, n = {len(peaks)})"
    print(f"{name:40} {statistics.median(peaks):8.1f} MB  {spread}", flush=True)


def _part(name: str, *words: str) -> float:
    """Return the peak in MB of a part that runs in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.memory", f"--{name}", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout.split()[-1])


def _run_part(name: str, words: list[str]) -> None:
    who = resource.RUSAGE_SELF
    with contextlib.redirect_stdout(sys.stderr):
        if name == "store":
            _store(Path(words[0]), int(words[1]))
        elif name == "window":
            _window(Path(words[0]))
        elif name == "bare-window":
            _bare_window()
        elif name == "engine":
            _engine()
            who = resource.RUSAGE_CHILDREN
        else:
            _bare_engine()
    peak = resource.getrusage(who).ru_maxrss
    print(peak / (1024**2 if sys.platform == "darwin" else 1024))


def _store(folder: Path, items: int) -> None:
    from medsdesk.store.workspace import open_workspace
    from tests.bench.items import store_items

    with open_workspace(folder) as ws:
        store_items(ws, items)


def _window(folder: Path) -> None:
    from medsdesk.store.workspace import open_workspace
    from tests.bench.items import scroll_window

    with open_workspace(folder) as ws:
        (run_id,) = ws.db.execute("SELECT id FROM runs").fetchone()
    scroll_window(folder, run_id)


def _bare_window() -> None:
    from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.setCentralWidget(QLabel("MedsDesk"))
    window.resize(1280, 800)
    window.show()
    application.processEvents()


def _config() -> LoadConfig:
    path = demo_model_path()
    if path is None:
        raise RuntimeError("the demonstration model is not installed")
    return LoadConfig(str(path), context=CONTEXT, slots=SLOTS, threads=1)


def _engine() -> None:
    config = GenerateConfig(max_new_tokens=NEW_TOKENS)
    prompts = [
        Prompt((Message("system", f"Number {number}."), Message("user", _WORDS)), "bench", 1, 0)
        for number in range(SLOTS)
    ]
    with Engine() as engine, ThreadPoolExecutor(SLOTS) as pool:
        engine.load(_config())
        for completion in pool.map(lambda prompt: engine.generate(prompt, config), prompts):
            if not completion.complete:
                raise RuntimeError("an answer is incomplete")


def _bare_engine() -> None:
    # Only here: the processes of the window would be the larger for it.
    llama_cpp = importlib.import_module("llama_cpp")
    config = _config()
    quiet = llama_cpp.llama_log_callback(lambda *_: None)
    llama_cpp.llama_log_set(quiet, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    model = llama_cpp.llama_model_load_from_file(
        os.fsencode(config.path), llama_cpp.llama_model_default_params()
    )
    parameters = llama_cpp.llama_context_default_params()
    parameters.n_ctx, parameters.n_seq_max = CONTEXT * SLOTS, sequences_of(config)
    parameters.kv_unified = parameters.swa_full = True
    parameters.n_batch = parameters.n_ubatch = batch_of(config)
    parameters.n_threads = parameters.n_threads_batch = 1
    context = llama_cpp.llama_init_from_model(model, parameters)
    words = _tokens(llama_cpp, model)
    batch = llama_cpp.llama_batch_init(batch_of(config), 0, 1)
    for sequence in range(SLOTS):
        for start in range(0, len(words), batch_of(config)):
            _decode(llama_cpp, context, batch, sequence, start, words[start:][: batch_of(config)])
    for step in range(NEW_TOKENS):
        for sequence in range(SLOTS):
            _decode(llama_cpp, context, batch, sequence, len(words) + step, words[:1])


def _tokens(llama_cpp: Any, model: Any) -> list[int]:
    vocabulary, data = llama_cpp.llama_model_get_vocab(model), _WORDS.encode()
    room = (llama_cpp.llama_token * (len(data) + 2))()
    count = llama_cpp.llama_tokenize(vocabulary, data, len(data), room, len(room), True, False)
    return list(room[:count])


def _decode(
    llama_cpp: Any, context: Any, batch: Any, sequence: int, start: int, words: list[int]
) -> None:
    for row, token in enumerate(words):
        batch.token[row], batch.pos[row] = token, start + row
        batch.n_seq_id[row], batch.seq_id[row][0] = 1, sequence
        batch.logits[row] = row == len(words) - 1
    batch.n_tokens = len(words)
    if llama_cpp.llama_decode(context, batch) != 0:
        raise RuntimeError("llama.cpp could not decode")


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].startswith("--"):
        _run_part(sys.argv[1].removeprefix("--"), sys.argv[2:])
        sys.exit(0)
    sys.exit(main())
