"""Applications that face people and programs: the command line, the cache, the settings."""
