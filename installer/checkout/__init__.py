"""Sets up a checkout: system packages, environments, models, sample. Standard library only."""
