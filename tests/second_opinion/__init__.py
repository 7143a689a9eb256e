"""The second opinion on specs of the shapes in which people write them, small enough for it.

`python -m tests.second_opinion --each 4` checks specs of every shape of `benchmarks/policies` and
has another solver answer again what the check has answered.
"""
