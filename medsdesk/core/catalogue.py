"""The catalogue of models that can be had from the hub, as nouns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

RepositoryFormat = Literal["safetensors", "gguf", "pickle"]
PromptForm = Literal["llama3", "gguf", "plain"]
Access = Literal["open", "account", "unknown"]
Role = Literal["study", "base", "comparison"]


@dataclass(frozen=True, slots=True)
class Licence:
    """The terms that a model is given under.

    Attributes:
        id: Short name; what an acceptance is remembered by.
        name: Name for people.
        url: Where its whole text is.
        acceptance: Whether somebody has to accept it before a download.
        summary: What it asks of a user, in a few sentences of ours; no replacement of the text.
    """

    id: str
    name: str
    url: str
    acceptance: bool
    summary: str = ""


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The measures of a decoder from which the shapes of its tensors follow.

    Attributes:
        layers: Blocks.
        width: Of the hidden state.
        feed_forward: Width inside a feed-forward part, which has three matrices.
        heads: Of attention.
        kv_heads: Heads of keys and values.
        vocabulary: Tokens.
        attention_bias: Whether queries, keys and values have a bias.
    """

    layers: int
    width: int
    feed_forward: int
    heads: int
    kv_heads: int
    vocabulary: int
    attention_bias: bool = False

    @property
    def kv_width(self) -> int:
        """Width of keys, and of values."""
        return self.width // self.heads * self.kv_heads

    @property
    def parameters(self) -> int:
        """Weights in all tensors; embedding and output head are two."""
        attention = 2 * self.width * (self.width + self.kv_width)
        bias = self.width + 2 * self.kv_width if self.attention_bias else 0
        block = attention + bias + 3 * self.width * self.feed_forward + 2 * self.width
        return self.layers * block + 2 * self.vocabulary * self.width + self.width


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """A model of the catalogue: one repository on the hub.

    Attributes:
        id: What it is called on the command line.
        name: Name for people.
        published: Its row in the published tables; empty where it has none.
        role: Why it is listed: it is what is studied, what that was made from, or compared with.
        repository: Owner and name on the hub.
        revision: The branch, tag or commit to fetch where none is asked for.
        format: What its weights are kept in there.
        weight_bytes: Bytes of one weight in a checkpoint; 0 for GGUF files.
        licence: Its terms.
        access: Whether its owners let everybody in, or only accounts that they know.
        architecture: As a GGUF file names it.
        shape: Its measures.
        context: Longest context in training, in tokens.
        prompt_form: The chat form that MedsDesk uses for it.
        note: What else is to be known, a sentence or two; may be empty.
        sha256: Published fingerprints by path in the repository; empty where none is known.
    """

    id: str
    name: str
    published: str
    role: Role
    repository: str
    revision: str
    format: RepositoryFormat
    weight_bytes: int
    licence: Licence
    access: Access
    architecture: str
    shape: ModelShape
    context: int
    prompt_form: PromptForm
    note: str = ""
    sha256: Mapping[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> int:
        """Weights, from its measures."""
        return self.shape.parameters

    @property
    def checkpoint_bytes(self) -> int:
        """Bytes of the checkpoint, estimated from its measures; 0 for GGUF files."""
        return self.parameters * self.weight_bytes

    @property
    def page(self) -> str:
        """Where its owners describe it."""
        return f"https://huggingface.co/{self.repository}"
