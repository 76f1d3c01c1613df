"""A run: what was asked of which model how, and each answer it gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from medsdesk.core.generation import Completion, GenerateConfig
from medsdesk.core.model import LoadConfig, LoadedModel


@dataclass(frozen=True, slots=True)
class RunSpec:
    """Everything needed to repeat a run; written before its first sample.

    Attributes:
        id: UUID.
        created_at: UTC time.
        task_ids: Tasks in it.
        model_id: The model's short name.
        model_name: Its name for people.
        model_sha256: Of the file.
        model_quantisation: Such as ``Q4_K_M``.
        load: How it was loaded.
        loaded: What it reported.
        generate: Sampling and limits.
        shots: Worked cases asked for.
        template_id: Prompt template.
        template_version: Its version.
        metrics: Signatures of the metrics applied.
        packages: Versions of MedsDesk, Python and the packages that matter.
        machine: Operating system, processor, cores.
    """

    id: str
    created_at: str
    task_ids: tuple[str, ...]
    model_id: str
    model_name: str
    model_sha256: str
    model_quantisation: str
    load: LoadConfig
    loaded: LoadedModel
    generate: GenerateConfig
    shots: int
    template_id: str
    template_version: int
    metrics: tuple[str, ...] = ()
    packages: Mapping[str, str] = field(default_factory=dict)
    machine: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Output:
    """One stored answer.

    Attributes:
        id: UUID.
        run_id: The run.
        sample_id: The sample.
        prompt_sha256: Of the rendered messages.
        completion: The answer with its counts.
        created_at: UTC time.
    """

    id: str
    run_id: str
    sample_id: str
    prompt_sha256: str
    completion: Completion
    created_at: str
