"""Reads the registry and clinical texts into Samples, and renders Samples to versioned Prompts."""
