"""The catalogue as a workspace sees it."""

from __future__ import annotations

from dataclasses import replace

from medsdesk.hub.catalogue import catalogue
from medsdesk.services.list_catalogue import list_catalogue
from medsdesk.services.model_files import add_model
from medsdesk.store import models
from medsdesk.store.licences import accept_licence
from medsdesk.store.workspace import Workspace
from tests.services.conftest import WriteGguf


def test_every_model_has_sizes_and_is_not_here_at_first(ws: Workspace) -> None:
    entries = list_catalogue(ws)
    assert [entry.model for entry in entries] == list(catalogue())
    for entry in entries:
        assert entry.sizes["Q4_K_M"] < entry.sizes["Q8_0"] < entry.sizes["F16"]
        assert (entry.accepted_at, entry.here) == ("", ())
        assert bool(entry.checkpoint_bytes) is (entry.model.format != "gguf")


def test_what_was_accepted_and_downloaded_is_told(ws: Workspace, tiny_gguf: WriteGguf) -> None:
    first = catalogue()[0]
    date = accept_licence(ws, first.licence)
    model = replace(add_model(ws, tiny_gguf()), origin=f"{first.repository}@{'a' * 40}:x.gguf")
    models.add_model(ws, model)
    entries = list_catalogue(ws)
    same = [entry for entry in entries if entry.model.licence == first.licence]
    assert len(same) > 1
    assert {entry.accepted_at for entry in same} == {date}
    assert [entry.model.id for entry in entries if entry.here] == [first.id]
    assert entries[0].here == (model.id,)
