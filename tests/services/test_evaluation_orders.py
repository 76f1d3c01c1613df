"""What was chosen becomes plans, one for each model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.config.settings import Settings
from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate_tasks import evaluate
from medsdesk.services.evaluation_orders import (
    Choices,
    is_begun,
    orders,
    plan_of,
    standard_choices,
)
from medsdesk.store.workspace import Workspace
from tests.services.conftest import ScriptedModel, WriteTaskFile


def test_one_order_for_each_model() -> None:
    made = orders([Path("a.json")], Choices(models=("one", "two"), seed=4))
    assert [(o.files, o.choices.models, o.choices.seed) for o in made] == [
        (("a.json",), ("one",), 4),
        (("a.json",), ("two",), 4),
    ]


def test_the_standard_is_that_of_the_settings() -> None:
    settings = Settings(model_id="m", shots=2, max_new_tokens=77, context=8192, template="own")
    made = standard_choices(settings)
    assert made.template == "medsdesk"
    assert (made.models, made.shots, made.max_new_tokens, made.context) == (("m",), 2, 77, 8192)
    standard = standard_choices(Settings())
    assert (standard.models, standard.template) == ((), "meds_bench")


def test_a_plan_has_every_choice(ws: Workspace, scripted_model: ScriptedModel) -> None:
    model = scripted_model({"text": "x"})
    choices = Choices(
        (model.id,), shots=2, cases="leak", limit=5, seed=9, max_new_tokens=50, context=512,
        overflow="cut_left", template="medsdesk", skip_faulty=True, slots=4, likelihoods=True,
    )  # fmt: skip
    [order] = orders([Path("a.json")], choices)
    plan = plan_of(ws, order, Settings(threads=3, gpu_layers=0))
    assert (plan.files, plan.model, plan.shots, plan.cases) == ((Path("a.json"),), model, 2, "leak")
    assert (plan.limit, plan.seed, plan.context, plan.threads, plan.gpu_layers) == (5, 9, 512, 3, 0)
    assert (plan.template, plan.skip_faulty) == ("medsdesk", True)
    assert (plan.slots, plan.load_config.choices) == (4, True)
    config = plan.generate
    assert (config.max_new_tokens, config.seed, config.overflow) == (50, 9, "cut_left")
    gone = replace(order, choices=replace(choices, models=("gone",)))
    with pytest.raises(UserFacingError, match="no model 'gone'"):
        plan_of(ws, gone, Settings())


def test_an_order_is_known_from_its_run(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, write_task_file: WriteTaskFile
) -> None:
    model = scripted_model({"text": "x"})
    [order] = orders([write_task_file()], Choices((model.id,), shots=0, limit=1))
    plan = plan_of(ws, order, Settings())
    spec = evaluate(ws, engine, plan, lambda _: None, CancelToken()).spec
    assert is_begun(order, spec)
    assert not is_begun(replace(order, ordered_at="2999-01-01T00:00:00.000Z"), spec)
    assert not is_begun(replace(order, files=("other.json",)), spec)
    assert not is_begun(replace(order, choices=replace(order.choices, seed=1)), spec)
