"""Minimal conflicts: the smallest sets of rules that leave no outcome."""
