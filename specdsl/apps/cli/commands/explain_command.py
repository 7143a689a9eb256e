"""Commands `specdsl explain CODE` and `specdsl explain FILE RULE`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from specdsl.apps.cli.common import add_format_option, add_root_option, load_or_exit, read_settings
from specdsl.apps.cli.trial_rule_names import count_trial_rule_or_exit
from specdsl.apps.pictures.rank_wording import outranking_rules, rank_reason
from specdsl.base.diagnostics import did_you_mean
from specdsl.base.plain_text import visible
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.pipeline import Loaded


@click.command("explain")
@click.argument("what", metavar="CODE|FILE")
@click.argument("rule", required=False)
@add_root_option
@add_format_option
def command(what: str, rule: str | None, output_format: str | None) -> None:
    """The manual page of a code (`SD402`, `unreachable-rule`); or what a rule of a spec says,
    where it ranks, who outranks it and why."""
    if rule is not None:
        loaded = load_or_exit(what, read_settings([what], "error", output_format))
        click.echo("\n".join(_rule_lines(loaded, rule)))
        return
    from specdsl.checks.catalogue import code_of, unknown_code

    code = code_of(what)
    if code is None:
        raise click.UsageError(unknown_code(what))
    click.echo(f"{code.id} {code.name} ({code.severity})\n\n{code.page.strip()}")


def _rule_lines(loaded: Loaded, name: str) -> Iterator[str]:
    spec = loaded.require_circuit().spec
    rule = next((r for r in spec.rules if r.name == name), None)
    if rule is None and any(trial.name == name for trial in spec.trials):
        yield f"{name} is a trial rule: it decides nothing; if it counted, it would be"
        yield from _rule_lines(count_trial_rule_or_exit(loaded, name), name)
        return
    if rule is None:
        names = [*(one.name for one in spec.rules), *(one.name for one in spec.trials)]
        hint = did_you_mean(name, names)
        raise click.UsageError(f"there is no rule `{name}`{hint}")
    serves = f", for {rule.value.name}" if rule.value else ""
    place = visible(f"{rule.span.source.name}:{rule.span.line}")
    yield f"{name}: at {rule.level.name}{serves} ({place})"
    yield ""
    yield from (f"    {visible(line)}" for line in rule.span.text.splitlines())
    around = rule.policy
    while around is not None:
        when = "" if around.when is None else f" when {around.when.span.text}"
        yield f"in policy {around.name}{visible(when, newlines=True)}"
        around = around.parent
    for effect in rule.effects:
        yield ""
        yield from _rank_lines(loaded, rule, effect.decision)


def _rank_lines(loaded: Loaded, rule: Rule, decision: DecisionModel) -> Iterator[str]:
    """Yield the rank of the rule among the rules about a decision."""
    circuit = loaded.require_circuit()
    levels = circuit.ranks.levels[decision]
    ranked = next(level for level in levels if level.level is rule.level)
    over = outranking_rules(ranked, rule)
    under = [other for other in ranked.rules if rule in outranking_rules(ranked, other)]
    peers = [r for r in ranked.rules if r is not rule and r not in over and r not in under]
    others = [r.name for r in peers if _effect_key(r, decision) != _effect_key(rule, decision)]
    yield f"on {decision.name}:"
    for level in levels:
        if level.rules and level.level.rank < rule.level.rank:
            names = ", ".join(r.name for r in level.rules)
            yield from _wrap_lines(f"outranked by {level.level.name}: {names}")
    yield from (f"  outranked by {r.name}  ({rank_reason(circuit.spec, r, rule)})" for r in over)
    yield from (f"  outranks {r.name}  ({rank_reason(circuit.spec, rule, r)})" for r in under)
    for level in levels:
        if level.rules and level.level.rank > rule.level.rank:
            names = ", ".join(r.name for r in level.rules)
            yield from _wrap_lines(f"outranks {level.level.name}: {names}")
    said = ", ".join(others) or "none"
    yield from _wrap_lines(f"peers that ask for something else: {said}")


def _effect_key(rule: Rule, decision: DecisionModel) -> tuple[int, bool]:
    effect = rule.effect_on(decision)
    return effect.outcomes, effect.permits


def _wrap_lines(text: str) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent="  ", subsequent_indent="    ")
