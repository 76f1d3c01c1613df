"""A run's description says everything needed to repeat it."""

from __future__ import annotations

from medsdesk.core.generation import Completion, GenerateConfig
from medsdesk.core.model import LoadConfig, LoadedModel
from medsdesk.core.run import Output, RunSpec


def spec(run_id: str) -> RunSpec:
    """Return a run with only what has no default."""
    loaded = LoadedModel(4096, "llama3", "0" * 64, (), 0, 32, "fake 1", 0.1)
    return RunSpec(
        id=run_id,
        created_at="2026-01-31T14:02:03.004Z",
        task_ids=("task1",),
        model_id="m",
        model_name="M",
        model_sha256="0" * 64,
        model_quantisation="Q4_K_M",
        load=LoadConfig("/m.gguf"),
        loaded=loaded,
        generate=GenerateConfig(),
        shots=3,
        template_id="meds_bench",
        template_version=1,
    )


def test_two_runs_do_not_share_their_tables() -> None:
    first, second = spec("a"), spec("b")
    assert first.packages == first.machine == {}
    assert first.metrics == ()
    assert first.packages is not second.packages
    assert first.machine is not second.machine


def test_an_output_keeps_its_answer() -> None:
    answer = Completion("Fever", "stop", 10, 2, 0.5, 0.1)
    output = Output("o", "r", "s", "0" * 64, answer, "2026-01-31T14:02:03.004Z")
    assert output.completion is answer
    assert output == Output("o", "r", "s", "0" * 64, answer, "2026-01-31T14:02:03.004Z")
