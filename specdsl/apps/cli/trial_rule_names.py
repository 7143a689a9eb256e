"""Trial rules as they are named on the command line."""

from __future__ import annotations

import click

from specdsl.base.diagnostics import did_you_mean
from specdsl.frontend.model.nodes import TrialRule
from specdsl.pipeline import Loaded, load_with_trial


def find_trial_rule(loaded: Loaded, name: str) -> TrialRule:
    """Return the trial rule of that name, or exit with what the name is."""
    spec = loaded.require_circuit().spec
    found = next((one for one in spec.trials if one.name == name), None)
    if found is not None:
        return found
    if any(rule.name == name for rule in spec.rules):
        raise click.UsageError(f"`{name}` is a rule already, no trial rule")
    hint = did_you_mean(name, [one.name for one in spec.trials])
    raise click.UsageError(f"there is no trial rule `{name}`{hint}")


def count_trial_rule_or_exit(loaded: Loaded, name: str) -> Loaded:
    """Return the spec in which a trial rule counts, or exit with why there is none."""
    find_trial_rule(loaded, name)
    counted = load_with_trial(loaded, name)
    if counted.circuit is None:
        why = counted.diagnostics[0].message
        raise click.UsageError(f"if trial rule `{name}` counted, the spec would not load: {why}")
    return counted
