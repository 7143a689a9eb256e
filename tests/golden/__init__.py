"""Literate tests: a spec, a command, its whole output."""
