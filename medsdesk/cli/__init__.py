"""The command line: hospital IT's tool, and the proof that the logic stands without a window."""
