"""Faults of names, types, effects, levels, layers, overrides, examples, and cycles."""

from __future__ import annotations

from specdsl.base.diagnostics import Code, Severity


def _code(number: int, name: str, kind: str, page: str) -> Code:
    return Code(f"SD{number}", name, Severity.ERROR, page, kind)


UNKNOWN_NAME = _code(
    101,
    "unknown-name",
    "name",
    """A name is used but not declared.

Facts, defines, decisions and principals share one name space; rules and policies share one; levels,
values and assumptions have one each; the members of each enumeration and the outcomes of each
decision have their own. A similar name is suggested.

Example:

    fact refunded: bool

    rule once at developer
      when refnded
      then refund is decline

Instead: correct the name, or declare it.

    fact refunded: bool

    rule once at developer
      when refunded
      then refund is decline
""",
)
DUPLICATE = _code(
    102,
    "duplicate-name",
    "name",
    """A name space has two declarations of one name, or `authority` or `layer` is declared twice.

Both places are labelled. A file that several others use is read once, so using it twice is no
duplicate.

Example:

    fact late: bool
    define late = days > 30

Instead: rename one of them, or delete it.

    fact late: bool
    define overdue = days > 30
""",
)
NO_FILE = _code(
    103,
    "file-not-found",
    "name",
    """A file or a shipped library does not exist.

`use chain_of_command` names a shipped library; `use "returns.spec"` names a file, relative to the
file that contains the statement.

Example:

    use chain_of_comand

Instead: correct the name or the path.

    use chain_of_command
""",
)
CYCLE = _code(
    104,
    "cyclic-definition",
    "cycle",
    """Files, defines, examples or decisions depend on each other in a cycle.

The message shows the cycle, with its places.

Example:

    define overdue = not in_time
    define in_time = not overdue

Instead: break the cycle at one of its places.

    define overdue = days > 30
    define in_time = not overdue
""",
)
AMBIGUOUS = _code(
    105,
    "ambiguous-name",
    "name",
    """A name after `in` or `has` is both a member of the enumeration and a fact.

Example:

    fact tags: set of {vip, staff}
    fact vip: bool

    rule loyal at developer
      when tags has vip
      then refund is pay

Instead: rename one of the two.

    fact tags: set of {vip, staff}
    fact paid_more: bool

    rule loyal at developer
      when tags has vip
      then refund is pay
""",
)
UNREADABLE = _code(
    106,
    "unreadable-file",
    "name",
    """A file cannot be read.

It is a folder, it is not UTF-8 text, it is larger than 64 MiB, permission to read it is missing, or
it is outside of the folder that `--root` names. Or it is no spec: another file names it, or a link
leads to it, and it has no statement that can be read. In that case nothing of it is shown;
`specdsl check` of the file itself says what is wrong with it.

Example:

    use "parts"                   # a folder

Instead: name a file.

    use "parts/returns.spec"
""",
)
TYPE = _code(
    110,
    "type-mismatch",
    "type",
    """An expression does not have the type that its place needs.

A condition is true, false or unknown; numbers are compared with numbers, dates with dates, and
members of an enumeration with `is`. Products and quotients need a constant.

Example:

    rule late at developer
      when days
      then refund is decline

Instead: write an expression of the right type.

    rule late at developer
      when days > 30
      then refund is decline
""",
)
RANGE = _code(
    111,
    "invalid-range",
    "type",
    """The ends of a range do not have the fact's type, or the low end is above the high end.

Example:

    fact n: int 5..1
    fact waiting: duration 1..5

Instead: write both ends in the fact's type, the lower one first.

    fact n: int 1..5
    fact waiting: duration 1d..5d
""",
)
EFFECT = _code(
    120,
    "invalid-effect",
    "effect",
    """A restriction leaves no outcome or every outcome, or a decision is named twice in a `then`.

Example:

    decision answer: yes > no

    rule either at developer
      then answer in {yes, no}

Instead: name fewer outcomes; a restriction must leave some outcomes, but not all.

    decision answer: yes > no

    rule either at developer
      then answer is no
""",
)
LEVEL = _code(
    130,
    "invalid-level",
    "level",
    """A rule has no level, or a level is not allowed where it is written.

A rule takes its level from its own `at` or from the policy around it. `implied at` of a principal
may not be above its own level. A delegation may not lend authority to a principal that has its own,
or about a decision that it may not steer.

Example:

    rule cap
      when amount > 500
      then refund is not pay

Instead: give the rule a level, or put it into a policy that has one.

    rule cap at developer
      when amount > 500
      then refund is not pay
""",
)
LAYER = _code(
    140,
    "layer-violation",
    "layer",
    """A layer does what its author has no authority for.

A layer may not speak above its level, declare levels, principals or delegations, order values that
it did not declare if its base does not, change the rank between rules of the base, override a rule
of the base, or assume anything about facts that it did not declare. The facts that it declares may
be unknown (`?`), and its assumptions about them must not be false if all of them are unknown.

Why: callers of the base do not give the facts of a layer, so their calls would be rejected.

Example:

    layer guest on "platform.spec"
    fact trial_user: bool

Instead: leave such statements to the base, and declare facts with `?`.

    layer guest on "platform.spec"
    fact trial_user: bool?
""",
)
OVERRIDE = _code(
    150,
    "invalid-override",
    "override",
    """An `overrides` names a rule or policy that it cannot override.

A rule can override rules of its own level that share a decision with it. Of a policy it overrides
the rules for which that holds; it is a fault if there are none, or if one of them has a higher
level.

Example:

    rule cap at root
      when amount > 500
      then refund is not pay

    rule loyal at developer
      when is_regular
      then refund is pay
      overrides cap

Instead: give the rule the level of the rule that it overrides.

    rule cap at root
      when amount > 500
      then refund is not pay

    rule loyal at root
      when is_regular
      then refund is pay
      overrides cap
""",
)
EXAMPLE = _code(
    160,
    "invalid-example",
    "example",
    """An example gives, says or expects something impossible.

A given value does not have the fact's type or is outside of its range, an instruction is bad input
whatever the facts are, or the decision does not have the expected outcome.

Example:

    fact days: int 0..365

    example "late"
      given days = 400
      expect refund is pay

Instead: give values, instructions and outcomes that exist.

    fact days: int 0..365

    example "late"
      given days = 40
      expect refund is pay
""",
)

CODES = (
    UNKNOWN_NAME,
    DUPLICATE,
    NO_FILE,
    CYCLE,
    AMBIGUOUS,
    UNREADABLE,
    TYPE,
    RANGE,
    EFFECT,
    LEVEL,
    LAYER,
    OVERRIDE,
    EXAMPLE,
)
