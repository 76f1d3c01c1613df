"""Whether MedsDesk may use the network, and for which server: asked before every connection."""

from __future__ import annotations

import os

from medsdesk.config.policy import Policy, load_policy
from medsdesk.config.settings import load_settings
from medsdesk.core.errors import UserFacingError
from medsdesk.core.server import ServerAddress, read_address

_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_YES = ("1", "ON", "YES", "TRUE")


def check_network_allowed(by_file: str) -> None:
    """Refuse where the site policy, the settings or the environment forbid the network.

    Args:
        by_file: What to do without it, as the end of a sentence.

    Raises:
        UserFacingError: It is forbidden, or the policy or the settings cannot be read.
    """
    policy = load_policy()
    if policy.network != "asked":
        raise UserFacingError(_locked(policy), f"Ask IT if you need it, {by_file}.")
    if load_settings().network == "never":
        raise UserFacingError(
            'The settings of MedsDesk forbid it to use the network (network = "never").',
            f"Change the line in settings.toml if you may, {by_file}.",
        )
    for name in _OFFLINE:
        if os.environ.get(name, "").upper() in _YES:
            raise UserFacingError(
                f"The environment variable {name} forbids to use the network.",
                f"Take it away if you may, {by_file}.",
            )


def check_server_allowed(address: ServerAddress) -> None:
    """Refuse a server that the site policy does not name, or where nothing may be sent at all.

    Raises:
        UserFacingError: It is forbidden, or the policy or the settings cannot be read.
    """
    policy = load_policy()
    if policy.network == "never":
        raise UserFacingError(_locked(policy), "Ask IT, or choose a model on this computer.")
    if not policy.names(address):
        lacking = (
            "there is no site policy on this computer"
            if policy.path is None
            else f"the site policy {policy.path} does not name it"
        )
        raise UserFacingError(
            f"Nothing is sent to the server {address.origin}: {lacking}.",
            "Ask IT to name it there under onsite_servers, or choose a model on this computer.",
        )
    if load_settings().network == "never":
        raise UserFacingError(
            'The settings of MedsDesk forbid it to use the network (network = "never").',
            "Change the line in settings.toml if you may, or choose a model on this computer.",
        )


def allowed_servers() -> tuple[str, ...]:
    """Return the addresses of the servers that may be asked, as the site policy names them.

    Raises:
        UserFacingError: There is none, or the policy or the settings cannot be read.
    """
    policy = load_policy()
    if policy.onsite_servers:
        check_server_allowed(read_address(policy.onsite_servers[0]))
        return policy.onsite_servers
    raise UserFacingError(
        "This computer has no site policy that names a server."
        if policy.path is None
        else f"The site policy {policy.path} names no server.",
        "If your site has one, ask IT to name it there.",
    )


def _locked(policy: Policy) -> str:
    allowed = "any server but the site's own" if policy.network == "onsite" else "the network"
    return (
        f"The site policy {policy.path} forbids MedsDesk to use {allowed} "
        f'(network = "{policy.network}").'
    )
