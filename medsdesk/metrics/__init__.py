"""Pure scoring of an output against its references; every Score carries its signature."""
