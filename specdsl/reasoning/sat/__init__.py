"""SAT solvers under a prover: lazy arithmetic and lazy texts over MiniSat, or Z3 alone."""
