"""Spec and ranks → decision circuits, the one definition of what a spec means."""
