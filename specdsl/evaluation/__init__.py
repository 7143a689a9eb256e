"""Evaluation of what happened against a spec: logs of decisions, and conversations call by call."""
