"""Answers about circuits: exact, with proofs and simple witnesses. Z3 stays in here."""
