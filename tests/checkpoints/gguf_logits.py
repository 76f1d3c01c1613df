"""Prints the logits that llama.cpp gives for tokens, as JSON; run as a program of its own, since
llama.cpp never comes into the process of the tests.

Usage: ``python gguf_logits.py FILE.gguf TOKENS POSITIONS``, both as JSON.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def gguf_logits(path: Path, tokens: Sequence[int], positions: Sequence[int]) -> list[list[float]]:
    """Return the logits after some of the tokens, with a cache in 32 bits."""
    words = [str(path), json.dumps(list(tokens)), json.dumps(list(positions))]
    done = subprocess.run(
        [sys.executable, __file__, *words], capture_output=True, text=True, check=True
    )
    found: list[list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _main(path: str, tokens: list[int], positions: list[int]) -> None:
    import llama_cpp

    native: Any = llama_cpp
    silent = native.llama_log_callback(lambda *_: None)
    native.llama_log_set(silent, ctypes.c_void_p(0))
    load = native.llama_model_default_params()
    load.n_gpu_layers = 0
    model = native.llama_model_load_from_file(os.fsencode(path), load)
    parameters = native.llama_context_default_params()
    parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = len(tokens)
    parameters.type_k = parameters.type_v = 0  # 32 bits
    parameters.flash_attn_type = native.LLAMA_FLASH_ATTN_TYPE_DISABLED
    context = native.llama_init_from_model(model, parameters)
    batch = native.llama_batch_init(len(tokens), 0, 1)
    for row, token in enumerate(tokens):
        batch.token[row], batch.pos[row] = token, row
        batch.n_seq_id[row], batch.seq_id[row][0], batch.logits[row] = 1, 0, row in positions
    batch.n_tokens = len(tokens)
    if native.llama_decode(context, batch):
        sys.exit("not decoded")
    words = native.llama_vocab_n_tokens(native.llama_model_get_vocab(model))
    rows = [native.llama_get_logits_ith(context, row)[:words] for row in positions]
    sys.stdout.write(json.dumps(rows))


if __name__ == "__main__":
    _main(sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3]))
