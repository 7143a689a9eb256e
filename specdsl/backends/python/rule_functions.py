"""Code generator for the rules that apply: the conditions of a decision's rules → functions that
return the positions of the rules that apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specdsl.backends.python.condensed_layout import WIDTH
from specdsl.backends.python.python_conditions import PythonConditions, variable, with_late_reads
from specdsl.backends.rule_tests import RuleTests, SharedTest, rule_tests, tested_literals
from specdsl.base.plain_text import comment_text
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.semantics.circuit import Circuit


def rule_functions(circuit: Circuit, i: int, decision: DecisionModel) -> Iterator[str]:
    """Yield the functions of the rules of decision i."""
    chunks = rule_tests(circuit, decision)
    doc = f'    """The rules of `{comment_text(decision.name)}` that apply, by position."""'
    if len(chunks) == 1:
        yield _rules_function(circuit, f"_applies_{i}", chunks[0], [doc])
        return
    for j, tests in enumerate(chunks):
        yield _rules_function(circuit, f"_rules_{i}_{j}", tests)
    calls = [f"*_rules_{i}_{j}(f, d)" for j in range(len(chunks))]
    head = f"def _applies_{i}(f: Facts_, d: Outcomes_) -> list[int]:"
    yield "\n".join((head, doc, f"    return [{', '.join(calls)}]"))


def _rules_function(circuit: Circuit, name: str, tests: RuleTests, doc: Iterable[str] = ()) -> str:
    printer = PythonConditions(circuit.graph, tested_literals(tests))
    return "\n".join(
        (
            f"def {name}(f: Facts_, d: Outcomes_) -> list[int]:",
            *doc,
            *with_late_reads(
                {variable(fact): f"f[{fact.name!r}]" for fact in printer.read_facts()},
                (
                    *(f"    {line}" for line in printer.lines),
                    "    found: list[int] = []",
                    *_test_lines(printer, tests, "    "),
                    "    return found",
                ),
            ),
        )
    )


def _test_lines(printer: PythonConditions, tests: RuleTests, pad: str) -> Iterator[str]:
    for test in tests:
        if isinstance(test, SharedTest):
            yield f"{pad}if {printer.text(test.literal)}:"
            yield from _test_lines(printer, test.below, pad + "    ")
            continue
        comment, found = f"# {comment_text(test.place)}", f"found.append({test.position})"
        if test.literals:
            found = f"if {printer.all_text(test.literals)}: {found}"
        if len(pad) + len(found) + len(comment) + 2 <= WIDTH:
            yield f"{pad}{found}  {comment}"
        else:
            yield f"{pad}{comment}"
            yield f"{pad}{found}"


def local_assignments(found: PythonConditions) -> list[str]:
    """Return the lines that read the facts of conditions, and compute what they share."""
    lines = [f"    {variable(fact)} = f[{fact.name!r}]" for fact in found.read_facts()]
    return [*lines, *(f"    {line}" for line in found.lines)]
