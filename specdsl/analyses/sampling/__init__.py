"""Sets of situations for evaluation and training, drawn from a spec."""
