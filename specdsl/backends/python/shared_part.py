"""The part that all emitted modules share: what of `specdsl.runtime` a spec needs.

Definitions that nothing refers to are left out, and cases of kinds of facts that the spec does not
have; so are docstrings and empty lines, which stand in `specdsl.runtime`. A heading says what comes
from which of its files.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files as package_files

from specdsl.backends.python.condensed_layout import condensed_lines
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Kind
from specdsl.runtime.namespace import RUNTIME

HEAD = "# --- What decision functions share: specdsl.runtime, condensed ---"
WHOLE = ""  # Stands for no module: what is imported whole.
KINDS = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class Definition:
    """A statement of the runtime: the names that it defines and uses, those of them that it needs
    when the module runs, its lines, and the title of its file.
    """

    names: frozenset[str]
    uses: frozenset[str]
    needs: frozenset[str]
    lines: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True)
class SharedPart:
    """The text of the shared part, and the imports that it needs, by module: its names. What only
    a type checker reads are the `typed` imports and the `aliases`.
    """

    text: str
    imports: Mapping[str, frozenset[str]]
    typed: Mapping[str, frozenset[str]]
    aliases: tuple[str, ...]


@lru_cache(maxsize=256)
def shared_part(roots: frozenset[str], kinds: frozenset[str]) -> SharedPart:
    """Return what is needed for these names, where facts are of these kinds."""
    every = _definitions(kinds)
    home = {name: one for one in every for name in one.names}
    wanted: set[str] = set()
    todo = sorted(roots)
    while todo:
        name = todo.pop()
        if name not in wanted:
            wanted.add(name)
            if name in home:
                todo += sorted(home[name].uses - wanted)
    kept = [one for one in every if one.names & wanted]
    needed = frozenset[str]().union(*(one.needs for one in kept))
    aliases = {name: text for name, text in _aliases().items() if name in wanted}
    wanted.update(*(_names_in(text) for text in aliases.values()))
    return SharedPart(
        "\n".join((HEAD, *_joined_lines(kept))),
        _used_imports(_imported_names(False), needed),
        _used_imports(_imported_names(True), frozenset(wanted)),
        tuple(aliases.values()),
    )


def _used_imports(
    imports: Mapping[str, frozenset[str]], names: frozenset[str]
) -> dict[str, frozenset[str]]:
    return {module: some & names for module, some in imports.items() if some & names}


def _joined_lines(kept: Sequence[Definition]) -> Iterator[str]:
    """Yield the lines of definitions, below a heading for each file."""
    title = ""
    for one in kept:
        if one.title != title:
            title = one.title
            yield from ("", f"# {title}", "")
        yield from one.lines


@cache
def _imported_names(typed: bool) -> dict[str, frozenset[str]]:
    """Return, by module of the standard library, the names that the runtime imports from it, and
    the modules that it imports whole; `typed`: what only a type checker imports.
    """
    found: dict[str, set[str]] = {}
    for name in RUNTIME:
        body = ast.parse(runtime_text(name)).body
        # What a module imports when it runs may be used in annotations alone, too.
        for node in (*body, *_typed_statements(body)) if typed else body:
            if isinstance(node, ast.Import):
                found.setdefault(WHOLE, set()).update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not str(node.module).startswith("specdsl."):
                names = (alias.name for alias in node.names)
                found.setdefault(str(node.module), set()).update(names)
    if not typed:
        found.pop("dataclasses")  # A module has its own.
    found.pop("__future__", None)
    return {module: frozenset(names) for module, names in found.items()}


def _typed_statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that only a type checker reads."""
    for node in body:
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                yield from node.body


@cache
def _aliases() -> dict[str, str]:
    """Return the names that only a type checker knows, each with its definition."""
    found: dict[str, str] = {}
    for name in RUNTIME:
        for node in _typed_statements(ast.parse(runtime_text(name)).body):
            if isinstance(node, ast.Assign):
                found |= dict.fromkeys(_defined_names(node), ast.unparse(node))
    return found


def _names_in(text: str) -> set[str]:
    return {one.id for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Name)}


@cache
def runtime_text(name: str) -> str:
    """Return the text of one file of the runtime."""
    return (package_files("specdsl.runtime") / f"{name}.py").read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def _definitions(kinds: frozenset[str]) -> tuple[Definition, ...]:
    return tuple(one for name in RUNTIME for one in _definitions_of(runtime_text(name), kinds))


def _definitions_of(text: str, kinds: frozenset[str]) -> Iterator[Definition]:
    lines = text.split("\n")
    module = ast.parse(text)
    first = (ast.get_docstring(module) or "").partition("\n")[0]
    title = first[:-1] if first.endswith(".") else first.partition(":")[0]
    for node in module.body:
        if isinstance(node, ast.Import | ast.ImportFrom) or _is_text(node) or _is_typed(node):
            continue
        names = frozenset(_defined_names(node))
        dropped = set(_dropped_lines(node, kinds))
        pruned = _without_other_kinds(node, kinds)
        uses = (one.id for one in ast.walk(pruned) if isinstance(one, ast.Name))
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(one.lineno for one in decorators)])
        kept = [
            _pass_for_text(lines, number) if number in _lone_texts(node) else lines[number - 1]
            for number in range(first, (node.end_lineno or first) + 1)
            if number not in dropped or number in _lone_texts(node)
        ]
        solid = tuple(condensed_lines("\n".join(kept) + "\n"))
        yield Definition(names, frozenset(uses) - names, _needed_names(pruned), solid, title)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_typed(node: ast.stmt) -> bool:
    """Return whether a statement is about what only a type checker reads, or what is exported."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Assign(targets=[ast.Name(id="TYPE_CHECKING" | "__all__")]):
            return True
        case _:
            return False


def _needed_names(node: ast.stmt) -> frozenset[str]:
    """Return the names that a statement needs when it runs: not those of annotations alone, nor
    the ones that a function imports.
    """
    annotations: set[int] = set()
    imported: set[str] = set()
    for one in ast.walk(node):
        for given in (getattr(one, "annotation", None), getattr(one, "returns", None)):
            annotations.update(map(id, ast.walk(given)) if given else ())
        if isinstance(one, ast.Import | ast.ImportFrom):
            imported.update(alias.name for alias in one.names)
    found = {
        one.id for one in ast.walk(node) if isinstance(one, ast.Name) and id(one) not in annotations
    }
    return frozenset(found - imported)


def _defined_names(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.If():
            for one in node.body:
                yield from _defined_names(one)
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Assign(targets=targets):
            for target in targets:
                yield from (one.id for one in ast.walk(target) if isinstance(one, ast.Name))


def _dropped_lines(node: ast.stmt, kinds: frozenset[str]) -> Iterator[int]:
    """Yield the numbers of the lines of texts that document, and of cases of other kinds."""
    for one in ast.walk(node):
        match one:
            case ast.Expr() if _is_text(one):
                yield from _lines_of(one)
            case ast.Match() if all(_is_of_other_kinds(case, kinds) for case in one.cases):
                yield from _lines_of(one)
            case ast.match_case() if _is_of_other_kinds(one, kinds):
                yield from range(one.pattern.lineno, (one.body[-1].end_lineno or 0) + 1)


def _lines_of(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _is_of_other_kinds(case: ast.match_case, kinds: frozenset[str]) -> bool:
    """Return whether a case is about kinds of facts that do not occur."""
    parts = case.pattern.patterns if isinstance(case.pattern, ast.MatchOr) else [case.pattern]
    texts = [
        part.value.value
        for part in parts
        if isinstance(part, ast.MatchValue) and isinstance(part.value, ast.Constant)
    ]
    of_kinds = len(texts) == len(parts) and KINDS.issuperset(texts)
    return of_kinds and kinds.isdisjoint(texts)


def _without_other_kinds(node: ast.stmt, kinds: frozenset[str]) -> ast.stmt:
    for one in ast.walk(node):
        if isinstance(one, ast.Match):
            one.cases = [case for case in one.cases if not _is_of_other_kinds(case, kinds)]
    return node


def _lone_texts(node: ast.stmt) -> set[int]:
    """Return the first lines of docstrings that are a whole body."""
    return {
        one.body[0].lineno
        for one in ast.walk(node)
        if isinstance(one, ast.FunctionDef | ast.ClassDef)
        if len(one.body) == 1 and _is_text(one.body[0])
    }


def _pass_for_text(lines: Sequence[str], number: int) -> str:
    line = lines[number - 1]
    return f"{line[: len(line) - len(line.lstrip())]}pass"


def import_lines(imports: Iterable[tuple[str, Iterable[str]]]) -> list[str]:
    """Return the statements that import these names, sorted."""
    merged: dict[str, set[str]] = {}
    for module, names in imports:
        merged.setdefault(module, set()).update(names)
    whole = {f"import {module}" for module in merged.pop(WHOLE, ())}
    some = (
        f"from {module} import {', '.join(sorted(names))}"
        for module, names in sorted(merged.items())
        if names
    )
    return [*sorted(whole), *some]
