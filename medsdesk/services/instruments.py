"""Read rating forms from the resources, with the fingerprint that is stored beside each rating."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache

import msgspec

from medsdesk.config.paths import resource
from medsdesk.core.errors import UserFacingError
from medsdesk.core.rating import Instrument


@cache
def load_instrument(name: str) -> Instrument:
    """Return the form kept in ``resources/instruments/<name>.toml``.

    Raises:
        UserFacingError: When there is no form of that name.
    """
    path = resource("instruments") / f"{name}.toml"
    if not path.is_file():
        raise UserFacingError(
            f"There is no rating form named '{name}'.", "Choose one that this installation has."
        )
    # Line ends are folded so that a checkout with CRLF has the same fingerprint.
    data = path.read_bytes().replace(b"\r\n", b"\n")
    fields = tomllib.loads(data.decode("utf-8"))
    return msgspec.convert(
        {**fields, "sha256": hashlib.sha256(data).hexdigest()}, Instrument, strict=True
    )


def workbench_form() -> Instrument:
    """Return the form shown under every Workbench answer."""
    return load_instrument("workbench")
