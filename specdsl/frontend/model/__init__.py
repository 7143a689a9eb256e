"""Semantic analysis: syntax trees → a typed model, with names resolved and layers enforced."""
