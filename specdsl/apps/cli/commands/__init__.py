"""Commands, one file each; each is imported when it runs."""
