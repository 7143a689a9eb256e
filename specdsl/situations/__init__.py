"""Situations, and regions of them: their text, shrinking, and covers."""
