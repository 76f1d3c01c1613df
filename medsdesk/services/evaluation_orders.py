"""What the user chose to evaluate, as it is shown, remembered, and made into plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.config.settings import Settings
from medsdesk.core.generation import GenerateConfig, Overflow
from medsdesk.core.identity import utc_now
from medsdesk.core.run import CaseSource, RunSpec
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.services.model_files import choose_model
from medsdesk.tasks.prompts import TEMPLATE_NAMES

if TYPE_CHECKING:
    from medsdesk.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Choices:
    """How to evaluate.

    Attributes:
        models: Ids of the models, in the order in which they are evaluated.
        shots: Worked cases; None for each task's own number.
        cases: Where worked cases come from.
        limit: Most items per file; None for all.
        seed: Of the draw of items and cases.
        max_new_tokens: Longest answer in tokens.
        context: Prompt and answer together, in tokens.
        overflow: What to do with a prompt that does not fit.
        template: Prompt template.
        skip_faulty: Whether items that cannot be read are left out; else their files are refused.
        slots: Items answered at the same time; ``AUTO_SLOTS`` for as many as suit the machine.
        likelihoods: Whether closed sets are also scored by which answer is held likeliest.
    """

    models: tuple[str, ...] = ()
    shots: int | None = None
    cases: CaseSource = "pool"
    limit: int | None = None
    seed: int = 0
    max_new_tokens: int = 200
    context: int = 4096
    overflow: Overflow = "refuse"
    template: str = "meds_bench"
    skip_faulty: bool = False
    slots: int = 1
    likelihoods: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One evaluation that is to be done: files, one model, and how.

    Attributes:
        files: Paths of the task files.
        choices: With one model.
        ordered_at: UTC time.
    """

    files: tuple[str, ...]
    choices: Choices
    ordered_at: str


def standard_choices(settings: Settings) -> Choices:
    """Return what is offered as long as nothing else was chosen."""
    return Choices(
        models=(settings.model_id,) if settings.model_id else (),
        shots=settings.shots,
        max_new_tokens=settings.max_new_tokens,
        context=settings.context,
        template=TEMPLATE_NAMES[settings.template],
    )


def orders(files: Sequence[Path], choices: Choices) -> tuple[Order, ...]:
    """Return one order for each model chosen."""
    paths, now = tuple(str(path) for path in files), utc_now()
    return tuple(Order(paths, replace(choices, models=(model,)), now) for model in choices.models)


def plan_of(ws: Workspace, order: Order, settings: Settings) -> EvaluationPlan:
    """Return the plan of an order; what loads the model is in the settings.

    Raises:
        UserFacingError: Its model is not in the workspace any more.
    """
    choices = order.choices
    return EvaluationPlan(
        files=tuple(Path(path) for path in order.files),
        model=choose_model(ws, choices.models[0]),
        shots=choices.shots,
        limit=choices.limit,
        seed=choices.seed,
        cases=choices.cases,
        generate=GenerateConfig(
            max_new_tokens=choices.max_new_tokens, seed=choices.seed, overflow=choices.overflow
        ),
        context=choices.context,
        gpu_layers=settings.gpu_layers,
        threads=settings.threads,
        template=choices.template,
        skip_faulty=choices.skip_faulty,
        slots=choices.slots,
        choices=choices.likelihoods,
        kv_cache=settings.kv_cache,
        flash_attention=settings.flash_attention,
    )


def is_begun(order: Order, spec: RunSpec) -> bool:
    """Return whether a run is the one that an order asked for."""
    record, choices = spec.evaluation, order.choices
    return (
        record is not None
        and spec.created_at >= order.ordered_at
        and ((spec.model_id,), spec.template_id) == (choices.models, choices.template)
        and (record.cases, record.seed, record.limit)
        == (choices.cases, choices.seed, choices.limit)
        and {Path(file.path).name for file in record.files}
        == {Path(path).name for path in order.files}
    )
