"""The trainer: PyTorch models in, encoder folders out. Knows nothing of `desktop_app`."""
