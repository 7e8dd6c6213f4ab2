"""The trainer's Python environment (PyTorch) in the user's data: on demand, apart from ours."""
