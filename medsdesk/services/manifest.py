"""Collect what a run's record must hold so that the run can be repeated."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Iterable

from medsdesk.core.generation import GenerateConfig
from medsdesk.core.identity import new_id, utc_now
from medsdesk.core.model import LoadConfig, LoadedModel, ModelFile
from medsdesk.core.run import RunSpec
from medsdesk.core.task import Task
from medsdesk.metrics import scoring
from medsdesk.tasks.prompts import TEMPLATES

_PACKAGES = ("medsdesk", "llama-cpp-python", "sacrebleu", "rouge-score", "sqlite-utils")


def new_run(
    model: ModelFile,
    load: LoadConfig,
    loaded: LoadedModel,
    generate: GenerateConfig,
    tasks: Iterable[Task],
    template: str,
) -> RunSpec:
    """Return the manifest of a new run; shots are for the caller to fill in."""
    asked = tuple({task.id: task for task in tasks}.values())
    made = (s for task in asked for s in scoring.signatures(task, task.output_languages[0]))
    return RunSpec(
        id=new_id(),
        created_at=utc_now(),
        task_ids=tuple(task.id for task in asked),
        model_id=model.id,
        model_name=model.name,
        model_sha256=model.sha256,
        model_quantisation=model.quantisation,
        load=load,
        loaded=loaded,
        generate=generate,
        shots=0,
        template_id=template,
        template_version=TEMPLATES[template],
        metrics=tuple(dict.fromkeys(made)),
        packages=package_versions(),
        machine=machine(),
    )


def package_versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that can change an answer or a score."""
    versions = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return versions


def machine() -> dict[str, str]:
    """Return operating system, processor family and core count; nothing that names the machine."""
    return {
        "system": platform.system(),
        "release": platform.release(),
        "processor": platform.machine(),
        "cores": str(os.cpu_count() or 0),
    }
