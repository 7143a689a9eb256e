"""Command `specdsl decide FILE name=value …`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from specdsl.apps.cli import situation_arguments
from specdsl.apps.cli.batch import decide_lines
from specdsl.apps.cli.common import (
    FILE,
    add_engine_option,
    add_format_option,
    add_root_option,
    load_or_exit,
    read_settings,
)
from specdsl.apps.cli.table_decisions import decide_table_file
from specdsl.apps.cli.trial_rule_names import count_trial_rule_or_exit
from specdsl.base.plain_text import json_text, visible

if TYPE_CHECKING:
    from specdsl.api import Policy
    from specdsl.pipeline import Loaded
    from specdsl.runtime.results import Contradiction, DecisionTrace


class _OrderedCommand(click.Command):
    """A command that keeps its arguments, since the order of `--say` and `--imply` counts."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["typed"] = tuple(args)
        return super().parse_args(ctx, args)


@click.command("decide", cls=_OrderedCommand)
@FILE
@add_root_option
@click.argument("arguments", nargs=-1, metavar="[NAME=VALUE]…")
@click.option("--say", "said", multiple=True, help='"developer: reply is untrue", in order.')
@click.option("--imply", "implied", multiple=True, help="The same, not stated but implied.")
@click.option("--facts", "facts_file", help="A JSON object of facts, or - for standard input.")
@click.option("--fill", is_flag=True, help="Give facts not named the simplest value.")
@click.option("--batch", help="A file with one situation as JSON on each line, or -.")
@click.option("--table", help="A .parquet, .csv or .jsonl file with one situation a row.")
@click.option("-o", "--output", help="Of --table: the file of the rows with their decisions.")
@click.option("--bad", help="Of --table: a file of its own for bad rows with their faults.")
@click.option("--prefix", default="", help="Of --table: before the names of the decisions.")
@add_engine_option("Of --table: what decides the rows.")
@click.option("--trial", metavar="RULE", help="Decide as if this trial rule counted.")
@click.option("--trace", is_flag=True, help="Every candidate and what became of it.")
@click.option("--json", "as_json", is_flag=True, help="The decision as JSON.")
@add_format_option
@click.pass_context
def command(
    ctx: click.Context,
    file: str,
    arguments: tuple[str, ...],
    said: tuple[str, ...],
    implied: tuple[str, ...],
    facts_file: str | None,
    fill: bool,
    batch: str | None,
    table: str | None,
    output: str | None,
    bad: str | None,
    prefix: str,
    engine: str,
    trial: str | None,
    trace: bool,
    as_json: bool,
    output_format: str | None,
) -> None:
    """Decide a situation with the decision function of a spec.

    A set is `tags=vip,staff`, an unknown fact `name=unknown` or not named at all; a text that would
    be read as something else stands in quotes, as in JSON: `name='"unknown"'`. An instruction may
    end in ` at LEVEL`. With `--fill` a fact that is not named is unknown, or, where it cannot
    be, what is simplest: false, the first member, 0.

    The spec is not checked first: where its rules contradict each other in this situation, that is
    said. Exit status 1: bad input, or a contradiction.
    """
    if batch is not None and (arguments or said or implied or facts_file or fill or trace):
        raise click.UsageError("--batch takes its situations from the file alone")
    if table is not None and (arguments or said or implied or facts_file or fill or trace or batch):
        raise click.UsageError("--table takes its situations from the file alone")
    if table is not None and output is None:
        raise click.UsageError("--table needs the file of its decisions: -o FILE")
    if table is None and (output is not None or bad is not None or prefix):
        raise click.UsageError("--output, --bad and --prefix are of --table")
    loaded = load_or_exit(file, read_settings([file], "error", output_format))
    if trial is not None:
        loaded = count_trial_rule_or_exit(loaded, trial)
    from specdsl.api import Policy

    if table is not None:
        from specdsl.batch.table_files import TableFiles

        files = TableFiles(table, output or "", bad, prefix)
        sys.exit(decide_table_file(_table_policy(loaded), files, engine))
    policy = Policy(loaded.require_circuit())
    if batch is not None:
        sys.exit(decide_lines(policy, batch))
    facts = situation_arguments.parse_facts(loaded.require_circuit().spec, facts_file, arguments)
    if fill:
        facts = situation_arguments.fill_in_facts(loaded.require_circuit().spec, facts)
    says = situation_arguments.parse_instructions(ctx.meta["typed"], said, implied)
    sys.exit(_decide_one(policy, facts, says, trace, as_json or output_format == "json"))


def _table_policy(loaded: Loaded) -> Policy:
    """Return the policy of many decisions, which may be sent to other processes."""
    from specdsl.api import Policy, Spec
    from specdsl.backends.settled_decisions import settled_decisions

    circuit = loaded.require_circuit()
    return Policy(circuit, "not checked", Spec(loaded, None), settled_decisions(circuit))


def _decide_one(
    policy: Policy, facts: dict[str, Any], says: list[Any], trace: bool, as_json: bool
) -> int:
    from specdsl.runtime.results import BadInput, Contradiction, Explanation

    try:
        decision = policy.decide(facts, says)
    except BadInput as problem:
        if as_json:
            click.echo(json_text(problem.to_dict()))
        else:
            click.echo("bad input, nothing is decided:")
            for fault in problem.faults:
                click.echo(f"  {visible(str(fault))}")
        return 1
    except Contradiction as problem:
        if as_json:
            click.echo(json_text(problem.to_dict()))
        elif trace:
            click.echo(str(Explanation(problem.traces, {})))
        else:
            _print_contradiction(problem)
        return 1
    if as_json:
        found = decision.explain().to_dict() if trace else decision.to_dict()
        click.echo(json_text(found))
    elif trace:
        click.echo(str(decision.explain()))
    else:
        for taken in decision.traces:
            click.echo(f"{taken.name}: {taken.outcome}{_reason_text(taken)}")
    return 0


def _reason_text(taken: DecisionTrace) -> str:
    if taken.conflicted:
        return "  (settled by `on conflict`)"
    if not taken.decided:
        return "  (the default)"
    return f"  because of {' and '.join(dict.fromkeys(taken.because))}"


def _print_contradiction(problem: Contradiction) -> None:
    from specdsl.runtime.results import join_names

    for name, clashes in problem.clashes.items():
        for rules in clashes:
            click.echo(f"{name}: contradiction between {join_names(rules)}")
    if problem.more:
        click.echo("and more contradictions: those of the fewest rules are shown")
    for name, taken in problem.taken.items():
        click.echo(f"{name}: {taken.outcome}{_reason_text(taken)}")
    for name in problem.not_taken:
        click.echo(f"{name}: not taken, because a decision that it reads failed")
