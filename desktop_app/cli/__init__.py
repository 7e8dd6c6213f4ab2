"""The command line, the second front end: the same tasks without a window."""
