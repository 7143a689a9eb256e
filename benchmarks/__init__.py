"""The figures that the README quotes, each one command."""
