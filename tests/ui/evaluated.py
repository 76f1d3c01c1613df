"""Two small evaluations to look through; every text is made up here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from medsdesk.core.cancel import CancelToken
from medsdesk.core.generation import GenerateConfig
from medsdesk.core.identity import utc_now
from medsdesk.core.model import ModelFile
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate_tasks import evaluate
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.store import models
from medsdesk.store.workspace import open_workspace

_OPTIONS = "A. Aspirin\nB. Amoxicillin\nC. Warfarin\nD. Insulin"
QUESTIONS = tuple(
    f"Made-up case {n}. A patient of {30 + n} years with a cough of {n % 9 + 1} days and a "
    f"temperature of 38.{n % 10} °C asks for advice. Which drug fits best?\n{_OPTIONS}"
    for n in range(24)
)
TERMS = (
    ("Explain the term dyspnoea.", "Shortness of breath that a person feels, at rest or at work."),
    ("Explain the term oedema.", "Swelling of tissue because fluid has gathered in it."),
    ("解释术语：肺炎。", "肺部组织的炎症，多由感染引起。"),
    ("Объясните термин: гипертония.", "Стойкое повышение артериального давления."),
)
_A: Sequence[dict[str, Any]] = (
    {"when": r"case 3\.", "text": "Because of the fever, the fever has to come down first."},
    {"when": r"case 7\.", "text": "It depends on the history of the patient."},
    {"when": r"case 11\.", "text": "C. Warfarin"},
    {"when": r"case 15\.", "fail_after": 0, "text": "x"},
    {"when": "dyspnoea", "text": "Shortness of breath that is felt at rest or during exercise."},
    {"when": "oedema", "text": "Swelling of the legs. " * 20},
    {"when": "肺炎", "text": "肺部的感染，多由细菌引起。"},
    {"when": "гипертония", "text": "Повышение давления."},
    {"text": "B. Amoxicillin"},
)
_B: Sequence[dict[str, Any]] = (
    {"when": r"case (1|3|5|8|9|12|14|17|20|22)\.", "text": "D. Insulin"},
    {"when": r"case 7\.", "text": "The answer is B."},
    {"when": "dyspnoea", "text": "The feeling of breathing with effort, at rest or at work."},
    {"when": "oedema", "text": "Swelling of tissue because water has gathered."},
    {"when": "肺炎", "text": "肺部组织的炎症，常由病毒引起。"},
    {"when": "гипертония", "text": "Стойкое повышение артериального давления."},
    {"text": "B. Amoxicillin"},
)


def write_files(folder: Path) -> tuple[Path, ...]:
    """Write the task files, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    choices = [{"input": text, "output": "B. Amoxicillin"} for text in QUESTIONS]
    terms = [{"input": text, "output": answer} for text, answer in TERMS]
    paths = []
    for name, category, items in (
        ("task58_made_up.json", "MCQA", choices),
        ("task46_made_up.json", "Explanation", terms),
    ):
        path = folder / name
        document = {"Definition": "Made up.", "Categories": [category], "Instances": items}
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        paths.append(path)
    return tuple(paths)


def store_evaluations(directory: Path, folder: Path) -> tuple[str, str]:
    """Evaluate two scripted models on the files, and return the ids of the runs."""
    files = write_files(folder)
    ids: list[str] = []
    with (
        open_workspace(directory) as ws,
        Engine(backend="medsdesk.engine.fake", grace_seconds=0.5) as engine,
    ):
        for name, replies in (("Model one", _A), ("Model two", _B)):
            path = folder / f"{name}.gguf"
            path.write_text(json.dumps({"replies": list(replies)}), encoding="utf-8")
            model = ModelFile(
                id=name.lower().replace(" ", "-"),
                name=name,
                path=str(path),
                sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
                size_bytes=path.stat().st_size,
                architecture="llama",
                quantisation="Q4_K_M",
                parameters=1,
                context_train=4096,
                is_demo=False,
                added_at=utc_now(),
            )
            models.add_model(ws, model)
            plan = EvaluationPlan(files, model, shots=0, generate=GenerateConfig(max_new_tokens=60))
            if ids:
                plan = replace(plan, generate=GenerateConfig(max_new_tokens=50))
            done = evaluate(ws, engine, plan, lambda _: None, CancelToken())
            ids.append(done.spec.id)
    return ids[0], ids[1]
