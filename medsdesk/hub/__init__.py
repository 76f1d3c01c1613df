"""Everything about fetching files from a repository on the Hugging Face hub, when asked to."""
