"""Satisfiability of tests of texts: patterns, equality and order, by automata and lazily."""
