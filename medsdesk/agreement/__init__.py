"""Pure statistics that compare raters with each other and ratings with automatic metrics."""
