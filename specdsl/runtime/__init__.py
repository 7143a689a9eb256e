"""Runtime of decision functions: needs the standard library alone.

Emitted modules carry these files as text, so there is one implementation of all of them.
"""
