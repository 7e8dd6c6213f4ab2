"""PubMed XML: records streamed, read whole, rescued around damage."""
