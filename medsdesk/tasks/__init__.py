"""Reads the MedS-Ins registry and clinical texts into Samples, and renders Samples to Prompts from versioned templates."""
