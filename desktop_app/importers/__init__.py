"""Readers: a file in, articles and problems out. No database, no window; one module a format."""
