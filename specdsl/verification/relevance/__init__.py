"""Relevance: whether a part of a spec, or a fact, changes any decision."""
