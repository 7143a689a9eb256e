"""Circuits → artifacts."""
