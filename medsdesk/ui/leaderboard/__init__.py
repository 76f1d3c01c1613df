"""Own runs beside the published tables."""
