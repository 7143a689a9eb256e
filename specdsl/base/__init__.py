"""What everything stands on: sources and places in them, diagnostics, limits, resources."""
