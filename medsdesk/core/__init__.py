"""The nouns of MedsDesk as frozen dataclasses, and its exceptions; standard library only."""
