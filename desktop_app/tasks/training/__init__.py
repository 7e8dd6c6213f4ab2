"""What `Improve search on my library` does: readiness, the run, its process, its result."""
