"""The Settings page: every choice, applied at once."""
