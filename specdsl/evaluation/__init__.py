"""Evaluation of what happened against a spec: conversations of an agent, call by call."""
