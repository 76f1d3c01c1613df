"""Every fault is two sentences, the way by file among them."""

from __future__ import annotations

import errno
import re

import pytest

from medsdesk.hub.faults import Faults, HubError, NoEntryError, disk_fault

FAULTS = Faults("Owner/Name", "or carry the files over", "hub.example", "proxy.example:8080")
BARE = Faults("Owner/Name", "or carry the files over", "hub.example", account=False)
SIGNED = Faults("Owner/Name", "or carry the files over", "hub.example", account=True)
ERRORS = {
    "no account": BARE.status(401, "GatedRepo", None),
    "not let in": SIGNED.status(403, "GatedRepo", None),
    "bad token": SIGNED.status(401, "", None),
    "filter": SIGNED.status(403, "", None),
    "no name": FAULTS.no_name(),
    "no way": FAULTS.no_way("connection refused"),
    "untrusted": FAULTS.untrusted(),
    "proxy": FAULTS.proxy_refuses(),
    "silent": FAULTS.silent(20),
    "cut": FAULTS.cut(),
    "loop": FAULTS.loop(),
    "insecure": FAULTS.insecure(),
    "unreadable": FAULTS.unreadable(),
    **{str(status): FAULTS.status(status, "", None) for status in (
        400, 401, 403, 404, 407, 408, 410, 429, 451, 500, 502, 503, 504,
    )},
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
def test_each_says_what_is_wrong_and_what_to_do(name: str) -> None:
    error = ERRORS[name]
    for sentence in (error.message, error.hint):
        assert re.fullmatch(r"\S.*[^.]\.", sentence)
        assert "  " not in sentence
    assert error.hint.endswith("or carry the files over.")


@pytest.mark.parametrize(
    ("status", "passing"),
    [(401, False), (403, False), (404, False), (408, True), (429, True), (500, True), (503, True)],
)
def test_which_faults_pass(status: int, passing: bool) -> None:
    assert FAULTS.status(status, "", None).passing is passing


def test_a_wait_that_the_hub_asks_for_is_told() -> None:
    error = FAULTS.status(429, "", 120)
    assert error.wait == 120
    assert "120 seconds" in error.message


def test_a_proxy_is_named_where_there_is_one() -> None:
    assert "through the proxy proxy.example:8080" in ERRORS["no way"].message
    assert "proxy" not in Faults("O/N", "or not", "hub.example").no_way("refused").message


def test_a_gated_and_a_missing_repository() -> None:
    assert "signs in with no account" in FAULTS.status(403, "GatedRepo", None).hint
    missing = FAULTS.status(401, "RepoNotFound", None)
    assert "no repository Owner/Name" in missing.message


def test_the_disk() -> None:
    full = disk_fault(OSError(errno.ENOSPC, "No space left on device"), "FOLDER")
    assert full.message == "The disk of FOLDER is full."
    refused = disk_fault(PermissionError(errno.EACCES, "Permission denied"), "FOLDER")
    assert "Permission denied" in refused.message
    assert "--to" in refused.hint
    assert not isinstance(full, HubError)


def test_a_gate_is_told_by_whether_there_is_an_account() -> None:
    assert isinstance(ERRORS["no account"], NoEntryError)
    assert "models token set" in ERRORS["no account"].hint
    assert "https://hub.example/Owner/Name" in ERRORS["no account"].hint
    for name in ("not let in", "bad token", "filter"):
        assert not isinstance(ERRORS[name], NoEntryError)
    assert "may not fetch Owner/Name" in ERRORS["not let in"].message
    assert "does not accept the token" in ERRORS["bad token"].message
    assert "account" not in ERRORS["filter"].hint
    missing = BARE.status(401, "RepoNotFound", None)
    assert "no repository Owner/Name" in missing.message
