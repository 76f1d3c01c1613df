"""Reads tensors in pieces of a few megabytes and turns their numbers into another type."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from medsdesk.checkpoints.tensor_plan import PlannedTensor
from medsdesk.core.errors import UserFacingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

PIECE_BYTES: Final = 8 << 20
"""Most bytes of a checkpoint that are in memory at a time, but for one row or head."""
SIZES: Final = {"f32": 4, "f16": 2, "bf16": 2}
_STORED: Final = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}


def pieces(planned: PlannedTensor, target: str) -> Iterator[NDArray[Any]]:
    """Yield the rows of a tensor in the order and type of the GGUF file.

    Args:
        planned: The tensor.
        target: ``f32``, ``f16`` or ``bf16``; BF16 numbers come as their 16 bits.

    Raises:
        UserFacingError: The file is cut short, or a number is none or too large for the type.
    """
    import numpy as np

    source = planned.source
    width = source.shape[-1]
    rows = math.prod(source.shape[:-1])
    stored = np.dtype(_STORED[source.dtype])
    unit = rows // planned.heads if planned.heads else 1  # heads are never cut
    at_a_time = max(1, PIECE_BYTES // max(1, width * stored.itemsize * unit)) * unit
    with source.path.open("rb") as file:
        file.seek(source.start)
        for first in range(0, rows, at_a_time):
            count = min(at_a_time, rows - first)
            data = file.read(count * width * stored.itemsize)
            if len(data) != count * width * stored.itemsize:
                raise _changed(planned)
            block = np.frombuffer(data, dtype=stored).reshape(count, width)
            if planned.heads:
                block = _neighbours(block, unit)
            yield _converted(block, source.dtype, target, planned)


def _neighbours(block: NDArray[Any], head: int) -> NDArray[Any]:
    """Bring number i of a head's first half beside number i of its second half."""
    halves = block.reshape(-1, 2, head // 2, block.shape[-1])
    return halves.swapaxes(1, 2).reshape(block.shape)


def _converted(
    block: NDArray[Any], dtype: str, target: str, planned: PlannedTensor
) -> NDArray[Any]:
    import numpy as np

    if dtype == "BF16":
        numbers = (block.astype("<u4") << 16).view("<f4")
    else:
        numbers = block.astype("<f4", copy=False)
    if not np.isfinite(numbers).all():
        raise UserFacingError(
            f"The checkpoint's tensor {planned.source.name} holds values that are no numbers.",
            "Download the checkpoint again and compare it with its source.",
        )
    if target == "f32":
        return numbers
    if target == "bf16":
        return block if dtype == "BF16" else _brain(numbers)
    return _halves(numbers, planned)


def _halves(numbers: NDArray[Any], planned: PlannedTensor) -> NDArray[Any]:
    import numpy as np

    if np.abs(numbers).max(initial=0.0) > np.finfo(np.float16).max:
        raise UserFacingError(
            f"The checkpoint's tensor {planned.source.name} holds numbers too large for F16.",
            "Convert with --type bf16 or --type f32.",
        )
    return numbers.astype("<f2")


def _brain(numbers: NDArray[Any]) -> NDArray[Any]:
    """Round to the nearest BF16, ties to even, and return the 16 bits of each."""
    bits = numbers.view("<u4")
    rounded: NDArray[Any] = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
    return rounded.astype("<u2")


def _changed(planned: PlannedTensor) -> UserFacingError:
    return UserFacingError(
        f"The weights file {planned.source.path.name} ended while it was read.",
        "Leave the checkpoint alone while it is converted, and try again.",
    )
