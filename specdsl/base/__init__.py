"""Basis of all other parts: sources and places in them, diagnostics, limits, resources."""
