"""The few separate windows: none of them blocks the main one."""
