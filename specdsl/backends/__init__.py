"""Code generation: decision circuits → programs."""
