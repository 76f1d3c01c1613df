"""MedsDesk's tests, its check command, its screens and its benchmarks."""
