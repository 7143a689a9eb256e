"""What an emitted module says of itself."""

from __future__ import annotations

import ast

import pytest

import specdsl
from specdsl.emit.python import emit

HEAD = """
spec shop "{title}"
authority top
fact late: bool
decision pay: yes > no
rule r at top when late then pay is no
"""


def header(title: str, proof: str) -> str:
    spec = specdsl.loads(HEAD.format(title=title))
    return ast.get_docstring(ast.parse(emit(spec.circuit, proof)), clean=False) or ""


@pytest.mark.parametrize("title", ["Short", " ".join(["Quite a long title"] * 12)])
def test_header_is_no_wider_than_the_code(title: str) -> None:
    proof = ", ".join(f"no inconsistent-thing-{i}" for i in range(30))
    lines = header(title, proof).split("\n")
    assert len(f'"""{lines[0]}') <= 100
    assert max(map(len, lines)) <= 100
    said = " ".join(lines)
    assert f"shop: {title}" in said
    assert f"Proved: {proof}." in said


def test_what_cannot_be_broken_is_kept_whole() -> None:
    proof = "x" * 130
    assert f"{proof}." in header("Short", proof).split("\n")
