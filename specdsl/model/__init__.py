"""The model of a spec: names resolved, types fitted, layers enforced."""
