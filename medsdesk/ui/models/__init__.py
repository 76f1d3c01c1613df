"""The Models page: which model files the workspace knows."""
