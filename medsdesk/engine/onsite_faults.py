"""What can go wrong on the way to a server on the site's network, each in two sentences."""

from __future__ import annotations

from dataclasses import dataclass

from medsdesk.core.errors import KeyWantedError, UserFacingError

_PASSING = (429, 502, 503, 504)
_LISTED = 5
_AGAIN = "Try again; if it stays so, tell the people who run the server."
_TELL = "Tell the people who run the server."
_KEEP = "keep it with 'medsdesk models key set ADDRESS'"


class ServerError(UserFacingError):
    """A server did not give what was asked of it.

    Args:
        message: One sentence that says what is wrong.
        hint: One sentence that says what to do.
        passing: Whether another try may well succeed.
        wait: Seconds that the server asks to wait before it; None where it does not say.
    """

    def __init__(
        self, message: str, hint: str, *, passing: bool = False, wait: float | None = None
    ) -> None:
        super().__init__(message, hint)
        self.passing = passing
        self.wait = wait


class KeyServerError(ServerError, KeyWantedError):
    """A server asks for a key, or does not accept the one that it was given."""


class TooLongServerError(ServerError):
    """A prompt does not fit into the server's context.

    Args:
        server: The server.
        prompt_tokens: Tokens of the prompt; 0 where the server does not tell.
        context: Tokens of the server's context; 0 where it does not tell.
    """

    def __init__(self, server: str, prompt_tokens: int, context: int) -> None:
        super().__init__(
            f"The prompt does not fit into the context of the server {server}.",
            "Shorten the text, use fewer worked cases, or ask for fewer new tokens.",
        )
        self.prompt_tokens = prompt_tokens
        self.context = context


@dataclass(frozen=True, slots=True)
class ServerFaults:
    """Makes the faults of one server.

    Attributes:
        server: Its host and port.
        signed: Whether a key is sent to it.
    """

    server: str
    signed: bool = False

    def no_name(self) -> ServerError:
        """The host's name cannot be looked up."""
        return ServerError(
            f"The name of the server {self.server} cannot be looked up from this computer.",
            "Check the address, and whether this computer is in the site's network.",
            passing=True,
        )

    def no_way(self, reason: str) -> ServerError:
        """No connection can be made."""
        return ServerError(
            f"The server {self.server} cannot be reached: {reason}.",
            "Check the address and the port, and whether the server runs.",
            passing=True,
        )

    def untrusted(self) -> ServerError:
        """The certificate is not trusted."""
        return ServerError(
            f"The certificate of the server {self.server} is not trusted by this computer.",
            "Have the certificate of the site's own authority put into the system's store, or name "
            "its file in the environment variable SSL_CERT_FILE.",
        )

    def other_name(self) -> ServerError:
        """The certificate is for another host."""
        return ServerError(
            f"The certificate of the server {self.server} is for another name.",
            "Check that the address has a name that stands in the certificate, or tell the people "
            "who run the server.",
        )

    def out_of_date(self) -> ServerError:
        """The certificate has expired."""
        return ServerError(
            f"The certificate of the server {self.server} has expired.",
            "Tell the people who run the server, and check the date of this computer.",
        )

    def in_the_open(self) -> ServerError:
        """A key would go over the network unencrypted."""
        return ServerError(
            f"The connection to the server {self.server} is not encrypted, so no key is sent.",
            "Have the server reached by https://, and the site policy name it so; a key that "
            "others can read protects nothing.",
        )

    def wrong_key(self) -> KeyServerError:
        """The server lets in only those with a key, or with another."""
        if self.signed:
            return KeyServerError(
                f"The server {self.server} does not accept the key that it was given (401).",
                f"Ask the people who run it for a key that is valid, and {_KEEP}.",
            )
        return KeyServerError(
            f"The server {self.server} asks for a key, and none is kept for it (401).",
            f"Get one from the people who run it, and {_KEEP}.",
        )

    def forbidden(self) -> ServerError:
        """The server knows who asks, or does not care, and refuses."""
        if self.signed:
            return ServerError(
                f"The server {self.server} refuses the request with the key that it was given "
                "(403).",
                "Ask the people who run it what this key may do.",
            )
        return ServerError(
            f"The server {self.server} refuses the request (403).",
            f"Let it take requests from this computer; if it wants a key, {_KEEP}.",
        )

    def not_encrypted(self) -> ServerError:
        """The server does not speak TLS."""
        return ServerError(
            f"No encrypted connection can be made to the server {self.server}.",
            "Check whether its address begins with https:// or http://; the site policy must name "
            "it in the same way.",
        )

    def silent(self, seconds: float, what: str) -> ServerError:
        """Nothing came in time."""
        return ServerError(f"The server {self.server} sent {what} for {seconds:g} seconds.", _AGAIN)

    def cut(self) -> ServerError:
        """The connection broke."""
        return ServerError(
            f"The connection to the server {self.server} broke off.", _AGAIN, passing=True
        )

    def ended_early(self) -> ServerError:
        """The stream ended without a reason."""
        return ServerError(
            f"The server {self.server} ended the answer without saying that it is whole.",
            "Try again; a server that serves one request at a time may have taken another.",
        )

    def broken_off(self) -> ServerError:
        """The server reported a failure inside its answer."""
        return ServerError(f"The server {self.server} failed while it answered.", _AGAIN)

    def ended_for(self) -> ServerError:
        """The server ended the answer for a reason that is neither its end nor a limit."""
        return ServerError(
            f"The server {self.server} ended the answer for a reason that is neither its end nor "
            "the limit of tokens, such as a filter.",
            "Ask the people who run the server what it filters.",
        )

    def cut_prompt(self, read: int, sent: int) -> ServerError:
        """The server read less than was sent."""
        return ServerError(
            f"The server {self.server} read {read:,} of the prompt's {sent:,} tokens and cut the "
            "rest.",
            "Shorten the text, use fewer worked cases, or have the server's context made larger.",
        )

    def endless(self) -> ServerError:
        """The answer is longer than asked for."""
        return ServerError(f"The server {self.server} does not keep to the limit of tokens.", _TELL)

    def unreadable(self) -> ServerError:
        """The answer is none of this interface."""
        return ServerError(
            f"What the server {self.server} answers cannot be read.",
            "Check that the address is that of an OpenAI-compatible interface, which most often "
            "ends in /v1.",
        )

    def redirected(self) -> ServerError:
        """The server sends elsewhere."""
        return ServerError(
            f"The server {self.server} sends to another address, which is not followed.",
            "Give the address that it sends to, and have the site policy name that one.",
        )

    def no_model(self, wanted: str, there: tuple[str, ...]) -> ServerError:
        """The model is not among those of the server."""
        listed = ", ".join(there[:_LISTED]) + ", …" * (len(there) > _LISTED)
        missing = f"has no model '{plain(wanted)}'" if wanted else "has more than one model"
        return ServerError(
            f"The server {self.server} {missing}; it has: {listed or 'none'}.",
            "Name one of them with --name.",
        )

    def status(self, status: int, wait: float | None) -> ServerError:
        """An HTTP status other than 200.

        Args:
            status: The number.
            wait: Seconds that the server asks to wait.
        """
        if 300 <= status < 400:
            return self.redirected()
        if status == 401:
            return self.wrong_key()
        if status == 403:
            return self.forbidden()
        if status == 404:
            return ServerError(
                f"The server {self.server} has no such address or model ({status}).",
                "Check the address, which most often ends in /v1, and the model's name.",
            )
        if status in _PASSING:
            busy = "is asked by too many at once" if status == 429 else "is not ready"
            return ServerError(
                f"The server {self.server} {busy} ({status}).", _AGAIN, passing=True, wait=wait
            )
        trouble = "has trouble of its own" if status >= 500 else "does not understand the request"
        return ServerError(f"The server {self.server} {trouble} ({status}).", _TELL)


def plain(text: str) -> str:
    """Return a name that came from a server, in one short line of signs that can be shown."""
    return "".join(sign for sign in text if sign.isprintable())[:200]
