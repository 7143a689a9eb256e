"""JSON schemas of the facts of a spec."""
