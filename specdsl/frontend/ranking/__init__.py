"""The priority graph and the ranks that it settles."""
