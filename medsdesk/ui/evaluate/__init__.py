"""Evaluations: what to run, how, and how far it is."""
