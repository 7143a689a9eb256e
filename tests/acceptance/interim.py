"""Until there is a decision function: a replay that believes every situation."""

from __future__ import annotations


class Anything(tuple):
    def __contains__(self, item):
        return True


class Trace:
    outcome = None
    decided = True
    conflicted = False
    failed = False
    because = ()
    clashes = Anything()


class Traces(dict):
    def __missing__(self, key):
        return Trace()


def believing(situation):
    return Traces()
