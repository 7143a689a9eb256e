"""Code generator for TypeScript: a circuit → one module that needs no other.

The spec's types, conditions and tables are generated. How facts and instructions are read and rules
resolved is the same for all specs, and copied from `shared/`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from textwrap import wrap

from specdsl.backends.rule_tests import RuleTests, SharedTest, rule_tests, tested_literals
from specdsl.backends.typescript.typescript_conditions import TypescriptConditions, string_text
from specdsl.backends.typescript.typescript_shared import shared_text, used_names
from specdsl.backends.typescript.typescript_tables import tables_text
from specdsl.backends.typescript.typescript_types import types_text, values_text
from specdsl.base.plain_text import comment_text
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.version import __version__
from specdsl.frontend.model.nodes import DecisionModel, SpecModel
from specdsl.semantics.aig import Literal
from specdsl.semantics.circuit import Circuit

PROVED = """
This file was read back and proved to decide every situation as the spec does, but for the part that
all modules share, which is held byte for byte; `specdsl verify` repeats it.
"""
WIDTH = 97  # Columns of the header's text.
CONDITION = "(f: Values, d: Taken): boolean"
ASSUMPTION = "(f: Values): boolean"
APPLIES = "(f: Values, d: Taken): number[]"
CHUNK = "(f: Values, d: Taken, found: number[]): void"


@dataclass(frozen=True, slots=True)
class ModulePiece:
    """A piece of a module: a group of lines. One that is `read_back` is a function of this name
    and signature.
    """

    text: str
    name: str = ""
    signature: str = ""

    @property
    def read_back(self) -> bool:
        """Return whether it is proved; all other pieces have to be as they are written."""
        return bool(self.name)


def emit_typescript(circuit: Circuit, proof: str, proved: bool = False) -> str:
    """Return the text of the module. `proof` is a line that says how the spec was proved; `proved`:
    the module says that it is proved to decide as its spec.
    """
    pieces = typescript_pieces(circuit, proof)
    return "\n\n".join((_header(circuit.spec, proof, proved), *(p.text for p in pieces))) + "\n"


def typescript_pieces(circuit: Circuit, proof: str) -> list[ModulePiece]:
    """Return the pieces of the module but for its header."""
    spec = circuit.spec
    own = [
        ModulePiece(types_text(spec)),
        ModulePiece(values_text(spec)),
        *_condition_pieces(circuit),
        *(p for i, one in enumerate(spec.decisions) for p in _rule_pieces(circuit, i, one)),
        ModulePiece(tables_text(circuit)),
    ]
    shared = shared_text(used_names("\n".join(piece.text for piece in own)))
    return [ModulePiece(_constants_text(spec, proof, shared)), *own, ModulePiece(shared)]


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _header(spec: SpecModel, proof: str, proved: bool) -> str:
    title = f": {spec.title}" if spec.title else ""
    so = f", {proof}" if proof.startswith("but ") else f": {proof}"
    made = (
        f"The decision function of this spec, made by specdsl {__version__}. Do not edit it: "
        f"change the spec and compile it again. Proved{so}."
    )
    paragraphs = [
        comment_text(spec.name + title),
        comment_text(made),
        *([" ".join(PROVED.split())] if proved else []),
        'decide({ fact: value }, [{ by: "principal", effect: "decision is outcome" }])',
        "First comes what this spec says, then what every decision function shares.",
    ]
    lines = [
        f" * {line}".rstrip()
        for i, paragraph in enumerate(paragraphs)
        for line in (*([""] if i else []), *_wrap_lines(paragraph.replace("*/", "* /")))
    ]
    return "\n".join(("/**", *lines, " */"))


def _wrap_lines(text: str) -> list[str]:
    return wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _constants_text(spec: SpecModel, proof: str, shared: str) -> str:
    digest = hashlib.sha256()
    for source in spec.sources:
        digest.update(source.text.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    secret = ", ".join(string_text(fact.name) for fact in spec.facts if fact.secret)
    return "\n".join(
        (
            f"export const SPEC_NAME = {string_text(spec.name)};",
            f"export const SPEC_VERSION = {string_text(spec.version)};",
            f"export const SPEC_DIGEST = {string_text(digest.hexdigest())};",
            f"export const SPEC_PROOF = {string_text(proof)};",
            f"export const SHARED_DIGEST = {string_text(text_digest(shared))};",
            f"export const SECRET_FACTS: readonly string[] = [{secret}];",
        )
    )


# --- conditions ---------------------------------------------------------------------------------


def _condition_pieces(circuit: Circuit) -> Iterator[ModulePiece]:
    for i, assume in enumerate(circuit.spec.assumes):
        literal = circuit.assumes[assume]
        yield _condition_piece(circuit, f"assume_{i}", ASSUMPTION, literal, assume.name)
    for i, delegate in enumerate(circuit.spec.delegates):
        what = f"{delegate.principal.name} at {delegate.level.name}"
        literal = circuit.delegates[delegate]
        yield _condition_piece(circuit, f"delegate_{i}", CONDITION, literal, what)


def _condition_piece(
    circuit: Circuit, name: str, signature: str, literal: Literal, what: str
) -> ModulePiece:
    printer = TypescriptConditions(circuit.graph, [literal])
    lines = [
        f"// {comment_text(what)}",
        f"function {name}{signature} {{",
        *(f"  {line}" for line in printer.lines),
        f"  return {printer.text(literal)};",
        "}",
    ]
    return ModulePiece("\n".join(lines), name, signature)


def _rule_pieces(circuit: Circuit, i: int, decision: DecisionModel) -> Iterator[ModulePiece]:
    """Yield the functions of the rules of decision i that apply: of a few rules it is one."""
    chunks = rule_tests(circuit, decision)
    name, what = f"applies_{i}", f"// The rules of `{decision.name}` that apply, by position."
    start = [what, f"function {name}{APPLIES} {{", "  const found: number[] = [];"]
    end = ["  return found;", "}"]
    if len(chunks) == 1:
        lines = [*start, *_chunk_lines(circuit, chunks[0]), *end]
        yield ModulePiece("\n".join(lines), name, APPLIES)
        return
    for j, tests in enumerate(chunks):
        part = f"rules_{i}_{j}"
        lines = [f"function {part}{CHUNK} {{", *_chunk_lines(circuit, tests), "}"]
        yield ModulePiece("\n".join(lines), part, CHUNK)
    calls = [f"  rules_{i}_{j}(f, d, found);" for j in range(len(chunks))]
    yield ModulePiece("\n".join((*start, *calls, *end)), name, APPLIES)


def _chunk_lines(circuit: Circuit, tests: RuleTests) -> list[str]:
    printer = TypescriptConditions(circuit.graph, tested_literals(tests))
    found = list(_test_lines(printer, tests, "  "))
    return [*(f"  {line}" for line in printer.lines), *found]


def _test_lines(printer: TypescriptConditions, tests: RuleTests, pad: str) -> Iterator[str]:
    for test in tests:
        if isinstance(test, SharedTest):
            yield f"{pad}if ({printer.text(test.literal)}) {{"
            yield from _test_lines(printer, test.below, pad + "  ")
            yield f"{pad}}}"
            continue
        yield f"{pad}// {comment_text(test.place)}"
        found = f"found.push({test.position});"
        if test.literals:
            yield f"{pad}if ({printer.all_text(test.literals)}) {found}"
        else:
            yield f"{pad}{found}"
