"""Own texts become a task file, asked for in plain words."""
