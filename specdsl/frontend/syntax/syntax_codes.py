"""Fault codes of the syntax."""

from __future__ import annotations

from specdsl.base.diagnostics import Code, Severity

SYNTAX = Code(
    "SD001",
    "syntax-error",
    Severity.ERROR,
    """Something is written where the language has no place for it.

A statement begins with a keyword, and so does every clause in it. Each broken statement is reported
once, and the statements around it are read all the same. The message says what was found and what
could be there.

Example:

    rule late_returns at developer
      if days > 30
      then refund is decline

Instead: begin the clause with a keyword of the language.

    rule late_returns at developer
      when days > 30
      then refund is decline
""",
    kind="syntax",
)

RESERVED = Code(
    "SD002",
    "reserved-word",
    Severity.ERROR,
    """A reserved word is used as a name.

Reserved are the words that an expression or a clause cannot do without; all other words of the
language can be names. A member or an outcome can have any name but `not`, `known` and `unknown`,
and an outcome not `decided` either. The fault is reported once, where the name is declared.

Example:

    fact size: int

Instead: choose another name.

    fact item_size: int
""",
    kind="syntax",
)

REPEATED = Code(
    "SD003",
    "repeated-clause",
    Severity.ERROR,
    """A clause that may be given once is given twice, or a necessary one is missing.

A rule has exactly one `then` and at most one `when`.

Example:

    rule late_returns at developer
      when days > 30
      when is_regular
      then refund is decline

Instead: join several conditions by `and`, and give each exception an `unless` of its own.

    rule late_returns at developer
      when days > 30 and is_regular
      then refund is decline
""",
    kind="syntax",
)

LITERAL = Code(
    "SD004",
    "invalid-literal",
    Severity.ERROR,
    """A date, a time or a number cannot be read.

Example:

    fact opened: date 2025-13-01..

Instead: write a date that exists (there is no thirteenth month), and a time with `Z` or an offset
such as `+01:00`.

    fact opened: date 2025-12-01..
    fact now: time 2025-12-18T15:00:00Z..
""",
    kind="type",
)

TOO_LARGE = Code(
    "SD005",
    "too-large",
    Severity.ERROR,
    """A text, a number or the nesting of an expression or of files is too large to be read.

Instead: use `define` to name parts of an expression.

Limits: 64 MiB a file, 400 digits a number, 1,000 characters a pattern, 100 nested brackets,
policies or prefixes, 150 arithmetic operators or 100 `if … else` in one statement, 100 files each
of which uses the next.
""",
    kind="syntax",
)

SPELLING = Code(
    "SD006",
    "name-spelling",
    Severity.ERROR,
    """A name is not in `lower_snake_case`.

A name is a letter from a to z, followed by letters, digits and `_`. The message proposes the right
spelling, and every place where the name is written is labelled once.

Example:

    fact userAgent: text

Instead: write the name as proposed.

    fact user_agent: text
""",
    kind="name",
)

CODES = (SYNTAX, RESERVED, REPEATED, LITERAL, TOO_LARGE, SPELLING)
