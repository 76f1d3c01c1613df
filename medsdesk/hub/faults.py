"""What can go wrong on the way to the hub, each in two sentences."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from medsdesk.core.errors import UserFacingError

HUB = "the Hugging Face hub"
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_REFUSED = (401, 403, 451)


class HubError(UserFacingError):
    """The hub did not give what was asked of it.

    Args:
        message: One sentence that says what is wrong.
        advice: What to do, as the beginning of a sentence.
        by_file: The way without the hub, as its end.
        passing: Whether another try may well succeed.
        wait: Seconds that the hub asks to wait before it; None where it does not say.
    """

    def __init__(
        self,
        message: str,
        advice: str,
        by_file: str,
        *,
        passing: bool = False,
        wait: float | None = None,
    ) -> None:
        super().__init__(message, f"{advice}, {by_file}.")
        self.passing = passing
        self.wait = wait


class NoEntryError(HubError):
    """The repository is open only to accounts, and it was asked for without one."""


class FileError(UserFacingError):
    """One file cannot be had; the others may."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Makes the errors of one repository.

    Attributes:
        repository: Its id.
        by_file: The way without the hub, as the end of a sentence.
        server: The host that stands for the hub.
        proxy: The proxy on the way, without a password; empty for none.
        account: Whether a token of an account is sent; None where that is never done.
    """

    repository: str
    by_file: str
    server: str
    proxy: str = ""
    account: bool | None = None

    def no_name(self) -> HubError:
        """The host's name cannot be looked up."""
        return self._make(
            f"The address of {HUB} ({self.server}) cannot be looked up from this computer.",
            "Check the network connection, and whether the site needs a proxy",
            passing=True,
        )

    def no_way(self, reason: str) -> HubError:
        """No connection can be made."""
        through = f" through the proxy {self.proxy}" if self.proxy else ""
        return self._make(
            f"{HUB[:1].upper()}{HUB[1:]} ({self.server}) cannot be reached{through}: {reason}.",
            "Check the network connection and the system's proxy settings",
            passing=True,
        )

    def untrusted(self) -> HubError:
        """The certificate is not trusted."""
        return self._make(
            f"The certificate shown for {self.server} is not trusted by this computer.",
            "Have the certificate of your site's proxy put into the system's store, or name its "
            "file in the environment variable SSL_CERT_FILE",
        )

    def proxy_refuses(self) -> HubError:
        """The proxy does not let the connection through."""
        return self._make(
            f"The proxy {self.proxy or 'on the way'} refuses the connection to {HUB}.",
            "Ask IT whether the proxy may let it through, and whether it needs a name and password",
        )

    def silent(self, seconds: float) -> HubError:
        """No answer in time."""
        return self._make(
            f"{self.server} has sent nothing for {seconds:g} seconds.", "Try again", passing=True
        )

    def cut(self) -> HubError:
        """The connection broke."""
        return self._make(f"The connection to {self.server} broke off.", "Try again", passing=True)

    def loop(self) -> HubError:
        """Redirects without end."""
        return self._make(
            f"{self.server} sends from one address to the next without end.",
            "Check the proxy and the environment variable HF_ENDPOINT",
        )

    def insecure(self) -> HubError:
        """A redirect from an encrypted to a plain connection."""
        return self._make(
            f"{self.server} sends to an address that is not encrypted, which is not followed.",
            "Check the proxy and the environment variable HF_ENDPOINT",
        )

    def unreadable(self) -> HubError:
        """The answer is no answer of a hub."""
        return self._make(
            f"What {self.server} answers is not what {HUB} answers; a sign-in page of the network "
            "may stand before it.",
            "Open a web page in a browser to see whether the network asks for a sign-in",
        )

    def no_revision(self, revision: str) -> UserFacingError:
        """The revision is not there."""
        return UserFacingError(
            f"The repository {self.repository} has no revision '{revision}' on {HUB}.",
            "Leave --revision out for the newest, or give a branch, a tag or a commit.",
        )

    def status(self, status: int, code: str, wait: float | None) -> HubError:
        """An HTTP status from 400 on.

        Args:
            status: The number.
            code: The hub's own word for it, such as ``RepoNotFound``.
            wait: Seconds that it asks to wait.
        """
        if code == "RepoNotFound" or (status == 404 and not code):
            return self._make(
                f"There is no repository {self.repository} on {self.server} for everybody "
                f"({status}).",
                "Check the environment variable HF_ENDPOINT if it is set",
            )
        if status == 407:
            return self.proxy_refuses()
        if self.account is not None and (code == "GatedRepo" or status == 401):
            return self._no_entry(status, code)
        if status in _REFUSED:
            sign_in = (
                "; MedsDesk signs in with no account, so where the repository needs one, accept "
                "its terms in a browser"
            )
            return self._make(
                f"{self.server}, or a filter on the way, refuses {self.repository} ({status}).",
                f"Ask IT about the filter{sign_in if self.account is None else ''}",
            )
        if status == 429:
            when = "a while" if wait is None else f"{wait:.0f} seconds"
            return self._make(
                f"{self.server} has been asked too often from this network and wants {when} to "
                "pass (429).",
                "Try again then",
                passing=True,
                wait=wait,
            )
        trouble = "has trouble of its own" if status >= 500 else "does not understand the request"
        return self._make(
            f"{self.server} {trouble} ({status}).",
            "Try again later",
            passing=status >= 500 or status == 408,
            wait=wait,
        )

    def _no_entry(self, status: int, code: str) -> HubError:
        """An account is needed, or the one of the token is not enough."""
        page = f"https://{self.server}/{self.repository}"
        if not self.account:
            return NoEntryError(
                f"{self.repository} is open only to accounts that its owners let in ({status}).",
                f"Accept its terms at {page} in a browser, then keep a token of that account with "
                "'medsdesk models token set'",
                self.by_file,
            )
        if code == "GatedRepo":
            return self._make(
                f"The account of the token that is kept may not fetch {self.repository} "
                f"({status}).",
                f"Accept its terms at {page} with that account; some owners grant access by hand, "
                "which takes its time",
            )
        return self._make(
            f"{self.server} does not accept the token that is kept ({status}).",
            "Make a new one on the settings page of your account, and keep it with "
            "'medsdesk models token set'",
        )

    def _make(
        self, message: str, advice: str, *, passing: bool = False, wait: float | None = None
    ) -> HubError:
        return HubError(message, advice, self.by_file, passing=passing, wait=wait)


def disk_fault(error: OSError, where: str) -> UserFacingError:
    """Return what to tell of a file that cannot be written."""
    if error.errno in _FULL:
        return UserFacingError(
            f"The disk of {where} is full.",
            "Make room and run the same command again: what has come is kept.",
        )
    return UserFacingError(
        f"{where} cannot be written: {error.strerror or 'input/output error'}.",
        "Choose a folder that you may write to with --to.",
    )
