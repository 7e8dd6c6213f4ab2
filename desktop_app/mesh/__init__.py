"""The MeSH vocabulary: descriptors, tree numbers, entry terms."""
