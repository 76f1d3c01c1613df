"""Downloads of synthetic files, from a hub on this computer, with little patience."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.hub.download import Download
from medsdesk.hub.events import DownloadEvent
from medsdesk.hub.patience import Patience
from medsdesk.hub.repository import Repository
from tests.hub_server import REPOSITORY

REPO = Repository(REPOSITORY, "dataset", "or carry the files over")
HASTY = Patience(connect=2, silence=0.4, tries=3, first_wait=0.01, longest_wait=1)
LARGE = "Fact_verication/task12_pubmedqa_classification.json"
SMALL = "MCQA/task57_medqa_question_answering_en.jsonl"
MakeDownload = Callable[..., Download]


@pytest.fixture
def events() -> list[DownloadEvent]:
    return []


@pytest.fixture
def make(tmp_path: Path, events: list[DownloadEvent]) -> MakeDownload:
    """Return a function that makes a download of some paths, all where none is named."""

    def download(*paths: str, **changes: Any) -> Download:
        fields: dict[str, Any] = {
            "repository": REPO,
            "folder": tmp_path / "bench",
            "choose": lambda listing: [f for f in listing.files if not paths or f.path in paths],
            "revision": None,
            "on_event": events.append,
            "cancel": CancelToken(),
            "patience": HASTY,
        }
        return Download(**fields | changes)

    return download
