"""Item models: they keep ids and counts, and fetch what is painted."""
