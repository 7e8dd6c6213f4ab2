"""Zotero's own library, `zotero.sqlite`: read from a private copy, never touched itself."""
