"""Fault codes of the syntax."""

from __future__ import annotations

from specdsl.base.diagnostics import Code, Severity

SYNTAX = Code(
    "SD001",
    "syntax-error",
    Severity.ERROR,
    """Something stands where the language has no place for it.

A statement starts with a keyword, and so does every clause in it. Each broken statement is
reported once; the statements around it are read all the same. The message says what was found
and what could stand there.

    rule late_returns at developer        rule late_returns at developer
      if late                               when late
      then refund is decline                then refund is decline
    wrong: `if` is no clause              right
""",
    kind="syntax",
)

RESERVED = Code(
    "SD002",
    "reserved-word",
    Severity.ERROR,
    """A reserved word is used as a name.

Reserved are the words that an expression or a clause cannot do without; all other words of the
language are free names. A member or an outcome may have any name but `not`, `known` and `unknown`
(an outcome `decided` neither). The fault is said once, where the name is declared.

    fact size: int         fact item_size: int
    wrong                  right
""",
    kind="syntax",
)

REPEATED = Code(
    "SD003",
    "repeated-clause",
    Severity.ERROR,
    """A clause that may be given once is there twice, or one that is needed is missing.

A rule has exactly one `then` and at most one `when`; several conditions go together with `and`,
several exceptions each with an `unless` of its own.
""",
    kind="syntax",
)

LITERAL = Code(
    "SD004",
    "invalid-literal",
    Severity.ERROR,
    """A date, a time or a number cannot be read.

    fact opened: date 2025-13-01..        there is no thirteenth month
    now > 2025-12-18T15:00:00             a time needs `Z` or an offset such as `+01:00`
""",
    kind="type",
)

TOO_LARGE = Code(
    "SD005",
    "too-large",
    Severity.ERROR,
    """A text, a number or the nesting of an expression or of files is beyond what can be read.

Limits: 64 MiB a file, 400 digits a number, 1,000 characters a pattern, 100 nested brackets,
policies or prefixes, 150 arithmetic operators or 100 `if … else` in one statement, 100 files each
of which uses the next. Use `define` to give parts names.
""",
    kind="syntax",
)

SPELLING = Code(
    "SD006",
    "name-spelling",
    Severity.ERROR,
    """A name is not in `lower_snake_case`.

A name is a letter a to z, then letters, digits and `_`. The right spelling is proposed, and every
place where the name stands is shown once.

    fact userAgent: text        fact user_agent: text
    wrong                       right
""",
    kind="name",
)

CODES = (SYNTAX, RESERVED, REPEATED, LITERAL, TOO_LARGE, SPELLING)
