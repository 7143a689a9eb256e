"""The base of all rooms: sources and spans, diagnostics, limits, resources, statistics."""
