"""The exception tree: what the user or the machine caused, and nothing else."""

from __future__ import annotations


class MedsDeskError(Exception):
    """Base of every exception that MedsDesk raises on purpose."""


class UserFacingError(MedsDeskError):
    """Something the user or the machine caused and a person can put right.

    Args:
        message: One sentence that says what is wrong.
        hint: One sentence that says what to do.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}")
        self.message = message
        self.hint = hint


class PromptTooLongError(UserFacingError):
    """The prompt and the answer's room do not fit into the model's context.

    Args:
        prompt_tokens: Tokens of the whole prompt; 0 where a server does not tell.
        room: Tokens the prompt may have: context size minus the new tokens asked for.
        hint: One sentence naming the choices.
    """

    def __init__(self, prompt_tokens: int, room: int, hint: str) -> None:
        super().__init__(
            f"The prompt has {prompt_tokens} tokens, but only {room} fit into the context."
            if prompt_tokens
            else "The prompt does not fit into the context, says the server.",
            hint,
        )
        self.prompt_tokens = prompt_tokens
        self.room = room


class ChangedMeanwhileError(UserFacingError):
    """Something was changed elsewhere, as in another window, since it was read."""


class KeyWantedError(UserFacingError):
    """A server asks for a key, or does not accept the one that it was given."""


class EngineDiedError(UserFacingError):
    """The engine process ended by itself while something was asked of it.

    Args:
        exit_code: The process exit code; negative for a signal, None when not known.
        message: One sentence that says how it ended.
        hint: One sentence that says what to do.
    """

    def __init__(self, exit_code: int | None, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.exit_code = exit_code


class AnswerNotSavedError(UserFacingError):
    """An answer came, but the workspace could not take it; the caller still holds the text.

    Args:
        message: One sentence that says why.
        hint: One sentence that says what to do.
        text: The answer.
    """

    def __init__(self, message: str, hint: str, text: str) -> None:
        super().__init__(message, hint)
        self.text = text


class CancelledError(MedsDeskError):
    """The user asked to stop before there was anything to keep."""
