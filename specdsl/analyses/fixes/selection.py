"""Selection of the fix to apply among several valid ones. It is never guessed which rule gives
way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from specdsl.analyses.fixes.propose_fixes import TriedFixes
from specdsl.analyses.fixes.trial import Trial
from specdsl.base.code_names import CONTRADICTION
from specdsl.base.diagnostics import Diagnostic, join_names
from specdsl.frontend.model.nodes import Rule


def choose_fix(
    finding: Diagnostic,
    tried: TriedFixes,
    prefer: Iterable[str] = (),
    may_edit: Callable[[str], bool] = lambda path: True,
) -> Trial | str:
    """Return the fix to apply, or the reason why there is none. No assumption is ever added.

    `prefer` names rules that must not give way, and values whose rules must not. Of the other
    fixes, those remain that make all the examples and assertions hold that any fix does. If they
    all let the same rules give way, they differ only in form, and the first is taken. A rule of a
    higher level gives way to an unreachable rule only if that is preferred. `may_edit` tells
    whether a file may be edited.
    """
    names = frozenset(prefer)
    fixes = [m for m in tried.fixes if m.proposal.yields]
    fixes = [m for m in fixes if not any(_is_preferred(rule, names) for rule in m.proposal.yields)]
    if not fixes:
        return _why_none(tried)
    if not tried.complete:
        return "not all mends could be tried within the limits"
    best = _best_supported(fixes)
    yielding = {fix.proposal.yields for fix in best}
    if len(yielding) > 1:
        return _ambiguity_text(yielding)
    outside = {path for fix in best for path in fix.edited if not may_edit(path)}
    best = [fix for fix in best if outside.isdisjoint(fix.edited)]
    if not best:
        return f"it would be mended in {join_names(sorted(outside))}, outside of what was given"
    if finding.code.id != CONTRADICTION.id:
        return _choose_for_unreachable(finding, best, names)
    return best[0]


def _is_preferred(rule: Rule, names: frozenset[str]) -> bool:
    return rule.name in names or (rule.value is not None and rule.value.name in names)


def _why_none(tried: TriedFixes) -> str:
    if tried.fixes and not any(fix.proposal.yields for fix in tried.fixes):
        return "an assumption would resolve it, and only its author knows whether it holds"
    if tried.fixes:
        return "in every mend something that is preferred gives way"
    if not tried.complete:
        return "no mend could be tried within the limits"
    if tried.failed:
        return "no single edit resolves it without another finding"
    return "there is nothing in the author's own files that could be edited"


def _best_supported(fixes: Sequence[Trial]) -> Sequence[Trial]:
    """Return the fixes that make all the claims hold that any fix does; all fixes if none does."""
    said = frozenset[object]().union(*(fix.evidence for fix in fixes))
    return [fix for fix in fixes if fix.evidence == said] or fixes


def _ambiguity_text(yielding: Iterable[frozenset[Rule]]) -> str:
    ways = sorted({_rule_names_text(rules) for rules in yielding})
    could = f"{', '.join(ways[:-1])} or {ways[-1]}"
    return f"{could} could give way: `--prefer NAME` names what does not, or an example shows it"


def _rule_names_text(rules: Iterable[Rule]) -> str:
    return join_names(sorted(rule.name for rule in rules))


def _choose_for_unreachable(
    finding: Diagnostic, fixes: Sequence[Trial], names: frozenset[str]
) -> Trial | str:
    """Return the first fix of an unreachable rule, unless a rule of a higher level gives way."""
    name = finding.fields["rules"][0]
    rule = next(r for r in fixes[0].spec.model.rules if r.name == name)
    higher = [r for r in fixes[0].proposal.yields if r.level.rank < rule.level.rank]
    if higher and not _is_preferred(rule, names):
        higher_names = _rule_names_text(higher)
        return f"{higher_names} of a higher level would give way: `--prefer {name}` allows it"
    return fixes[0]
