"""“Improve search on my library”: the window's side of training."""
