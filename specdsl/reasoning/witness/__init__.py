"""Witnesses: simple situations with a property."""
