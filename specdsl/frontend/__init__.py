"""Text → spec with ranks."""
