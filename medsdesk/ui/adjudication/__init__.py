"""The window in which somebody decides between raters who differ."""
