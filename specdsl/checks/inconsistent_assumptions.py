"""Assumptions that no situation satisfies.

The `assume` statements together with the ranges of the facts exclude every situation. The finding
names a minimal set of assumptions and ranges that exclude each other.

Why: every other statement about the spec would be true of no situation, and so prove nothing. This
finding is therefore reported first and alone.

Example:

    fact age: int 0..150
    assume children_are_young: is_child and age < 18
    assume all_are_grown: age >= 21

    rule no_children at developer
      when is_child
      then sale is refused

Instead: weaken one of the assumptions.

    fact age: int 0..150
    assume children_are_young: not is_child or age < 18

    rule no_children at developer
      when is_child
      then sale is refused
"""

from __future__ import annotations

from specdsl.base.code_names import INCONSISTENT_ASSUMPTIONS
from specdsl.base.diagnostics import Code, Diagnostic, Label, Severity, join_names
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.verification.check_session import Check, CheckSession, Findings

CODE = Code(*INCONSISTENT_ASSUMPTIONS, Severity.ERROR, __doc__ or "")


def find_inconsistency(session: CheckSession) -> Findings:
    assumes = list(session.spec.assumes)
    if not assumes:
        return Findings()
    literals = [session.world.literal(session.circuit.assumes[a]) for a in assumes]
    prover = Prover(session.circuit.graph, literals, session.limits)
    try:
        if prover.is_satisfiable(*literals):
            return Findings()
        kept, ranges = prover.minimal_core((), literals)
    except Undetermined:
        return Findings(unproved="whether the assumptions can be met")
    involved = [assumes[i] for i in kept]
    names = sorted(a.name for a in involved)

    verb = "cannot be met together" if len(names) > 1 else "can never be met"
    labels = [
        Label(a.span, "leaves no situation" if i == 0 else "with this one", primary=i == 0)
        for i, a in enumerate(reversed(involved))
    ]
    labels += [Label(f.type_span, f"`{f.name}` has this range") for f in ranges]
    fields = {"assumptions": names}
    message = f"{join_names(names)} {verb}: there is no situation at all"
    return Findings((Diagnostic(CODE, message, tuple(labels), fields=fields),))


CHECK = Check(CODE, find_inconsistency)
