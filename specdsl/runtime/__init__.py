"""What a decision function is made of: the standard library and nothing else.

The emitted modules carry these files as text, so there is one implementation of them all.
"""
