"""Typed settings with a schema version, the data, log and resource paths, and logging set-up."""
