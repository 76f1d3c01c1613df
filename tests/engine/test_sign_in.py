"""A key is looked up for the server that is asked, and for no other."""

from __future__ import annotations

import pytest

from medsdesk.core.errors import KeyWantedError, UserFacingError
from medsdesk.engine.sign_in import SignIn

A, B = "https://a.example:443", "https://b.example:443"
LOCKED = UserFacingError("The keyring is locked.", "Unlock it.")


class Keys:
    """Keys by origin, and which were looked up."""

    def __init__(self, **kept: str) -> None:
        self.kept = {f"https://{name}.example:443": key for name, key in kept.items()}
        self.asked: list[str] = []
        self.locked = False

    def __call__(self, origin: str) -> str:
        self.asked.append(origin)
        if self.locked:
            raise LOCKED
        return self.kept.get(origin, "")


def test_each_server_has_its_own_key_and_a_file_none() -> None:
    keys = Keys(a="key-a", b="key-b")
    sign_in = SignIn(keys)
    sign_in.look_up(f"{A}/v1#x")
    assert sign_in.key(f"{A}/v1#x") == sign_in.key(f"{A}/v1#y") == "key-a"
    assert keys.asked == [A]
    # Another server is asked in between, as when its load went wrong.
    sign_in.look_up(f"{B}/v1#x")
    assert sign_in.key(f"{A}/v1#x") == "key-a"
    assert sign_in.key(f"{B}/v1#x") == "key-b"
    keys.asked.clear()
    assert sign_in.key("/models/a.gguf") == ""
    assert keys.asked == []
    assert SignIn(None).key(f"{A}/v1") == ""


def test_another_key_is_noticed_when_it_is_looked_up() -> None:
    keys = Keys(a="first")
    sign_in = SignIn(keys)
    path = f"{A}/v1#x"
    sign_in.look_up(path)
    assert sign_in.changed(path)
    sign_in.keep_used()
    assert not sign_in.changed(path)
    keys.kept[A] = "second"
    assert not sign_in.changed(path)
    sign_in.look_up(path)
    assert sign_in.changed(path)
    # What is known of another server says nothing of this one.
    sign_in.look_up(f"{B}/v1")
    assert not sign_in.changed(path)


def test_a_locked_keyring_is_told_only_where_a_key_is_wanted() -> None:
    keys = Keys(a="first")
    keys.locked = True
    sign_in = SignIn(keys)
    sign_in.look_up(f"{A}/v1")
    assert sign_in.key(f"{A}/v1") == ""
    sign_in.explain(UserFacingError("The server is gone.", "Wait."))
    with pytest.raises(UserFacingError, match="locked"):
        sign_in.explain(KeyWantedError("The server asks for a key.", "Keep one."))
    keys.locked = False
    sign_in.look_up(f"{A}/v1")
    sign_in.explain(KeyWantedError("The server does not accept the key.", "Keep another."))
