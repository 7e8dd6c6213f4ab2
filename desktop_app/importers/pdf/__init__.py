"""PDF files: read by a confined process of its own, which a hostile file may kill without harm."""
