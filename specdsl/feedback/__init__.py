"""Feedback: reports of disagreement, kept as files, judged by the spec, and made examples of."""
