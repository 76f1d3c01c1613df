"""Certificates are the system's and those that the environment names, and always checked."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from medsdesk.config.certificates import certificates
from medsdesk.core.errors import UserFacingError

CA = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CA:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", CA)
def test_certificates_that_cannot_be_read_are_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, str(tmp_path / "gone.pem"))
    with pytest.raises(UserFacingError, match=name):
        certificates()
    broken = tmp_path / "broken.pem"
    broken.write_text("made up", encoding="utf-8")
    monkeypatch.setenv(name, str(broken))
    with pytest.raises(UserFacingError, match=name):
        certificates()


def test_certificates_are_always_checked() -> None:
    context = certificates()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
