"""Runs the shared suites: every situation decided, every refusal and finding as expected.

`python -m tests.acceptance [FOLDER]`; without a folder the one that `SPECDSL_SUITES` names, else
`../shared/suites`. Only figures, ids and names are printed; the suites themselves stay outside.
"""
