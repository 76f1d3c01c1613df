"""A workspace of its own, a scripted engine, and models that follow a script."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.generation import GenerateConfig
from medsdesk.core.identity import utc_now
from medsdesk.core.model import ModelFile
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate import RunRequest
from medsdesk.store import models
from medsdesk.store.workspace import Workspace, open_workspace
from tests.made_models import gguf_bytes

ScriptedModel = Callable[..., ModelFile]
WriteTaskFile = Callable[..., Path]
MakeRequest = Callable[..., RunRequest]
WriteGguf = Callable[..., Path]


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "workspace") as workspace:
        yield workspace


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(backend="medsdesk.engine.fake", grace_seconds=0.5) as scripted:
        yield scripted


@pytest.fixture
def scripted_model(ws: Workspace, tmp_path: Path) -> ScriptedModel:
    """Return a function that stores a model whose file is a script of replies."""

    def make(*replies: dict[str, Any], name: str = "scripted") -> ModelFile:
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps({"replies": list(replies)}), encoding="utf-8")
        model = ModelFile(
            id=name,
            name=f"The {name} model",
            path=str(path),
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            size_bytes=path.stat().st_size,
            architecture="llama",
            quantisation="F16",
            parameters=1,
            context_train=2048,
            is_demo=False,
            added_at=utc_now(),
        )
        models.add_model(ws, model)
        return model

    return make


@pytest.fixture
def make_request(scripted_model: ScriptedModel) -> MakeRequest:
    """Return a function that makes a request for one text, answered by the replies given."""

    def make(*replies: dict[str, Any], **changes: Any) -> RunRequest:
        fields: dict[str, Any] = {
            "task_id": "task112",
            "text": "Heart size is normal. The lungs are clear. No effusion.",
            "references": ("No acute cardiopulmonary process.",),
            "origin": "pasted",
            "shots": 0,
            "generate": GenerateConfig(max_new_tokens=64),
            "context": 4096,
        }
        fields |= changes
        if "model" not in fields:
            fields["model"] = scripted_model(*replies)
        return RunRequest(**fields)

    return make


@pytest.fixture
def write_task_file(tmp_path: Path) -> WriteTaskFile:
    """Return a function that writes a synthetic task file and returns its path."""

    def write(
        name: str = "task46_first.json",
        inputs: Sequence[str] = (),
        outputs: Sequence[Any] = (),
        count: int = 4,
        **header: Any,
    ) -> Path:
        texts = inputs or [f"Made-up {name} text {n}." for n in range(count)]
        answers = outputs or [f"made-up answer {n}" for n in range(len(texts))]
        document = {
            "Definition": ["Made up: explain the term."],
            "Output_language": ["English"],
            "Categories": ["Explanation"],
            "Positive Examples": [],
            **header,
            "Instances": [
                {"input": text, "output": answer}
                for text, answer in zip(texts, answers, strict=True)
            ],
        }
        path = tmp_path / "files" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        return path

    return write


@pytest.fixture
def tiny_gguf(tmp_path: Path) -> WriteGguf:
    """Return a function that writes a GGUF file with a header and a few made-up weights."""

    def write(name: str = "tiny.gguf", weights: bytes = bytes(4096)) -> Path:
        path = tmp_path / "files" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(gguf_bytes(weights))
        return path

    return write
