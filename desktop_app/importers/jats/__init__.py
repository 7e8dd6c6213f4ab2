"""JATS articles: the front matter and the references."""
