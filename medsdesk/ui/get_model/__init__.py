"""A model of the catalogue comes from the Hugging Face hub, its licence accepted first."""
