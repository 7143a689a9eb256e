"""Answers about circuits: exact, with proofs and the simplest witnesses. Z3 stays in here."""
