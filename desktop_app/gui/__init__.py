"""What one sees: the only package with Qt."""
