"""Simple situations that have a property."""
