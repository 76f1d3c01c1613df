"""Our own synthetic passages, on which models and tokenizers are measured."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache

from medsdesk.config.paths import resource
from medsdesk.core.identity import text_sha256


@dataclass(frozen=True, slots=True)
class Passages:
    """Synthetic medical texts in six languages.

    Attributes:
        version: Of the texts.
        sha256: Of all of them, to tell figures of other texts apart.
        texts: Without line ends around them.
        languages: Code of each text's language.
    """

    version: int
    sha256: str
    texts: tuple[str, ...]
    languages: tuple[str, ...]


@lru_cache(maxsize=1)
def own_passages() -> Passages:
    """Return the passages that come with the program."""
    data = tomllib.loads(resource("passages/medical.toml").read_text(encoding="utf-8"))
    texts = tuple(entry["text"].strip() for entry in data["passages"])
    languages = tuple(entry["language"] for entry in data["passages"])
    return Passages(data["version"], text_sha256("\n\n".join(texts)), texts, languages)
