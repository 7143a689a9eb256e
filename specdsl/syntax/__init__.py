"""Text → syntax tree, and back to canonical text."""
