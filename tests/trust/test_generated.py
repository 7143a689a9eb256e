"""Nothing that somebody wrote gets out of the place in generated code that it is put into."""

from __future__ import annotations

import ast
import io
import posixpath
import tokenize
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specdsl.api import Policy, Spec, check
from specdsl.apps.cli import group
from specdsl.backends.python.module import module_pieces
from specdsl.pipeline import load_text
from specdsl.second_opinion.all_questions import report_questions
from specdsl.second_opinion.script_files import question_files
from tests.trust.hostile import NAMES, TEXTS, acting, in_a_comment, in_a_pattern, in_a_string

BASE = """\
authority owner > guest
principal clerk without authority
fact a, b: bool
fact path: text
decision door: open > shut
rule r at owner when a then door is shut because "{0}"
"""
MAIN = """\
spec demo "{0}" version "{0}"
{use}value care "{0}"
assume sane: a or path != "{0}" "{0}"
delegate clerk at guest on door when b and path = "{0}" "{0}"
policy p at owner for care "{0}" {
  rule s "{0}" when path like "{pattern}*" then door is shut because "{0}" source "{0}"
}
example "{0}" given a, b, path = "{0}" expect door is shut
assert "{0}": door can be open
change 2025-01-01 "{0}" credit "{0}"
"""


def module(said: str, name: str = "plain.spec", library: str = "base.spec") -> list[str]:
    """What is emitted for a spec in which everything that can be is said, in pieces. In the pattern
    it stands for itself: more runs in it are another test."""
    use = f'use "{in_a_string(library)}"\n'
    main = MAIN.replace("{use}", use).replace("{0}", in_a_string(said))
    main = main.replace("{pattern}", in_a_pattern(said))
    key = posixpath.normpath(posixpath.join(posixpath.dirname(posixpath.normpath(name)), library))
    loaded = load_text(main, name, {key: BASE.replace("{0}", in_a_string(said))})
    return module_pieces(loaded.require_circuit(), said)


class _Shape(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("") if isinstance(node.value, str) else node


@cache
def syntax_of(piece: str, strings: bool) -> str:
    """The syntax tree of a piece of a module; `strings`: with the strings in it. Most pieces are
    in every module."""
    tree = ast.parse(piece)
    return ast.dump(tree if strings else _Shape().visit(tree))


def alike(one: list[str], other: list[str], strings: bool) -> bool:
    """Whether two modules have the same syntax tree; `strings`: with the same strings in it."""
    pairs = zip(one, other, strict=True)
    return all(a == b or syntax_of(a, strings) == syntax_of(b, strings) for a, b in pairs)


def comments(code: list[str]) -> list[str]:
    return [comment for piece in code for comment in comments_in(piece)]


@cache
def comments_in(piece: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(piece).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


PLAIN = module("plain")


@settings(max_examples=15)
@given(NAMES, st.sampled_from(["{}", "{}/x.spec", "/a/{}"]))
def test_a_name_of_a_file_or_folder_changes_no_statement(name: str, place: str) -> None:
    """Only comments differ, which hold a part of it."""
    code = module("plain", place.format(name))
    assert alike(code, PLAIN, strings=True)
    assert acting("".join(code)) == set()
    assert len(comments(code)) == len(comments(PLAIN))


@settings(max_examples=15)
@given(NAMES)
def test_nor_does_the_name_of_a_file_that_is_used(library: str) -> None:
    code = module("plain", library="x" + in_a_comment(library))
    assert alike(code, PLAIN, strings=False)
    assert acting("".join(code)) == set()
    assert len(comments(code)) == len(comments(PLAIN))


@settings(max_examples=15)
@example("*")
@example("\\?*")
@given(TEXTS)
def test_what_is_said_changes_no_more_than_strings(said: str) -> None:
    code = module(f"x{said}")
    assert alike(code, PLAIN, strings=False)
    assert acting("".join(code)) == set()
    assert len(comments(code)) == len(comments(PLAIN))
    "".join(code).encode("utf-8")


@settings(max_examples=10)
@given(TEXTS, NAMES)
def test_a_policy_runs_whatever_is_said_in_it(said: str, name: str) -> None:
    loaded = load_text(BASE.replace("{0}", in_a_string(said)), name)
    found = Policy(loaded.require_circuit()).decide({"a": True, "b": False, "path": said})
    assert dict(found) == {"door": "shut"}


@settings(max_examples=5)
@given(TEXTS, NAMES)
def test_a_question_says_it_in_comments_and_constants_alone(said: str, name: str) -> None:
    def asked(said: str, name: str) -> list[list[str]]:
        text = BASE.replace("{0}", in_a_string(said))
        spec = Spec(load_text(f'{text}assert "{in_a_string(said)}": door can be open', name), None)
        found = question_files(report_questions(spec.model, check(spec)).asked)
        whole = [question.file_text(name) for question in found.values()]
        assert acting("".join(whole)) == set()
        return [[line for line in text.split("\n") if not line.startswith(";")] for text in whole]

    assert sorted(asked(said, name)) == sorted(asked("plain", "plain.spec"))


def test_the_module_of_a_folder_is_not_run_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `specdsl check .` did: the module that it makes to replay findings ran the name."""
    monkeypatch.chdir(tmp_path)
    for end in "\n", "\r":
        name = f"x{end}        (__import__('os').system('touch PWNED')), #.spec"
        Path(name).write_text(BASE.replace("{0}", ""), encoding="utf-8")
    found = CliRunner().invoke(group, ["check", ".", "--no-cache"])
    assert "2 files, 2 rules" in found.output
    assert len(list(tmp_path.iterdir())) == 2
