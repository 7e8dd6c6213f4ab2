"""PubMed's query language: text to tree to set of articles, and plain words to headings."""
