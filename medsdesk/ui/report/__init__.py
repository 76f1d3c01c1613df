"""A report as PDF: laid out on pages and written beside its HTML file."""
