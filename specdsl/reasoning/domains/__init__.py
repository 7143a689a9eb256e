"""The finitely many classes of values of a fact that a question tells from each other."""
