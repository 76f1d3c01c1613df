"""Rating forms in the window: the list of them, and the dialog that makes an own one."""
