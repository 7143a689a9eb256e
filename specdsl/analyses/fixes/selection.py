"""Which mend is applied where several hold. Who gives way is never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from specdsl.analyses.fixes.proposals import CONTRADICTION, listed
from specdsl.analyses.fixes.propose_fixes import Tried
from specdsl.analyses.fixes.trial import Trial
from specdsl.base.diagnostics import Diagnostic
from specdsl.frontend.model.nodes import Rule


def choose(
    finding: Diagnostic,
    tried: Tried,
    prefer: Iterable[str] = (),
    given: Callable[[str], bool] = lambda path: True,
) -> Trial | str:
    """The mend to apply, or in words why none is. Nothing is assumed that the author did not.

    `prefer` names rules, and values for all rules that serve them, that do not give way. Of the
    mends that are left, those count that make all the examples and assertions hold that any of
    them does. If all of these let the same rules give way, the choice between them is one of form,
    and the first is taken. What stands higher than an unreachable rule gives way to it only where
    that rule is preferred. Nothing is edited that is not `given`.
    """
    names = frozenset(prefer)
    mends = [m for m in tried.mends if m.proposal.yields]
    mends = [m for m in mends if not any(_is(rule, names) for rule in m.proposal.yields)]
    if not mends:
        return _none(tried)
    if not tried.complete:
        return "not all mends could be tried within the limits"
    best = _best(mends)
    yielding = {mend.proposal.yields for mend in best}
    if len(yielding) > 1:
        return _open(yielding)
    outside = {path for mend in best for path in mend.edited if not given(path)}
    best = [mend for mend in best if outside.isdisjoint(mend.edited)]
    if not best:
        named = listed([f"`{path}`" for path in sorted(outside)])
        return f"it would be mended in {named}, outside of what was given"
    if finding.code.id != CONTRADICTION:
        return _beside(finding, best, names)
    return best[0]


def _is(rule: Rule, names: frozenset[str]) -> bool:
    return rule.name in names or (rule.value is not None and rule.value.name in names)


def _none(tried: Tried) -> str:
    if tried.mends and not any(mend.proposal.yields for mend in tried.mends):
        return "an assumption would resolve it, and only its author knows whether it holds"
    if tried.mends:
        return "in every mend something that is preferred gives way"
    if not tried.complete:
        return "no mend could be tried within the limits"
    if tried.failed:
        return "no single edit resolves it without another finding"
    return "there is nothing in the author's own files that could be edited"


def _best(mends: Sequence[Trial]) -> Sequence[Trial]:
    """Those that make all hold what the author says that any of them does; all if none does."""
    said = frozenset[object]().union(*(mend.evidence for mend in mends))
    return [mend for mend in mends if mend.evidence == said] or mends


def _open(yielding: Iterable[frozenset[Rule]]) -> str:
    ways = sorted({listed([f"`{r.name}`" for r in _by_name(rules)]) for rules in yielding})
    could = f"{', '.join(ways[:-1])} or {ways[-1]}"
    return f"{could} could give way: `--prefer NAME` names what does not, or an example shows it"


def _by_name(rules: Iterable[Rule]) -> list[Rule]:
    return sorted(rules, key=lambda rule: rule.name)


def _beside(finding: Diagnostic, mends: Sequence[Trial], names: frozenset[str]) -> Trial | str:
    """The first mend of an unreachable rule, unless what gives way stands higher."""
    name = finding.fields["rules"][0]
    rule = next(r for r in mends[0].spec.model.rules if r.name == name)
    higher = [r for r in mends[0].proposal.yields if r.level.rank < rule.level.rank]
    if higher and not _is(rule, names):
        said = listed([f"`{r.name}`" for r in _by_name(higher)])
        return f"{said} of a higher level would give way: `--prefer {name}` allows it"
    return mends[0]
