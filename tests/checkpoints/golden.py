"""What transformers' own Llama gives for the small checkpoints, kept so that no test needs PyTorch.

Where PyTorch and transformers are installed: ``python -m tests.checkpoints.golden`` writes
``golden_logits.json`` anew.
"""

from __future__ import annotations

import importlib
import json
import tempfile
from pathlib import Path
from typing import Any

from tests.checkpoints.small import LLAMA31, Small, make

KEPT = Path(__file__).with_name("golden_logits.json")
CASES = {"gqa": Small(), "llama31": LLAMA31}
_FIRST = (1000, 17, 402, 9, 733, 733, 250, 61, 5, 998, 312, 44, 871, 120, 66, 2, 509, 640, 77, 301)
TOKENS = (*_FIRST, *((7 * n * n + 13 * n) % 1000 for n in range(80)))
"""A hundred tokens, so that slow rotary frequencies have turned."""
POSITIONS = (1, 19, 99)


def transformers_logits(case: str) -> list[list[float]]:
    """Return the logits at the positions, by PyTorch in float32."""
    torch: Any = importlib.import_module("torch")  # no dependency of the project
    from transformers import LlamaForCausalLM

    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), CASES[case])
        load: Any = LlamaForCausalLM.from_pretrained
        model = load(folder, dtype=torch.float32, attn_implementation="eager").eval()
        with torch.no_grad():
            found = model(torch.tensor([TOKENS])).logits[0]
    return [[round(float(number), 5) for number in found[row]] for row in POSITIONS]


def kept_logits(case: str) -> list[list[float]]:
    """Return the logits that are kept."""
    found: dict[str, list[list[float]]] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found[case]


if __name__ == "__main__":
    made = {case: transformers_logits(case) for case in CASES}
    KEPT.write_text(json.dumps(made, separators=(",", ":")) + "\n", encoding="utf-8")
