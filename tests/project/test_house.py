"""Rules of the house: no circle of imports, one thing a name, and a verb in every sentence."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import specdsl

ROOT = Path(specdsl.__file__).parent.parent
ENTRY_POINTS = ("__init__", "__main__")

LONE_WORDS = """
alone apart away before below beside besides beyond brief clear done elsewhere enough every found
given gone had held here in instead kept led left like made mean meant met mine near over past put
quiet rest said same seen since so taken there those through together told under until way whole
with within without words worth written
"""
PARTICIPLE = re.compile(r"[a-z]+(ed|en|ing)")
NOUNS_AND_VERBS = {"children", "even", "hidden", "need", "open", "ordering", "string", "token"}
WORDS_WITHOUT_SUBJECT = """
it its they their that those these this what which who whose whom whether where when how of on in at
by with without for from to as so such one ones beside besides nothing none nobody all else
otherwise
"""
SHARE = 0.02
"""A few names that a user sees are participles (`decided`), and a few sentences ask a question."""


@cache
def modules() -> Mapping[str, ast.Module]:
    """The syntax trees of all modules, by their names."""
    found = {}
    for path in sorted((ROOT / "specdsl").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imported(tree: ast.Module) -> Iterator[str]:
    """The modules that a module imports, also within functions and for the type checker alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            whole = [f"{node.module}.{one.name}" for one in node.names]
            yield from (one if one in modules() else str(node.module) for one in whole)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def test_no_circle_of_imports() -> None:
    graph = {
        name: {one for one in imported(tree) if one in modules() and one != name}
        for name, tree in modules().items()
    }
    assert len(list(TopologicalSorter(graph).static_order())) == len(graph)  # raises `CycleError`


def test_no_name_of_a_module_or_class_stands_for_two_things() -> None:
    files, classes = defaultdict(set), defaultdict(set)
    for name, tree in modules().items():
        stem = name.rpartition(".")[2]
        if stem not in ENTRY_POINTS and not any(one.startswith(f"{name}.") for one in modules()):
            files[stem].add(name)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                classes[node.name].add(name)
    assert not {stem: names for stem, names in files.items() if len(names) > 1}
    twice = {name: places for name, places in classes.items() if len(places) > 1}
    assert twice == {}


def is_lone(name: str) -> bool:
    """Whether the name of a function is a participle, preposition or adverb, and nothing more."""
    word = name.strip("_")
    if "_" in word or word in NOUNS_AND_VERBS:
        return False
    return word in LONE_WORDS.split() or PARTICIPLE.fullmatch(word) is not None


def test_functions_are_called_by_more_than_a_participle_or_preposition() -> None:
    names = [
        f"{module}.{node.name}"
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("__")
    ]
    lone = [name for name in names if is_lone(name.rpartition(".")[2])]
    assert len(lone) < SHARE * len(names), lone


def test_docstrings_begin_with_a_verb_or_a_subject() -> None:
    documented = (ast.FunctionDef, ast.ClassDef, ast.Module)
    texts = [
        f"{module}: {text.splitlines()[0]}"
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, documented) and (text := ast.get_docstring(node))
    ]
    openers = WORDS_WITHOUT_SUBJECT.split()
    without = [t for t in texts if re.split(r"\W+", t.split(": ")[1].lower())[0] in openers]
    assert len(texts) > 1_000
    assert len(without) < SHARE * len(texts), without
