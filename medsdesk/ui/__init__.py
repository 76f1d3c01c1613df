"""All of PySide6: the window, its pages and widgets, and the bridge to services and engine."""
