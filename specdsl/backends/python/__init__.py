"""Python modules as targets."""
