"""The Workbench page: pick a task, give a text, watch the answer, rate it."""
