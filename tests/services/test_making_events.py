"""A wish to stop is an exception where somebody looks."""

from __future__ import annotations

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError
from medsdesk.services.making_events import Progress, quiet, stop_if_told


def test_stopping() -> None:
    cancel = CancelToken()
    stop_if_told(None)
    stop_if_told(cancel)
    quiet(Progress("writing", 1, 2))
    cancel.cancel()
    with pytest.raises(CancelledError):
        stop_if_told(cancel)
