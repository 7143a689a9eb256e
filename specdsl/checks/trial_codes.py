"""Codes of what trial rules would do if they counted."""

from __future__ import annotations

from specdsl.base.code_names import TRIAL_BREAKAGE, TRIAL_CONTRADICTION, TRIAL_SHADOW
from specdsl.base.diagnostics import Code, Severity

CONTRADICTION = Code(
    *TRIAL_CONTRADICTION,
    Severity.WARNING,
    """A trial rule that would contradict others if it counted.

It decides nothing yet, so nothing is contradictory now. The finding is what `contradiction` would
be if the trial rule were a rule: rules that apply together and leave no outcome, with a situation.
If the rule and the priorities would form a cycle, that is said instead.

Why: `specdsl promote` refuses such a rule, and what the log says that it would have decided is
nothing where it would clash.

Example:

    rule late at developer
      when days > 30
      then refund is decline

    trial rule regulars at developer
      when is_regular
      then refund is pay

Instead: order the two, or narrow the trial rule.

    rule late at developer
      when days > 30
      then refund is decline

    trial rule regulars at developer
      when is_regular
      then refund is pay
      overrides late
""",
)
SHADOW = Code(
    *TRIAL_SHADOW,
    Severity.WARNING,
    """A trial rule that would take all effect from a rule if it counted, or would have none itself.

The rule would never apply, be overridden wherever it applies, or change no decision: what
`dead-rule`, `unreachable-rule`, `unreachable-effect`, `redundant-rule` and `idle-permission` would
be if the trial rule were a rule.

Why: a rule that another takes over reads as if it still said something.

Example:

    rule late at developer
      when days > 60
      then refund is decline

    trial rule sooner at developer
      when days > 30
      then refund is decline

Instead: change the rule when the trial rule becomes one, or give the trial rule what is missing.

    rule late at developer
      when days > 60
      then refund is decline

    trial rule sooner at developer
      when days > 30 and not is_regular
      then refund is decline
""",
)
BREAKAGE = Code(
    *TRIAL_BREAKAGE,
    Severity.WARNING,
    """A trial rule that would break an example, an assertion or the promise of a layer.

The finding is what `failing-example`, `refuted-assertion` or `loosening-layer` would be if the
trial rule were a rule, with a situation.

Why: examples and assertions say what was wanted. Either they or the trial rule are wrong.

Example:

    rule late at developer
      when days > 30
      then refund is decline

    trial rule regulars at root
      when is_regular
      then refund is pay

    example "a regular is late"
      given days = 40, is_regular
      expect refund is decline because late

Instead: narrow the trial rule, or change the example when it becomes a rule.

    rule late at developer
      when days > 30
      then refund is decline

    trial rule regulars at root
      when is_regular and days <= 35
      then refund is pay

    example "a regular is late"
      given days = 40, is_regular
      expect refund is decline because late
""",
)
CODES = (CONTRADICTION, SHADOW, BREAKAGE)
