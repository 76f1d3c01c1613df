"""The site policy is read strictly: what is not plainly allowed stays off."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.config import policy
from medsdesk.config.policy import Policy, load_policy, policy_file, read_policy
from medsdesk.core.errors import UserFacingError
from medsdesk.core.server import read_address
from tests.onsite_server import write_policy

GOOD = 'schema_version = 1\nonsite_servers = ["https://llm.example:8000/v1"]\nnetwork = "onsite"\n'


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the system's policy is looked for in this test."""
    path = tmp_path / "system" / "policy.toml"
    monkeypatch.setattr(policy, "system_policy_file", lambda: path)
    monkeypatch.delenv(policy.VARIABLE, raising=False)
    return path


def test_without_a_file_no_server_is_named(system: Path) -> None:
    assert load_policy() == Policy()
    assert not Policy().names(read_address("http://127.0.0.1:8000/v1"))


def test_what_is_written_counts(system: Path) -> None:
    system.parent.mkdir()
    system.write_text(GOOD, encoding="utf-8")
    found = load_policy()
    assert found == Policy(1, ("https://llm.example:8000/v1",), "onsite", system)


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("https://llm.example:8000/v1", True),
        ("https://LLM.example:8000/other#model", True),
        ("http://llm.example:8000/v1", False),
        ("https://llm.example/v1", False),
        ("https://llm.example.org:8000/v1", False),
        ("https://a.llm.example:8000/v1", False),
    ],
)
def test_scheme_host_and_port_count(address: str, *, named: bool) -> None:
    site = Policy(onsite_servers=("https://llm.example:8000/v1",))
    assert site.names(read_address(address)) is named


def test_the_variable_counts_only_without_a_system_file(
    system: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = write_policy(tmp_path / "own.toml", "http://127.0.0.1:1/v1")
    monkeypatch.setenv(policy.VARIABLE, str(own))
    assert policy_file() == own
    system.parent.mkdir()
    write_policy(system)
    assert policy_file() == system
    assert load_policy().onsite_servers == ()


def test_a_system_file_that_may_not_be_looked_at_is_one(
    system: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(_: Path) -> None:
        raise PermissionError

    monkeypatch.setenv(policy.VARIABLE, str(tmp_path / "own.toml"))
    monkeypatch.setattr(Path, "lstat", forbidden)
    assert policy_file() == system


def test_a_link_to_nowhere_is_a_file_that_cannot_be_read(system: Path) -> None:
    system.parent.mkdir()
    system.symlink_to(system.parent / "gone.toml")
    with pytest.raises(UserFacingError, match="cannot be read") as caught:
        load_policy()
    assert "stays off" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("onsite_servers = []", "key schema_version has a value"),
        ("schema_version = true", "key schema_version has a value"),
        ("schema_version = 0", "key schema_version has a value"),
        ("schema_version = 2", "newer MedsDesk"),
        ("schema_version = 1\nserver = 'http://x/v1'", "line 2, the key server is not known"),
        ("schema_version = 1\nonsite_servers = 'http://x/v1'", "line 2, the key onsite_servers"),
        ("schema_version = 1\nonsite_servers = [1]", "the key onsite_servers has"),
        ("schema_version = 1\nonsite_servers = ['x']", "the key onsite_servers has"),
        ("schema_version = 1\nonsite_servers = ['http://x/v1#m']", "the key onsite_servers has"),
        ("schema_version = 1\n\nnetwork = 'Never'", "line 3, the key network has"),
        ("schema_version = 1\nnetwork = ['never']", "line 2, the key network has"),
        ("schema_version = 1\npath = '/x'", "the key path is not known"),
        ("schema_version = 1\nnetwork = ", "broken in line 2"),
    ],
)
def test_a_wrong_file_is_told_and_nothing_of_it_counts(
    text: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserFacingError, match=words) as caught:
        read_policy(path)
    assert "stays off" in caught.value.hint
