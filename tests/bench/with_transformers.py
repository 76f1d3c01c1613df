"""The same questions answered by transformers on the processor, as the benchmark's authors run it.

``PYTHON tests/bench/with_transformers.py MODEL PROMPTS NEW_TOKENS BATCH THREADS`` prints the
seconds that answering took, loading left out. ``tests.bench.engine`` calls it where the variable
``TRANSFORMERS_PYTHON`` names an interpreter that has torch, transformers, gguf and accelerate;
none of the first is a dependency of MedsDesk, so this file imports nothing of it.

The weights are those of the GGUF file, taken out of their quantisation into float32; prompts are
given as tokens, padded on the left to the longest of their batch; the likeliest token is taken.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def answered(model: Any, prompts: Sequence[Sequence[int]], new_tokens: int, torch: Any) -> None:
    """Answer one batch; an answer may end early, and its batch goes on to the last."""
    longest = max(map(len, prompts))
    padded = [[0] * (longest - len(prompt)) + list(prompt) for prompt in prompts]
    mask = [[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts]
    model.generate(
        input_ids=torch.tensor(padded),
        attention_mask=torch.tensor(mask),
        max_new_tokens=new_tokens,
        do_sample=False,
        pad_token_id=0,
    )


def main(words: Sequence[str]) -> int:
    """Load, answer everything, and print the seconds."""
    path, prompts = Path(words[0]), json.loads(Path(words[1]).read_text(encoding="utf-8"))
    new_tokens, batch, threads = (int(word) for word in words[2:])
    torch, transformers = map(importlib.import_module, ("torch", "transformers"))
    torch.set_num_threads(threads)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        str(path.parent), gguf_file=path.name, dtype=torch.float32
    ).eval()
    began = time.monotonic()
    with torch.inference_mode():
        for start in range(0, len(prompts), batch):
            answered(model, prompts[start : start + batch], new_tokens, torch)
    print(time.monotonic() - began)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
