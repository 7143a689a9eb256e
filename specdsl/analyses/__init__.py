"""Analyses beyond `check`: what changed, who steers, what examples show, what fixes a finding."""
