"""MedS-Bench comes from the Hugging Face hub, when asked to and not before."""
