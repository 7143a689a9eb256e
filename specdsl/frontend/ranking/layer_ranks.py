"""Fault: a layer that would change who outranks whom in its base."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.base.diagnostics import Diagnostic, Label, fault
from specdsl.base.limits import MAX_RANK_CHANGES_SHOWN
from specdsl.frontend.model.model_codes import LAYER
from specdsl.frontend.model.nodes import Rule, SpecModel
from specdsl.frontend.ranking.ranks import RankedLevel, Ranks


def changed_base_ranks(spec: SpecModel, base: Ranks, ranks: Ranks) -> tuple[Diagnostic, ...]:
    """Return a fault for each pair of rules of the base that only the layer orders.

    A layer removes no ranks, since its own rules can only lie in between. So ranks that are equal
    in number are equal.
    """
    before = {
        (decision.name, ranked.level.name): ranked
        for decision, levels in base.levels.items()
        for ranked in levels
    }
    found: dict[tuple[str, str], Diagnostic] = {}
    for decision, levels in ranks.levels.items():
        for ranked in levels:
            was = before.get((decision.name, ranked.level.name))
            for pair in _newly_ordered_pairs(was, ranked) if was is not None else ():
                names = (pair[0].name, pair[1].name)
                found.setdefault(names, _changed_rank_fault(spec, ranked, *pair))
                if len(found) >= MAX_RANK_CHANGES_SHOWN:
                    break
    return tuple(found[names] for names in sorted(found))


def _newly_ordered_pairs(was: RankedLevel, ranked: RankedLevel) -> Iterator[tuple[Rule, Rule]]:
    """Yield the pairs of rules of the base that are ordered now and were not."""
    ours = sum(1 << i for i, rule in enumerate(ranked.rules) if rule.in_base)
    places = {rule.name: i for i, rule in enumerate(was.rules)}
    counts = [mask.bit_count() for mask in was.above]
    for i, rule in enumerate(ranked.rules):
        at = places.get(rule.name)
        if not rule.in_base or at is None:
            continue
        now = ranked.above[i] & ours
        if now.bit_count() == counts[at]:
            continue
        known = {was.rules[j].name for j in range(len(was.rules)) if was.above[at] >> j & 1}
        for j in range(i):
            if now >> j & 1 and ranked.rules[j].name not in known:
                yield ranked.rules[j], rule


def _changed_rank_fault(
    spec: SpecModel, ranked: RankedLevel, higher: Rule, lower: Rule
) -> Diagnostic:
    assert spec.layer is not None
    place = {rule: i for i, rule in enumerate(ranked.rules)}
    above = ranked.above[place[lower]]
    through = [
        rule
        for rule, i in place.items()
        if not rule.in_base and above >> i & 1 and ranked.above[i] >> place[higher] & 1
    ]
    by = f" through {' and '.join(f'`{rule.name}`' for rule in through)}" if through else ""
    message = (
        f"a layer does not change ranks in its base: it puts `{higher.name}` above "
        f"`{lower.name}`{by}"
    )
    labels = [Label(rule.name_span, "of the base") for rule in (higher, lower)]
    labels += [Label(rule.name_span, "lies between") for rule in through]
    between = set(through)
    labels += [Label(o.span, "by this") for o in spec.overrides if o.rule in between]
    return fault(LAYER, message, spec.layer.span, "", *labels)
