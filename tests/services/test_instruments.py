"""The rating form: every scale has anchors, and the fingerprint follows the wording."""

from __future__ import annotations

import hashlib

import pytest

from medsdesk.config.paths import resource
from medsdesk.core.errors import UserFacingError
from medsdesk.services.instruments import load_instrument, workbench_form


def test_the_workbench_form_has_the_axes_of_the_contract() -> None:
    form = workbench_form()
    assert [c.id for c in form.criteria] == [
        "accuracy",
        "completeness",
        "conciseness",
        "clarity",
        "harm_extent",
        "harm_likelihood",
        "comment",
    ]
    for criterion in form.criteria[:4]:
        assert [a.value for a in criterion.anchors] == [1, 2, 3, 4, 5]
    for criterion in form.criteria[:-1]:
        assert all(a.label and a.meaning for a in criterion.anchors)
    assert form.criteria[-1].scale == "text"


def test_the_fingerprint_is_the_files_whatever_its_line_ends() -> None:
    data = (resource("instruments") / "workbench.toml").read_bytes().replace(b"\r\n", b"\n")
    assert workbench_form().sha256 == hashlib.sha256(data).hexdigest()


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(UserFacingError, match="no rating form"):
        load_instrument("nonsense")
