"""Many situations at once: rows of tables and files, decided by SQL and, where that cannot, singly.

A row that SQL reads and decides takes a fraction of a microsecond. All others, with instructions,
with values of unusual types or with faults, go through the decision function one by one: so every
row has the answer of `Policy.decide`, and a bad row has its faults and no decision.
"""
