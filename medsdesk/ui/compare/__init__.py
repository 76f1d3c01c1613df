"""Clinicians beside metrics, in pictures and tables."""
