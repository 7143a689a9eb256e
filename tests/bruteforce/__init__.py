"""All findings of small specs, by looking at all their situations.

The definition of the findings is in the user documentation of what a spec means; here it is carried
out without a solver. Conditions and ranks are the reference interpreter's (`specdsl.semantics.
reference`); nothing else of the checks is used, so that where the two differ, one of them is wrong.

- *Facts* take representative values: all of them where they are finitely many, else one for every
  combination of truth values of comparisons and patterns (`linear.py`, `texts.py`: the argument).
  Valuations with the same truth values of all conditions are one *profile* (`conditions.py`).
- *Instructions* are unbounded in number, and are not enumerated as lists: what a place of
  instructions does to what stands below it is a walk among finitely many states (`machine.py`,
  `walks.py`), and two worlds that share instructions are a walk among pairs of states.
- *Findings* (`findings.py`, `claims.py`, `idle.py`) then read off what can be reached. Parts that
  change nothing are left out of the spec (`variants.py`), and the two are walked through together.

`python -m tests.bruteforce --seed N --count 2000` compares `specdsl.check` with all that.
"""
