"""Two specs, and those between them, in one graph over the same situations."""
