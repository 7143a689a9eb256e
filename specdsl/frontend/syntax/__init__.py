"""Parser: text → syntax tree, and pretty-printer: syntax tree → canonical text."""
