"""Retrieval, fusion, filters, facets and the reasons for each hit."""
