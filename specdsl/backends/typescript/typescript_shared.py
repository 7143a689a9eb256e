"""The part that all emitted TypeScript modules share: the declarations of `shared/` that a spec
needs, with their comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files as package_files

from specdsl.backends.typescript.fold_table import fold_constants
from specdsl.base.quick_dataclass import dataclass

FILES = (
    "tables",
    "results",
    "reading",
    "conditions",
    "quantities",
    "moments",
    "folding",
    "resolution",
)
HEAD = "// --- What decision functions share " + "-" * 63
EXPORTED = frozenset(
    (
        *("BadInput", "Contradiction", "Decision", "DecisionTrace", "Explanation", "Fault"),
        *("CandidateTrace", "Instruction", "Tables", "Taken", "decide", "decideUntyped"),
    )
)
DECLARED = re.compile(r"^(?:export )?(?:function\*?|class|const|let|interface|type) (\w+)", re.M)
TOKENS = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|`(?:\\.|[^`\\])*`|\.{3}|\.?[A-Za-z_]\w*\??:?", re.S
)
EMBEDDED = re.compile(r"\$\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class SharedDeclaration:
    """A declaration: its name, the names that it uses, and its lines."""

    name: str
    uses: frozenset[str]
    text: str


@lru_cache(maxsize=256)
def shared_text(roots: frozenset[str]) -> str:
    """Return the shared part with what is exported and what these names need."""
    home = {one.name: one for one in _declarations()}
    wanted: set[str] = set()
    todo = sorted(roots | EXPORTED)
    while todo:
        name = todo.pop()
        if name in home and name not in wanted:
            wanted.add(name)
            todo += sorted(home[name].uses - wanted)
    return "\n\n".join((HEAD, *(one.text for one in _declarations() if one.name in wanted)))


def used_names(text: str) -> frozenset[str]:
    """Return the names that a text uses, other than those of properties."""
    return frozenset(_identifiers(text))


@cache
def _declarations() -> tuple[SharedDeclaration, ...]:
    folder = package_files("specdsl.backends.typescript") / "shared"
    texts = [(folder / f"{name}.ts").read_text(encoding="utf-8") for name in FILES]
    blocks = [block for text in (*texts, fold_constants()) for block in _split_blocks(text)]
    found = ((DECLARED.search(block), block) for block in blocks)
    return tuple(
        SharedDeclaration(name.group(1), used_names(block) - {name.group(1)}, block)
        for name, block in found
        if name is not None
    )


def _split_blocks(text: str) -> Iterator[str]:
    """Yield the declarations of a file, each with the comment before it."""
    block: list[str] = []
    for line in text.rstrip("\n").split("\n"):
        starts = line[:1] not in ("", " ", "}", ")")
        ended = bool(block) and (
            not block[-1] or (line.startswith("const ") and _is_constant(block))
        )
        if starts and ended:
            yield "\n".join(block).rstrip("\n")
            block = []
        block.append(line)
    yield "\n".join(block)


def _is_constant(block: list[str]) -> bool:
    """Return whether the lines so far are a constant, not a comment."""
    return any(line.startswith("const ") for line in block)


def _identifiers(text: str) -> Iterator[str]:
    for token in TOKENS.findall(text):
        if token.startswith("`"):
            for inner in EMBEDDED.findall(token):
                yield from _identifiers(inner)
        elif (token[0].isalpha() or token[0] == "_") and not token.endswith(":"):
            yield token.rstrip("?")
