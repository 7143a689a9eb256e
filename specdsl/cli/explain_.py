"""`specdsl explain CODE`, `specdsl explain FILE RULE`"""

from __future__ import annotations

from collections.abc import Iterator

import click

from specdsl.cli.common import load_or_exit
from specdsl.diagnostics import did_you_mean
from specdsl.model.nodes import Override, Rule
from specdsl.pipeline import Loaded


@click.command("explain")
@click.argument("what", metavar="CODE|FILE")
@click.argument("rule", required=False)
def command(what: str, rule: str | None) -> None:
    """The manual page of a code (`SD402`, `unreachable-rule`); or what a rule of a spec says,
    where it ranks, who outranks it and why."""
    if rule is not None:
        click.echo("\n".join(_rule(load_or_exit(what), rule)))
        return
    from specdsl.catalogue import code_of, unknown_code

    code = code_of(what)
    if code is None:
        raise click.UsageError(unknown_code(what))
    click.echo(f"{code.id} {code.name} ({code.severity})\n\n{code.page.strip()}")


def _rule(loaded: Loaded, name: str) -> Iterator[str]:
    circuit = loaded.whole()
    spec = circuit.spec
    rule = next((r for r in spec.rules if r.name == name), None)
    if rule is None:
        hint = did_you_mean(name, [r.name for r in spec.rules])
        raise click.UsageError(f"there is no rule `{name}`{hint}")
    serves = f", for {rule.value.name}" if rule.value else ""
    yield f"{name}: at {rule.level.name}{serves} ({rule.span.source.name}:{rule.span.line})"
    yield ""
    yield from (f"    {line}" for line in rule.span.text.splitlines())
    for effect in rule.effects:
        levels = circuit.ranks.levels[effect.decision]
        ranked = next(level for level in levels if level.level is rule.level)
        mask = ranked.above[ranked.rules.index(rule)]
        above = [r for i, r in enumerate(ranked.rules) if mask >> i & 1]
        below = [
            r for i, r in enumerate(ranked.rules) if ranked.above[i] >> ranked.rules.index(rule) & 1
        ]
        peers = [r for r in ranked.rules if r is not rule and r not in above and r not in below]
        higher = [level.level.name for level in levels if level.level.rank < rule.level.rank]
        yield ""
        yield f"on {effect.decision.name}:"
        yield f"  higher levels: {', '.join(higher) or 'none'}"
        yield from _listed("outranked by", above, spec.overrides, rule, True)
        yield from _listed("outranks", below, spec.overrides, rule, False)
        yield f"  peers: {', '.join(r.name for r in peers) or 'none'}"


def _listed(
    title: str, rules: list[Rule], overrides: tuple[Override, ...], rule: Rule, up: bool
) -> Iterator[str]:
    yield f"  {title}: {'' if rules else 'none'}".rstrip()
    for other in rules:
        high, low = (other, rule) if up else (rule, other)
        pierces = any(o.rule is high and o.target is low for o in overrides)
        values = (
            f"{high.value.name} > {low.value.name}"
            if high.value and low.value and high.value is not low.value
            else "through others"
        )
        yield f"    {other.name}  ({'overrides' if pierces else values})"
