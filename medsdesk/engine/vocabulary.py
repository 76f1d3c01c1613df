"""A loaded model's vocabulary: text to tokens and tokens to bytes.

The bindings are handed over by ``engine.llama``, the only module that imports them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any, Final

from medsdesk.core.generation import Message
from medsdesk.engine.backend import Tokenised
from medsdesk.engine.templates import ChatForm, controls_pattern, runs, runs_in_common

_PIECE_BYTES: Final = 512
_NO_SPECIAL: Final = False


class Vocabulary:
    """Tokenises prompts so that contents never give control tokens.

    Args:
        bindings: The package ``llama_cpp``.
        pointer: Its handle of the vocabulary.
    """

    def __init__(self, bindings: Any, pointer: Any) -> None:  # noqa: ANN401 - handed over
        self._native = bindings
        self._pointer = pointer
        self._piece = ctypes.create_string_buffer(_PIECE_BYTES)
        self._bos: int = bindings.llama_vocab_bos(pointer)
        self._adds_bos = self._bos >= 0 and bool(bindings.llama_vocab_get_add_bos(pointer))
        self.controls = self._read_controls()
        self._pattern = controls_pattern(self.controls)

    @property
    def special(self) -> dict[str, str]:
        """Texts of the tokens that chat templates ask for."""
        texts = {number: text for text, number in self.controls.items()}
        end = self._native.llama_vocab_eos(self._pointer)
        return {"bos_token": texts.get(self._bos, ""), "eos_token": texts.get(end, "")}

    def tokenise(self, messages: Sequence[Message], form: ChatForm) -> Tokenised:
        """Return a conversation's tokens in a chat form."""
        segments = form.segments(messages)
        common, shared = runs_in_common(segments, self._pattern), 0
        tokens: list[int] = []
        for number, (text, is_control) in enumerate(runs(segments, self._pattern), start=1):
            tokens += [self.controls[text]] if is_control else self._tokenise(text)
            if number == common:
                shared = len(tokens)
        if self._adds_bos and tokens[:1] != [self._bos]:
            tokens.insert(0, self._bos)
            shared += bool(shared)
        keep = int(self._bos >= 0 and tokens[:1] == [self._bos])
        return Tokenised(tuple(tokens), keep, shared)

    def answer(self, text: str) -> tuple[int, ...]:
        """Return the tokens of an answer, as it stands behind a prompt; no control tokens."""
        return tuple(self._tokenise(text))

    def ends(self, token: int) -> bool:
        """Return whether a token ends the answer; a model may have several such."""
        return bool(self._native.llama_vocab_is_eog(self._pointer, token))

    def bytes_of(self, token: int) -> bytes:
        """Return a token's bytes, which may be a part of a character; empty for controls."""
        ask = self._native.llama_token_to_piece
        length = ask(self._pointer, token, self._piece, _PIECE_BYTES, 0, _NO_SPECIAL)
        if length >= 0:
            return self._piece.raw[:length]
        larger = ctypes.create_string_buffer(-length)
        ask(self._pointer, token, larger, -length, 0, _NO_SPECIAL)
        return larger.raw

    def _read_controls(self) -> dict[str, int]:
        native, pointer = self._native, self._pointer
        wanted = native.LLAMA_TOKEN_ATTR_CONTROL | native.LLAMA_TOKEN_ATTR_USER_DEFINED
        numbers = range(native.llama_vocab_n_tokens(pointer))
        ask, name = native.llama_vocab_get_attr, native.llama_vocab_get_text
        found = (number for number in numbers if ask(pointer, number) & wanted)
        return {name(pointer, number).decode("utf-8", "replace"): number for number in found}

    def _tokenise(self, text: str) -> list[int]:
        data = text.encode()
        # A token for each byte, and one for a space in front. A vocabulary without a word for
        # the space takes three bytes for each; llama.cpp then says how much room it wants.
        count, tokens = self._native_tokens(data, len(data) + 2)
        if count < 0:
            count, tokens = self._native_tokens(data, -count)
        if count < 0:
            raise RuntimeError(f"{-count} tokens of {len(data)} bytes")
        return list(tokens[:count])

    def _native_tokens(self, data: bytes, room: int) -> tuple[int, Any]:
        tokens = (self._native.llama_token * room)()
        count = self._native.llama_tokenize(
            self._pointer, data, len(data), tokens, room, _NO_SPECIAL, _NO_SPECIAL
        )
        return int(count), tokens
