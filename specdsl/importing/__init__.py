"""Importers of policies in other forms: each becomes a spec that decides the same."""
