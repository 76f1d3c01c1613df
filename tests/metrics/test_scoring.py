"""The room's way in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from medsdesk.core.task import MetricFamily, Task
from medsdesk.metrics import scoring

TaskMaker = Callable[..., Task]


def test_scores_carry_the_signatures_promised(make_task: TaskMaker) -> None:
    task = make_task(MetricFamily.TEXT)
    both = scoring.score(task, "咳嗽三天", ["咳嗽三天"], "zh-CN")
    assert tuple(score.signature for score in both) == scoring.signatures(task, "ZH_Hans")
    found = [score for score in both if score.protocol == "strict"]
    assert [score.name for score in found] == [
        "strict.bleu4",
        "strict.chrf",
        "strict.rouge1_f",
        "strict.rouge2_f",
        "strict.rouge_l_f",
    ]
    assert [score.value for score in found] == pytest.approx([100.0] * 5)


def test_both_protocols_stand_side_by_side_and_can_be_chosen(make_task: TaskMaker) -> None:
    task = make_task(MetricFamily.CHOICE, task_id="task58", lang="zh")
    found = scoring.score(task, "正确答案是 B", ["正确答案是 B"], "zh")
    # The same perfect answer: the authors' rule looks for a Latin first letter.
    assert {score.name: score.value for score in found} == {
        "strict.accuracy": 100.0,
        "medsbench.accuracy": 0.0,
    }
    assert tuple(score.signature for score in found) == scoring.signatures(task, "zh")
    (one,) = scoring.score(task, "B", ["B"], "zh", protocols=("medsbench",))
    assert (one.name, one.value) == ("medsbench.accuracy", 100.0)


def test_options_come_from_the_source_text(make_task: TaskMaker) -> None:
    source = "Question: q\nOptions: A: rest\tB: surgery\t"
    found, _ = scoring.score(make_task(MetricFamily.CHOICE), "surgery", ["B"], "en", source)
    assert (found.value, found.answer) == (100.0, "B")


def test_items_are_summed_up_and_explained(make_task: TaskMaker) -> None:
    task = make_task(MetricFamily.ENTITIES)
    scores = [
        *scoring.score(task, "a, b", ["a."], "en"),
        *scoring.score(task, "c", ["c, d."], "en"),
        *scoring.score(task, "", ["e."], "en"),
    ]
    summed = [score for score in scoring.summarise(scores) if score.protocol == "strict"]
    # tp = 2, fp = 1, fn = 1 over the two readable items: P = R = F1 = 2/3, partial ones too
    assert [score.value for score in summed] == pytest.approx([200 / 3] * 6)
    assert all(scoring.explain(score.name) for score in summed)
    assert {score.details["unscored"] for score in summed} == {1}


def test_importing_the_room_loads_nothing_heavy() -> None:
    code = (
        "import sys; import medsdesk.metrics.scoring;"
        "sys.exit(any(name in sys.modules for name in"
        " ('sacrebleu', 'rouge_score', 'nltk', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_text_metrics_warn_about_nothing_and_fetch_nothing(make_task: TaskMaker) -> None:
    # A fresh interpreter, so that import-time warnings show; sockets are closed off.
    code = (
        "import socket\n"
        "def refuse(*args, **kwargs): raise OSError('no network in this test')\n"
        "socket.socket.connect = refuse\n"
        "socket.getaddrinfo = refuse\n"
        "from medsdesk.metrics.overlap import bleu4, chrf, rouge, signature\n"
        "assert min(bleu4('a b', ['a b'], x) for x in ('en', 'zh', 'ja', 'ru')) > 99\n"
        "assert chrf('a', ['a']) > 99 and rouge('a', ['a'])['rouge_l_f'] > 99\n"
        "signature('rouge1_f', 'en')\n"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], check=False, capture_output=True, text=True
    )
    assert (run.returncode, run.stderr) == (0, "")
