"""Denotational semantics: spec and ranks → decision circuits, the one definition of a
spec's meaning.
"""
