"""A workspace of its own, a scripted engine, and models that follow a script."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
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

ScriptedModel = Callable[..., ModelFile]
MakeRequest = Callable[..., RunRequest]


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
            sha256="0" * 64,
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
