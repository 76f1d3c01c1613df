"""Which libraries a process gets, and what is told of its death."""

from __future__ import annotations

from pathlib import Path

from medsdesk.core.model import LoadConfig
from medsdesk.engine.backend import LLAMA, ONSITE
from medsdesk.engine.child import Child
from medsdesk.engine.libraries import LibraryChoice


class Told:
    """Two builds, and what was told of them."""

    def __init__(self) -> None:
        self.failures: list[tuple[Path, int]] = []

    def folder(self, build: str) -> Path | None:
        return None if build == "installed" else Path("engines") / (build or "chosen")

    def failed(self, folder: Path, exit_code: int) -> None:
        self.failures.append((folder, exit_code))


def test_only_the_backend_of_files_has_a_choice() -> None:
    choice = LibraryChoice(Told())
    assert choice.folder(LLAMA, "") == str(Path("engines") / "chosen")
    assert choice.folder(LLAMA, "fast") == str(Path("engines") / "fast")
    assert choice.folder(LLAMA, "installed") == choice.folder(ONSITE, "") == ""
    assert LibraryChoice(None).folder(LLAMA, "fast") == ""


def test_a_process_suits_and_its_death_is_told() -> None:
    told = Told()
    choice = LibraryChoice(told)
    child = Child("medsdesk.engine.fake", str(Path("engines") / "fast"))
    try:
        assert not choice.suit(child, LLAMA, LoadConfig("x", build="fast"))
        choice.tell_death(child)
        choice.tell_death(None)
        assert told.failures == []
        child._process.kill()
        child._ended.wait(20)
        choice.tell_death(child)
        LibraryChoice(None).tell_death(child)
        assert [folder.name for folder, _ in told.failures] == ["fast"]
    finally:
        child.kill("closed")


def test_a_process_that_was_ended_on_purpose_is_no_death() -> None:
    told = Told()
    child = Child("medsdesk.engine.fake", "x")
    child.kill("closed")
    LibraryChoice(told).tell_death(child)
    assert told.failures == []
