"""Facts from elsewhere, and which of them can still change an outcome."""
