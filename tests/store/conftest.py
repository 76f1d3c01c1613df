"""A workspace in a real file, and nouns made up for it; every text here is synthetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.generation import Completion, GenerateConfig
from medsdesk.core.identity import new_id, text_sha256, utc_now
from medsdesk.core.model import LoadConfig, LoadedModel, ModelFile
from medsdesk.core.rating import Rating
from medsdesk.core.run import EvaluationRecord, FileRecord, Output, RunSpec
from medsdesk.core.score import Score
from medsdesk.core.task import Sample
from medsdesk.store.evaluations import add_evaluation, mark_done
from medsdesk.store.outputs import add_output
from medsdesk.store.runs import add_run
from medsdesk.store.samples import add_sample
from medsdesk.store.workspace import Workspace, open_workspace


class Maker:
    """Makes nouns with plausible fields; keyword arguments replace some of them."""

    def model(self, **fields: Any) -> ModelFile:
        made = ModelFile(
            id="small-q4",
            name="Small",
            path="/models/small.gguf",
            sha256="a" * 64,
            size_bytes=5_000_000_000,
            architecture="llama",
            quantisation="Q4_K_M",
            parameters=8_030_000_000,
            context_train=8192,
            is_demo=False,
            added_at=utc_now(),
        )
        return replace(made, **fields)

    def run(self, **fields: Any) -> RunSpec:
        made = RunSpec(
            id=new_id(),
            created_at=utc_now(),
            task_ids=("task112",),
            model_id="small-q4",
            model_name="Small",
            model_sha256="a" * 64,
            model_quantisation="Q4_K_M",
            load=LoadConfig(path="/models/small.gguf"),
            loaded=LoadedModel(
                context=4096,
                chat_template="llama3",
                chat_template_sha256="b" * 64,
                devices=("CPU",),
                offloaded_layers=0,
                total_layers=32,
                engine="llama.cpp 0.3.36",
                seconds=1.25,
            ),
            generate=GenerateConfig(seed=7),
            shots=3,
            template_id="meds_bench",
            template_version=1,
            metrics=("accuracy|v1",),
            packages={"medsdesk": "0.1.0"},
            machine={"system": "Linux"},
        )
        return replace(made, **fields)

    def sample(self, text: str = "Made-up note: cough for 3 days.", **fields: Any) -> Sample:
        made = Sample(
            id=new_id(),
            task_id="task112",
            category="Text Summarization",
            input=text,
            targets=("Cough.",),
            language="en",
            origin="pasted",
            input_sha256=text_sha256("made up"),
        )
        return replace(made, **fields)

    def output(self, run: RunSpec, sample: Sample, text: str = "Cough.", **fields: Any) -> Output:
        completion = Completion(
            text=text,
            finish_reason="stop",
            prompt_tokens=40,
            tokens=3,
            seconds=0.5,
            prompt_seconds=0.125,
        )
        made = Output(
            id=new_id(),
            run_id=run.id,
            sample_id=sample.id,
            prompt_sha256="c" * 64,
            completion=completion,
            created_at=utc_now(),
        )
        return replace(made, **fields)

    def rating(self, output_id: str, **fields: Any) -> Rating:
        made = Rating(
            id=new_id(),
            output_id=output_id,
            rater="Dr Ada",
            instrument="workbench",
            instrument_version=1,
            instrument_sha256="d" * 64,
            criterion="accuracy",
            scale="ordinal",
            value=4,
            comment="",
            status="rated",
            seconds=12.5,
            rated_at=utc_now(),
        )
        return replace(made, **fields)

    def score(self, metric: str = "accuracy", value: float | None = 100.0, **fields: Any) -> Score:
        made = Score(
            protocol="strict",
            metric=metric,
            value=value,
            signature=f"{metric}|v1",
            reason="no reference given" if value is None else None,
        )
        return replace(made, **fields)

    def stored_output(self, ws: Workspace, text: str = "Cough.") -> Output:
        """Store a run, a sample and an answer, and return the answer."""
        run, sample = self.run(), self.sample()
        output = self.output(run, sample, text)
        with ws.transaction():
            add_run(ws, run)
            add_sample(ws, sample)
            add_output(ws, output)
        return output

    def file(self, **fields: Any) -> FileRecord:
        made = FileRecord(
            name="task112_first.json",
            path="/files/task112_first.json",
            sha256="e" * 64,
            task_id="task112",
            items=100,
            skipped=1,
            faults=2,
            chosen=3,
            shots=3,
            case_items=(5, 6, 7),
            definition="file",
            definition_sha256="f" * 64,
            metric="text",
        )
        return replace(made, **fields)

    def evaluation(self, *chosen: int) -> RunSpec:
        """Make a run over files with so many items each: task112, task113, ..."""
        files = (
            self.file(name=f"task{112 + n}_first.json", task_id=f"task{112 + n}", chosen=count)
            for n, count in enumerate(chosen)
        )
        return self.run(evaluation=EvaluationRecord("pool", 7, 3, tuple(files), ("A note.",)))

    def stored_evaluation(
        self, ws: Workspace, done: int, pending: int
    ) -> tuple[RunSpec, list[Output]]:
        """Store an evaluation of one file, its first items with answers, the rest to come."""
        run = self.evaluation(done + pending)
        add_evaluation(ws, run, ((0, index) for index in range(done + pending)))
        outputs = []
        for position in range(done):
            sample = self.sample(f"Made-up note {position}.")
            output = self.output(run, sample, f"Answer {position}.")
            with ws.transaction():
                add_sample(ws, sample)
                add_output(ws, output)
                mark_done(ws, run.id, position, output.id)
            outputs.append(output)
        return run, outputs


@pytest.fixture(scope="session")
def make() -> Maker:
    return Maker()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


@pytest.fixture
def ws(folder: Path) -> Iterator[Workspace]:
    with open_workspace(folder) as workspace:
        yield workspace
