"""Codes of guidance: what makes rules precise, actionable and grounded in examples.

They are checked only on request, `--select guidance`, by the checks in
`specdsl/analyses/guidance/`.
"""

from __future__ import annotations

from specdsl.base.code_names import (
    TEXT_OF_FEW,
    UNEXERCISED_HARD_RULE,
    UNREASONED_RULE,
    UNSHOWN_BOUNDARY,
    VAGUE_NAME,
)
from specdsl.base.diagnostics import Code, Severity

BOUNDARY = Code(
    *UNSHOWN_BOUNDARY,
    Severity.NOTE,
    """A number in a condition, without examples on both sides of it.

Why: whether "over 500" includes 500 is what people misread. An example at exactly the number
settles it, and an example beyond it, for which the comparison has the other result, shows that it
matters. Both must say what is expected of the decision, and give all facts that matter.

Example:

    rule cap at developer
      when amount > 500
      then refund is not pay

    example "much"
      given amount = 900
      expect refund is ask_manager

Instead: add an example at the number (`specdsl examples --missing` writes such examples).

    rule cap at developer
      when amount > 500
      then refund is not pay

    example "just beyond the limit"
      given amount = 501
      expect refund is ask_manager

    example "exactly the limit"
      given amount = 500
      expect refund is pay

Limits: comparisons of several facts with each other have no such number, and are not checked.
""",
)
REASON = Code(
    *UNREASONED_RULE,
    Severity.NOTE,
    """A rule without a reason (`because "…"`).

Why: an explanation of a refusal shows the reason, and whoever changes the rule later learns what
must not be lost.

Example:

    rule cap at developer
      when amount > 500
      then refund is not pay

Instead: say what the rule is for, in words that do not just repeat the rule.

    rule cap at developer
      when amount > 500
      then refund is not pay
      because "A large sum takes a second pair of eyes."
""",
)
NAME = Code(
    *VAGUE_NAME,
    Severity.NOTE,
    """A name that says nothing or leaves its meaning to taste, without a text that says more.

Why: whoever supplies the facts must know when `flag2` is true, and two people will not agree on
what is `appropriate`.

Example:

    fact appropriate: bool

    rule rule_1 at developer
      when not appropriate
      then reply is declined

Instead: name what can be observed, or say what is meant in a text after the name.

    fact names_a_private_person: bool
    fact status: {open, closed} "of the ticket, in the records"

    rule keep_people_private at developer
      when names_a_private_person
      then reply is declined
""",
)
TEXT = Code(
    *TEXT_OF_FEW,
    Severity.NOTE,
    """A text fact that is compared only with a few texts that the spec lists.

Why: a text may be anything, so a misspelt value from a caller (`"refund"` for `"refunds"`) is one
more value about which no rule speaks. An enumeration makes it bad input, and the check knows every
value.

Example:

    fact topic: text

    rule ours at developer
      when topic in {"orders", "refunds"}
      then reply is full

Instead: declare an enumeration, in which every value has a name.

    fact topic: {orders, refunds, other}

    rule ours at developer
      when topic in {orders, refunds}
      then reply is full
""",
)
EXERCISED = Code(
    *UNEXERCISED_HARD_RULE,
    Severity.NOTE,
    """A hard rule, without an example that shows its effect.

A rule is hard if no instruction can lift it: nobody who steers the decision has its level or a
higher one, own or delegated. An example counts if the rule makes the difference in a situation that
it describes: the rule wins, or overrides an instruction (`specdsl decide --trace`).

Why: everyone whom a hard rule stops will read it, and examples show what it means.

Example:

    decision refund: pay > decline steered by nobody

    rule late at developer
      when days > 30
      then refund is decline

Instead: write an example that the rule decides.

    decision refund: pay > decline steered by nobody

    rule late at developer
      when days > 30
      then refund is decline

    example "a day late"
      given days = 31
      expect refund is decline because late
""",
)
CODES = (BOUNDARY, REASON, NAME, TEXT, EXERCISED)
