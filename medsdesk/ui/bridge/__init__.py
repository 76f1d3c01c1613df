"""Executors that keep blocking work off the window's thread and bring results back by signals."""
