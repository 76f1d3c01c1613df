"""The prompt of an item hangs on the manifest and the file alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.run import CASE_SOURCES, CaseSource
from medsdesk.engine.client import Engine
from medsdesk.services.answering import prompt_sha256
from medsdesk.services.evaluate_tasks import evaluate
from medsdesk.services.evaluation_plan import EvaluationPlan, reopen_files
from medsdesk.services.evaluation_prompts import chooser_for, prompt_for
from medsdesk.services.history import answers
from medsdesk.store.workspace import Workspace
from medsdesk.tasks.meds_bench import read_items
from tests.services.conftest import ScriptedModel, WriteTaskFile


@pytest.mark.parametrize("cases", CASE_SOURCES)
def test_it_is_the_prompt_that_was_sent(
    ws: Workspace,
    engine: Engine,
    scripted_model: ScriptedModel,
    write_task_file: WriteTaskFile,
    cases: CaseSource,
) -> None:
    plan = EvaluationPlan((write_task_file(count=8),), scripted_model({"text": "x"}), shots=2)
    plan = replace(plan, cases=cases, limit=4, seed=3)
    spec = evaluate(ws, engine, plan, lambda _: None, CancelToken()).spec
    assert spec.evaluation is not None
    (file,) = reopen_files(spec.evaluation.files, ())
    chooser = chooser_for(spec.evaluation, file)
    sent = {row.sample.input: row.output.prompt_sha256 for row in answers(ws, spec.id)}
    assert len(sent) == 4
    for item in read_items(file.file, lambda _: None):
        if item.input in sent:
            prompt = prompt_for(spec, file, item.input, chooser(item))
            assert prompt.shots == (0 if cases == "file" else 2)  # the file brings none
            assert prompt_sha256(prompt) == sent[item.input]
