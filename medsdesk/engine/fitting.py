"""Fits a prompt into the context: refuses it, or cuts it from the left, and never in silence."""

from __future__ import annotations

from medsdesk.core.errors import PromptTooLongError
from medsdesk.core.generation import GenerateConfig
from medsdesk.engine.backend import Tokenised

_HINT = (
    "Shorten the text, use fewer worked cases, ask for fewer new tokens, or load the model "
    "with a larger context."
)


def fit(prompt: Tokenised, context: int, config: GenerateConfig) -> tuple[Tokenised, int]:
    """Return the prompt to evaluate and how many tokens were cut from it.

    The tokens to keep (BOS) stay in front when the rest is cut from the left. Where a server
    does not tell the tokens or its context (0), it has to see to that itself.

    Raises:
        PromptTooLongError: It does not fit and may not be cut, or nothing would be left.
    """
    room = context - config.max_new_tokens
    over = len(prompt.tokens) - room
    if over <= 0 or not context:
        return prompt, 0
    if config.overflow == "refuse" or room <= prompt.keep:
        raise PromptTooLongError(len(prompt.tokens), max(0, room), _HINT)
    left = prompt.tokens[: prompt.keep] + prompt.tokens[prompt.keep + over :]
    return Tokenised(left, prompt.keep, max(0, prompt.shared - over)), over
