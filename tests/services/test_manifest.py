"""What a run's record says of packages and machine."""

from __future__ import annotations

import importlib.metadata
import platform
import socket

import pytest

from medsdesk.services.manifest import machine, package_versions


def test_versions_of_everything_that_can_change_a_number() -> None:
    versions = package_versions()
    assert versions["python"] == platform.python_version()
    assert versions["sacrebleu"] == importlib.metadata.version("sacrebleu")


def test_a_package_that_is_not_there_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", absent)
    assert package_versions()["rouge-score"] == "not installed"


def test_the_machine_is_described_but_not_named() -> None:
    facts = machine()
    assert int(facts["cores"]) >= 1
    assert socket.gethostname() not in facts.values()
