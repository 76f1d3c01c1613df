"""Checkpoint folders of the hub's form: read with suspicion, and written as GGUF files."""
