"""Codes of guidance: what makes rules precise, actionable and grounded in examples.

They are checked only on request, `--select guidance`, by the checks in `specdsl/guidance/`.
"""

from __future__ import annotations

from specdsl.base.diagnostics import Code, Severity

BOUNDARY = Code(
    "SD801",
    "unshown-boundary",
    Severity.NOTE,
    """A number that a rule compares a fact with, and no example on either side of it.

Whether "over 500" includes 500 is where people misread each other. An example that has the fact at
exactly the number settles it, and one where the comparison comes out the other way shows that it
matters. Both have to say what is expected of the decision, with all that matters given.

    rule cap at developer when amount > 500 then refund is not pay
    example "much"
      given amount = 900
      expect refund is ask_manager

What of 500?

    example "exactly the limit"
      given amount = 500
      expect refund is pay

Comparisons of several facts with each other have no such number and are passed over.
`specdsl examples --missing` writes examples on both sides of a number.
""",
)
REASON = Code(
    "SD802",
    "unreasoned-rule",
    Severity.NOTE,
    """A rule without a reason. `because "…"` says what the rule is for.

Whoever explains a refusal shows it, and whoever changes the rule later knows what must not be lost.

    rule cap at developer when amount > 500 then refund is not pay

In a reader's words, rather than the rule once more:

    rule cap at developer
      when amount > 500
      then refund is not pay
      because "A large sum takes a second pair of eyes."
""",
)
NAME = Code(
    "SD803",
    "vague-name",
    Severity.NOTE,
    """A name that says nothing, or leaves it to taste, and no text beside it that says more.

Who fills in the facts has to know when `flag2` is true, and two people will not agree on what is
`appropriate`. Name what can be seen, or say what is meant in a text after the name.

    fact appropriate: bool
    rule rule_1 at developer when not appropriate then reply is declined

What can be seen:

    fact names_a_private_person: bool
    rule keep_people_private at developer when names_a_private_person then reply is declined

    fact status: {open, closed} "of the ticket, in the records"
""",
)
TEXT = Code(
    "SD804",
    "text-of-few",
    Severity.NOTE,
    """A fact is a text, and is only ever compared with a few texts that the spec lists.

A text may be anything: a slip of the pen in what a caller hands in (`"refund"` for `"refunds"`) is
one more value that no rule speaks of. An enumeration makes it bad input, and the check knows every
value.

    fact topic: text
    rule ours at developer when topic in {"orders", "refunds"} then reply is full

Every value has a name:

    fact topic: {orders, refunds, other}
    rule ours at developer when topic in {orders, refunds} then reply is full
""",
)
EXERCISED = Code(
    "SD805",
    "unexercised-hard-rule",
    Severity.NOTE,
    """A hard rule, and no example that shows what it does.

A rule is hard where no instruction can lift it: nobody who steers the decision has its level or a
higher one, of their own or lent. Such a rule is read by everyone whom it stops, and an example is
how they find out what it means. It counts where the rule makes the difference: in a situation
that the example describes it wins, or overrides what somebody asks for (`specdsl decide --trace`).

    decision refund: pay > decline steered by nobody
    rule late at developer when days > 30 then refund is decline

An example in which it decides:

    example "a day late"
      given days = 31
      expect refund is decline because late
""",
)
CODES = (BOUNDARY, REASON, NAME, TEXT, EXERCISED)
