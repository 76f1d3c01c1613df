"""What is sent to a model, how, and what came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["system", "user", "assistant"]
FinishReason = Literal["stop", "length", "cancelled", "died"]
Overflow = Literal["refuse", "cut_left"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """Chat messages and the template that made them.

    Attributes:
        messages: System and user message.
        template_id: Which of our templates built the messages, such as ``meds_bench``.
        template_version: Version of that template.
        shots: Worked cases in it.
    """

    messages: tuple[Message, ...]
    template_id: str
    template_version: int
    shots: int


@dataclass(frozen=True, slots=True)
class GenerateConfig:
    """Sampling and limits of one answer.

    Attributes:
        max_new_tokens: Most tokens to generate.
        temperature: 0 for greedy.
        top_p: Nucleus mass, used when temperature is above 0.
        seed: Of the sampler, used when temperature is above 0; stored always.
        overflow: What to do with a prompt that does not fit: refuse it, or cut tokens
            from its left as the paper does (counted and marked on the record).
    """

    max_new_tokens: int = 200
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    overflow: Overflow = "refuse"


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that the model could have given, and how likely it was to.

    Attributes:
        text: The answer.
        log_likelihood: Natural logarithm of the probability that the model's answer begins with
            it; None where the model or its context could not tell.
    """

    text: str
    log_likelihood: float | None


@dataclass(frozen=True, slots=True)
class Completion:
    """One answer of a model, whole or as far as it came.

    Attributes:
        text: The answer.
        finish_reason: ``stop`` (end token), ``length`` (limit reached), ``cancelled``
            (by the user) or ``died`` (the engine process ended); the last two are incomplete.
        prompt_tokens: Tokens of the prompt that was evaluated; 0 where a server does not tell.
        tokens: Tokens generated, as the server counts them where one answered; the pieces that
            it sent where it does not tell.
        seconds: From the moment the model took it up to the end.
        prompt_seconds: From that moment to the first new token.
        cut_tokens: Prompt tokens cut from the left; 0 unless asked for.
        error: Plain words where the answer is incomplete through a fault.
        choices: The answers whose likelihood was asked for, where it could be told.
    """

    text: str
    finish_reason: FinishReason
    prompt_tokens: int
    tokens: int
    seconds: float
    prompt_seconds: float
    cut_tokens: int = 0
    error: str | None = None
    choices: tuple[Choice, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the model itself or the token limit ended the answer."""
        return self.finish_reason in ("stop", "length")
