"""Why a model did not load, told from the native library's last log lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import LoadConfig
from medsdesk.engine.footprint import DeviceNeed

_AGAIN = "Copy or download the file again and compare its SHA-256."
_NEWER = "Install a newer MedsDesk, or choose another model file."
_SMALLER = (
    "Choose a smaller context, fewer layers on the graphics card, or a smaller model, and "
    "close other programs."
)

# Searched in this order; the first that is found is the cause.
_CAUSES: Final[Sequence[tuple[str, str, str]]] = (
    (r"invalid magic characters|failed to read magic", "is not a GGUF model file", _AGAIN),
    (
        r"unknown model architecture: '(?P<kind>[^']{1,40})'",
        "holds a model of a kind that this engine does not know",
        _NEWER,
    ),
    (
        r"unsupported version|unknown pre-tokenizer type|invalid ggml type|has invalid type",
        "was made for a newer engine",
        _NEWER,
    ),
    (
        r"not within the file bounds|failed to read (key-value pairs|tensor)|reached end of file",
        "is cut short",
        _AGAIN,
    ),
    (
        (
            r"missing tensor|tensor .* not found|wrong shape|key not found|error loading model "
            r"(vocabulary|hyperparameters)"
        ),
        "is damaged or incomplete",
        _AGAIN,
    ),
    (r"cannot be used with preset 'embedding'|mmproj|clip", "is no language model", _NEWER),
)

_NO_MEMORY: Final = re.compile(
    r"(failed|unable) to allocate|out of memory|bad_alloc|insufficient memory|cudaMalloc failed"
    r"|ErrorOutOf(Device|Host)Memory|memory allocation of size",
    re.IGNORECASE,
)
# Where memory was wanting; the first that is found in the lines, the last line first.
_PLACES: Final[Sequence[tuple[str, str]]] = (
    (r"on device (\d+): cudaMalloc failed", r"CUDA\1"),
    (r"to allocate (Metal|MTL\d*)", r"\1"),
    (r"to allocate ([A-Z][A-Za-z]+\d+)(_\w+)? buffer", r"\1"),
    (r"to allocate CPU\w* buffer|insufficient memory|cpu_buffer|bad_alloc", "CPU"),
    (r"ggml_vulkan|ErrorOutOfDevice", "Vulkan"),
    (r"ggml_metal", "Metal"),
)

# Of a context that is kept as something else than F16.
_KV_CAUSES: Final[Sequence[tuple[str, str]]] = (
    (
        r"quantized V cache (requires|was requested)",
        "This model's context can be kept as F16 only, because flash attention does not suit it",
    ),
    (
        r"cache type \S+ with block size \d+ does not divide",
        "This model's context can be kept as F16 only, because its heads have other widths",
    ),
)

_DRIVERS: Final[Sequence[tuple[str, str, str]]] = (
    (
        r"libvulkan|vulkan-1\.dll|MoltenVK",
        "Vulkan",
        (
            "Install the Vulkan loader and the graphics card's driver, on Debian the packages "
            "libvulkan1 and mesa-vulkan-drivers"
        ),
    ),
    (
        r"libcuda\.|nvcuda|libcudart|cudart64|libcublas|cublas64",
        "CUDA",
        "Install NVIDIA's driver and the CUDA runtime that the engine was built with",
    ),
    (
        r"libamdhip|amdhip64|librocblas|rocblas|libhipblas|hipblas",
        "ROCm",
        "Install AMD's driver and the ROCm runtime that the engine was built with",
    ),
)
_OR_PORTABLE = "or install the portable build of the engine, which needs none (see the README)."


def load_error(name: str, lines: Sequence[str]) -> UserFacingError:
    """Return the error that says why a model did not load.

    Args:
        name: Name of the model file.
        lines: Last lines of the native log, oldest first.
    """
    log = "\n".join(lines)
    for pattern, words, hint in _CAUSES:
        found = re.search(pattern, log, re.IGNORECASE)
        if found:
            kind = found.groupdict().get("kind")
            named = f" ({kind})" if kind else ""
            return UserFacingError(f"The model file {name} {words}{named}.", hint)
    if _NO_MEMORY.search(log):
        return UserFacingError(
            f"The model file {name} needs more memory than there is{_place(lines)}.", _SMALLER
        )
    return UserFacingError(f"The engine could not load the model file {name}.", _AGAIN)


def context_error(context: int, lines: Sequence[str] = ()) -> UserFacingError:
    """Return the error for a loaded model whose context could not be made.

    Args:
        context: Tokens of all slots.
        lines: Last lines of the native log, oldest first.
    """
    for pattern, words in _KV_CAUSES:
        if re.search(pattern, "\n".join(lines)):
            return UserFacingError(f"{words}.", "Keep the context as F16.")
    where = _place(lines) if _NO_MEMORY.search("\n".join(lines)) else ""
    return UserFacingError(
        f"The engine could not make room for a context of {context:,} tokens{where}.", _SMALLER
    )


def memory_error(need: DeviceNeed, config: LoadConfig) -> UserFacingError:
    """Return the error for a model that will not fit on a device, with what it would take."""
    what, hint = f"a context of {config.context:,} tokens", "Choose a smaller context"
    if config.slots > 1:
        what = f"{config.slots} slots with {what} each"
        hint = "Choose fewer slots, a smaller context"
    where, layers = "in main memory", ""
    if need.type == "gpu":
        where, layers = f"on {need.name}", ", fewer layers on the graphics card"
    return UserFacingError(
        f"The model with {what} needs {gib(need.needed)} {where}, but only {gib(need.free)} are "
        "free.",
        f"{hint}{layers} or a smaller model, or close other programs.",
    )


def library_error(fault: Exception) -> UserFacingError:
    """Return the error for an engine whose library does not open, a driver's absence told apart.

    Args:
        fault: What importing it raised; names libraries and files, and no text.
    """
    words = str(fault)
    for pattern, name, hint in _DRIVERS:
        if re.search(pattern, words, re.IGNORECASE):
            return UserFacingError(
                f"The engine was built for {name}, and a library of its driver is missing.",
                f"{hint}, {_OR_PORTABLE}",
            )
    missing = re.search(r"([\w.+-]{1,60}): cannot open shared object file", words)
    named = f" ({missing[1]})" if missing else ""
    return UserFacingError(
        f"The engine's library cannot be opened{named}.",
        "Install llama-cpp-python again as the README says; 'medsdesk doctor' tries it.",
    )


def gib(number: int) -> str:
    """Return a number of bytes for people."""
    return f"{number / (1 << 30):,.1f} GiB"


def _place(lines: Sequence[str]) -> str:
    for line in reversed(lines):
        for pattern, name in _PLACES:
            found = re.search(pattern, line)
            if found:
                device = found.expand(name)
                return " in main memory (CPU)" if device == "CPU" else f" on {device}"
    return ""
