"""Names of tasks, categories and folders mean files of the hub; the network is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.config.settings import Settings, save_settings
from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError
from medsdesk.hub.events import DownloadEvent
from medsdesk.hub.repository import Digest, HubFile, Listing
from medsdesk.services.download_tasks import (
    MEDS_BENCH,
    DownloadRequest,
    ask_first,
    choose_files,
    download_tasks,
    standard_folder,
)
from medsdesk.services.evaluation_plan import EvaluationPlan, plan_files
from tests.hub_server import FIRST, HubServer, bench_files, task_bytes
from tests.services.conftest import ScriptedModel

PATHS = (*bench_files(), "MCQA/task129_headqa_question_answering.jsonl", "MCQA/notes.json")
LISTING = Listing(
    MEDS_BENCH, FIRST, tuple(HubFile(path, 1, Digest("git-sha1", "0" * 40)) for path in PATHS)
)


def _fetch(folder: Path, *names: str) -> tuple[str, ...]:
    events: list[DownloadEvent] = []
    done = download_tasks(DownloadRequest(folder, names), events.append, CancelToken())
    return tuple(file.path.split("/")[-1].split("_")[0] for file in done.files)


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        ((), ("12", "46", "57", "126", "129")),
        (("task57",), ("57",)),
        (("57", "TASK46"), ("46", "57")),
        (("medqa_question_answering_en",), ("57",)),
        (("MCQA",), ("57", "129")),
        (("mcqa", "task57"), ("57", "129")),
        (("Fact_verication",), ("12",)),
        (("Fact Verification",), ("12",)),
        (("fact_verification",), ("12",)),
        (("fact-verification", "Named Entity Recognition"), ("12", "126")),
        (("task57_medqa_question_answering_en.jsonl",), ("57",)),
        (("MCQA/task57_medqa_question_answering_en.jsonl",), ("57",)),
    ],
)
def test_what_names_mean(names: tuple[str, ...], ids: tuple[str, ...]) -> None:
    chosen = choose_files(LISTING, names)
    assert tuple(f.name.split("_")[0].removeprefix("task") for f in chosen) == ids


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("task5700", "task57"),
        ("zzz", "MCQA"),
        ("", "MCQA"),
        ("..", "MCQA"),
        ("README.md", "MCQA"),
        ("notes", "MCQA"),
    ],
)
def test_a_name_that_means_nothing_is_refused(name: str, hint: str) -> None:
    with pytest.raises(UserFacingError, match="no task file for") as caught:
        choose_files(LISTING, ("task57", name))
    assert hint in caught.value.hint


def test_a_repository_without_task_files_is_told() -> None:
    with pytest.raises(UserFacingError, match="has no task file"):
        choose_files(Listing(MEDS_BENCH, FIRST, ()), ())


def test_task_files_come_and_nothing_else(hub_server: HubServer, tmp_path: Path) -> None:
    assert _fetch(tmp_path, "ner", "12") == ("task12", "task126")
    assert _fetch(tmp_path) == ("task12", "task46", "task57", "task126")
    assert not (tmp_path / "README.md").exists()


def test_a_forbidden_network_is_not_touched(
    hub_server: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_settings(Settings(network="never"))
    with pytest.raises(UserFacingError, match="forbid") as caught:
        _fetch(tmp_path)
    assert "medsdesk eval FOLDER" in caught.value.hint
    save_settings(Settings())
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(UserFacingError, match="HF_HUB_OFFLINE"):
        _fetch(tmp_path)
    assert hub_server.seen == []


def test_the_folder_in_the_workspace(tmp_path: Path) -> None:
    assert standard_folder(tmp_path) == tmp_path / "meds_bench"


def test_a_manifest_names_where_its_files_came_from(
    hub_server: HubServer, tmp_path: Path, scripted_model: ScriptedModel
) -> None:
    _fetch(tmp_path / "bench", "task57", "task46")
    own = tmp_path / "bench" / "task126_own.json"
    own.write_bytes(task_bytes("task126", 2))
    plan = EvaluationPlan((tmp_path / "bench",), scripted_model({"text": "made up"}))
    records = [draft.planned.record for draft in plan_files(plan, CancelToken())]
    origins = {record.name: record.origin for record in records}
    name = "task57_medqa_question_answering_en.jsonl"
    assert origins[name] == f"{MEDS_BENCH.id}@{FIRST}:MCQA/{name}"
    assert origins["task126_own.json"] == ""


def test_what_is_asked_first_contacts_nobody(tmp_path: Path, hub_server: HubServer) -> None:
    asked = ask_first(tmp_path)
    assert asked.repository == MEDS_BENCH.id
    assert asked.server in hub_server.url
    assert asked.folder == standard_folder(tmp_path)
    assert dict(asked.categories)["Named Entity Recognition"] == 4
    assert "Treatment Planning" not in dict(asked.categories)  # its texts need an application
    assert hub_server.seen == []


def test_nothing_is_asked_where_the_network_is_forbidden(
    tmp_path: Path, hub_server: HubServer
) -> None:
    save_settings(Settings(network="never"))
    with pytest.raises(UserFacingError, match="forbid"):
        ask_first(tmp_path)
