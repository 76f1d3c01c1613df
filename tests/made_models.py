"""Made-up model files: the smallest that are whole."""

from __future__ import annotations

import struct


def gguf_bytes(weights: bytes = bytes(4096)) -> bytes:
    """Return a GGUF file of architecture ``llama`` with one tensor of these weights in F16."""
    keys = (_text("general.architecture", "llama"), _text("general.name", "Tiny"))
    elements = len(weights) // 2
    tensor = _string("tokens.weight") + struct.pack("<IQIQ", 1, elements, 1, 0)
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(keys)) + b"".join(keys) + tensor
    return head + bytes(-len(head) % 32) + weights


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _text(key: str, value: str) -> bytes:
    return _string(key) + struct.pack("<I", 8) + _string(value)
