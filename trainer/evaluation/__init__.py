"""Questions that training never saw, what is measured on them, and what follows from it."""
