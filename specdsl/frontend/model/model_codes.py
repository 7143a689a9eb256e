"""Faults of names, types, effects, levels, layers, overrides, examples, and cycles."""

from __future__ import annotations

from specdsl.base.diagnostics import Code, Severity


def _code(number: int, name: str, kind: str, page: str) -> Code:
    return Code(f"SD{number}", name, Severity.ERROR, page, kind)


UNKNOWN_NAME = _code(
    101,
    "unknown-name",
    "name",
    """A name is used that nothing declares.

Facts, defines, decisions and principals share one name space; rules and policies one; levels,
values and assumptions one each; the members of each enumeration and the outcomes of each decision
are their own. A likely name is suggested.

    fact refunded: bool
    when refnded                  when refunded
    wrong                         right
""",
)
DUPLICATE = _code(
    102,
    "duplicate-name",
    "name",
    """Two declarations have the same name in one name space, or what is said once is said twice:
`authority`, or the `layer` that a file is. Both places are shown.

A file that several others use is read once, so using it twice is no duplicate.

    fact late: bool               fact late: bool
    define late = days > 30       define overdue = days > 30
    wrong                         right
""",
)
NO_FILE = _code(
    103,
    "file-not-found",
    "name",
    """There is no such file, or no such shipped library.

`use chain_of_command` names a shipped library; `use "returns.spec"` a file, relative to the one
that says it.

    use chain_of_comand           use chain_of_command
    wrong                         right
""",
)
CYCLE = _code(
    104,
    "cyclic-definition",
    "cycle",
    """Files use each other, defines use each other, examples are like each other, or decisions read
each other, in a circle.

The message shows the way round. Break it at one of the places shown.

    define a = not b              define a = not c
    define b = a                  define b = a
    wrong                         right
""",
)
AMBIGUOUS = _code(
    105,
    "ambiguous-name",
    "name",
    """A name after `in` or `has` is both a member of the enumeration and a fact.

Rename one of the two.

    fact tags: set of {vip, staff}
    fact vip: bool                fact paid_more: bool
    when tags has vip             when tags has vip
    wrong                         right
""",
)
UNREADABLE = _code(
    106,
    "unreadable-file",
    "name",
    """A file cannot be read: it is a folder, it is not UTF-8 text, it is larger than 64 MiB,
permission to read it is missing, or it is outside of the folder that `--root` names. Or it is no
spec: another file names it, or a link leads to it, and it has no statement that can be read.
Nothing of it is shown then; `specdsl check` of the file itself says what is wrong with it.

    use "parts"                   use "parts/returns.spec"
    wrong: a folder               right
""",
)
TYPE = _code(
    110,
    "type-mismatch",
    "type",
    """An expression does not fit where it stands.

A condition is true, false or unknown; numbers are compared with numbers, dates with dates,
members of an enumeration with `is`. Products and quotients are by constants.

    when days_since_delivery        when days_since_delivery > 30
    wrong: a number                 right
""",
)
RANGE = _code(
    111,
    "invalid-range",
    "type",
    """The ends of a range are not of the fact's type, or the low one is above the high one.

    fact n: int 5..1              fact n: int 1..5
    fact d: duration 1..5         fact d: duration 1d..5d
    wrong                         right
""",
)
EFFECT = _code(
    120,
    "invalid-effect",
    "effect",
    """A restriction leaves no outcome or every one, or a decision is named twice in a `then`.

    decision answer: yes > no
    then answer in {yes, no}      then answer is no
    wrong: it leaves every one    right
""",
)
LEVEL = _code(
    130,
    "invalid-level",
    "level",
    """A rule has no level, a principal's `implied at` is above its own level, or a delegation lends
authority to a principal that has its own, or on a decision that it may not steer.

A rule takes its level from its own `at` or from the policy around it.

    rule cap then pay is no       rule cap at developer then pay is no
    wrong                         right
""",
)
LAYER = _code(
    140,
    "layer-violation",
    "layer",
    """A layer does what its author has no authority for.

A layer may not speak above its level, declare levels, principals or delegations, order values
that it did not declare where its base does not, change the rank between rules of the base,
override a rule of the base, or assume anything about facts that it did not declare; the facts
that it declares may be unknown (`?`), and what it assumes about them is not false where all of
them are: callers of the base do not give them, and would be refused.

    layer developer on "platform.spec"
    fact trial_user: bool         fact trial_user: bool?
    wrong                         right
""",
)
OVERRIDE = _code(
    150,
    "invalid-override",
    "override",
    """An `overrides` names what it cannot pierce.

A rule overrides rules of its own level that have a decision in common with it. Of a policy it
overrides those among its rules that are such; none left is an error, and so is one of a higher
level.

    rule cap at root then pay is no
    rule vip at user then pay is yes overrides cap        wrong: cap stands higher
    rule vip at root then pay is yes overrides cap        right
""",
)
EXAMPLE = _code(
    160,
    "invalid-example",
    "example",
    """An example gives, says or expects what cannot be.

A value that is not of the fact's type or outside its range, an instruction that would be bad
input whatever the facts are, an outcome that the decision does not have.

    fact days: int 0..365
    given days = 400              given days = 40
    wrong                         right
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
