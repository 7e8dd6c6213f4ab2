"""Formats of tagged lines: NBIB, RIS, Web of Science, EndNote and Ovid text."""
