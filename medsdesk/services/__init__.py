"""One module per thing a user does; blocking, Qt-free, cancellable, reporting by events."""
