"""Names of other systems in the spelling of the language, the same wherever they are needed."""

from __future__ import annotations

import re

from specdsl.frontend.syntax.keywords import (
    NAMES_INSTEAD,
    NON_MEMBERS,
    RESERVED_WORDS,
    lower_snake,
)

TOOL_FACTS = ("tool_name", "tool")
"""The facts that say which tool is called. The first is declared, since `chain_of_command` has a
principal `tool`."""
PRINCIPAL_NAMES = frozenset({"system", "developer", "user", "tool", "quoted"})
"""The names that `chain_of_command` gives to principals: no fact beside it can have one."""


def fact_name(text: str) -> str | None:
    """Return the name of a fact: `userId` is `user_id`, and the reserved `size` is `extent`; None
    if it has no letter or digit that a name can have.
    """
    found = _spell_name(text)
    return NAMES_INSTEAD.get(found, f"{found}_1") if found in RESERVED_WORDS else found


def member_name(text: str) -> str | None:
    """Return the name of a member of an enumeration: `In Progress` is `in_progress`."""
    found = _spell_name(text)
    return NAMES_INSTEAD.get(found, f"{found}_1") if found in NON_MEMBERS else found


def argument_names(tool: str | None, path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that the fact of an argument may have, the most specific first. The path
    has the names of the objects that the argument is in, and its own.
    """
    specific = None if tool is None else fact_name("_".join((tool, *path)))
    plain = fact_name("_".join(path))
    if tool is not None and plain in TOOL_FACTS:
        plain = None
    return tuple(name for name in (specific, plain) if name is not None)


def _spell_name(text: str) -> str | None:
    words = re.sub(r"[^A-Za-z0-9_]+", "_", text)
    return lower_snake(words) if re.search(r"[A-Za-z0-9]", words) else None
