"""Writers: articles in, text of a format out. No database, no window; one module a format."""
