"""A C extension of the decision tree that the emitted module has: the plan of a decision → C, built
with the machine's compiler. It reads the same `FactRecord` that `decide_facts` takes.

It knows what the rules of the benchmark have: bools, enumerations and whole numbers, all of them
known, and rules of which the first that applies decides.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from specdsl.backends.axes import Axis
from specdsl.backends.condition_printer import ConditionPrinter
from specdsl.backends.decision_plan import (
    Chain,
    Conjunct,
    DecisionPlan,
    Gather,
    Node,
    PlannedRule,
    Split,
    plan_decision,
)
from specdsl.frontend.model.nodes import Fact
from specdsl.semantics import aig as g
from specdsl.semantics.circuit import Circuit

HEAD = """
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
static PyObject *outcomes[64], *codes[64], *values_name;
typedef struct { PyObject **items; long known[64]; } Facts;
static inline long code(Facts *f, int i) {  /* Of an enumeration: its member's number. */
    if (f->known[i] < 0) f->known[i] = PyLong_AsLong(PyDict_GetItem(codes[i], f->items[i]));
    return f->known[i];
}
#define E(i) code(f, i)
#define B(i) (f->items[i] == Py_True)
#define N(i) PyLong_AsLong(f->items[i])
"""
TAIL = """
static PyObject *decide(PyObject *self, PyObject *record) {
    PyObject *values = PyObject_GetAttr(record, values_name);
    if (values == NULL) return NULL;
    Facts f;
    f.items = &PyTuple_GET_ITEM(values, 0);
    for (int i = 0; i < COUNT; i++) f.known[i] = -1;
    PyObject *found = outcomes[part_0(&f)];
    Py_DECREF(values);
    Py_INCREF(found);
    return found;
}
static PyObject *set_up(PyObject *self, PyObject *args) {
    PyObject *names, *members;
    if (!PyArg_ParseTuple(args, "OO", &names, &members)) return NULL;
    for (int i = 0; i < PyTuple_GET_SIZE(names); i++) {
        outcomes[i] = PyTuple_GET_ITEM(names, i); Py_INCREF(outcomes[i]);
    }
    for (int i = 0; i < PyTuple_GET_SIZE(members); i++) {
        codes[i] = PyTuple_GET_ITEM(members, i); Py_INCREF(codes[i]);
    }
    values_name = PyUnicode_InternFromString("_values");
    Py_RETURN_NONE;
}
static PyMethodDef methods[] = {
    {"decide", decide, METH_O, ""}, {"set_up", set_up, METH_VARARGS, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "NAME", "", -1, methods};
PyMODINIT_FUNC PyInit_NAME(void) { return PyModule_Create(&definition); }
"""


def has_compiler() -> bool:
    """Return whether the machine can build it."""
    include = Path(sysconfig.get_paths()["include"], "Python.h")
    return shutil.which("gcc") is not None and include.exists()


def built_extension(circuit: Circuit) -> Callable[[Any], str]:
    """Return the decision function of the spec's only decision, compiled."""
    (decision,) = circuit.spec.decisions
    facts = circuit.spec.facts
    source = c_source(circuit, plan_decision(circuit, decision, settled=True))
    name = f"tree_{abs(hash(source)):x}"
    with TemporaryDirectory() as folder:
        text, library = Path(folder, f"{name}.c"), Path(folder, f"{name}.so")
        text.write_text(source.replace("NAME", name), encoding="utf-8")
        include = f"-I{sysconfig.get_paths()['include']}"
        command = ["gcc", "-O2", "-shared", "-fPIC", include, str(text), "-o", str(library)]
        subprocess.run(command, check=True)
        found = importlib.util.spec_from_file_location(name, library)
        assert found is not None
        assert found.loader is not None
        module: Any = importlib.util.module_from_spec(found)
        found.loader.exec_module(module)
    members = tuple({member: i for i, member in enumerate(fact.type.members)} for fact in facts)
    module.set_up(decision.outcomes, members)
    decide: Callable[[Any], str] = module.decide
    return decide


def c_source(circuit: Circuit, plan: DecisionPlan) -> str:
    """Return the text of the extension; the word NAME stands for its name."""
    writer = _TreeWriter(circuit, plan)
    parts = [writer.part_text(i) for i in reversed(range(len(plan.parts)))]
    return "".join((HEAD, *parts, TAIL)).replace("COUNT", str(len(circuit.spec.facts)))


class _CConditions(ConditionPrinter):
    """Prints literals in C."""

    conjunction = " && "
    disjunction = " || "

    def __init__(self, graph: g.AndInverterGraph, places: dict[Fact, int]) -> None:
        self.places = places
        super().__init__(graph, ())

    def constant(self, true: bool) -> str:
        return "1" if true else "0"

    def atom_text(self, atom: g.Atom, positive: bool) -> str:
        match atom:
            case g.IsTrue():
                return f"{'' if positive else '!'}B({self.places[atom.fact]})"
            case g.IsEnumMember():
                op = "==" if positive else "!="
                return f"E({self.places[atom.fact]}) {op} {atom.member}"
            case g.Linear(terms=((Fact() as fact, factor),)):
                op = "==" if atom.op == "=" else atom.op
                test = f"{factor} * N({self.places[fact]}) {op} {atom.bound}"
                return test if positive else f"!({test})"
            case _:
                raise NotImplementedError(atom)


@dataclass(eq=False)
class _TreeWriter:
    circuit: Circuit
    plan: DecisionPlan
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.places = {fact: i for i, fact in enumerate(self.circuit.spec.facts)}
        self.printer = _CConditions(self.circuit.graph, self.places)

    def part_text(self, part: int) -> str:
        """Return the function of one part, which calls the next where it leaves it open."""
        last = part + 1 == len(self.plan.parts)
        rest = "0" if last else f"part_{part + 1}(f)"
        body = "\n".join(self._node_lines(self.plan.parts[part], rest))
        return f"static int part_{part}(Facts *f) {{\n{body}\n}}\n"

    def _node_lines(self, node: Node, rest: str) -> Iterator[str]:
        """Yield the lines of a node; control does not pass beyond it."""
        if isinstance(node, Split):
            yield from self._case_lines(node, lambda child: self._node_lines(child, rest))
        elif isinstance(node, Gather):
            yield f"int first = {node.count}, found = 0;"
            for group in node.groups:
                yield from self._group_lines(group)
            yield f"return first < {node.count} ? found : {rest};"
        else:
            for one in node.rules:
                yield f"if ({self._tests_text(one)}) return {_outcome_of(one)};"
            yield f"return {rest};"

    def _group_lines(self, node: Node) -> Iterator[str]:
        """Yield the lines of a group; control passes beyond it."""
        match node:
            case Split():
                yield from self._case_lines(node, self._group_lines)
            case Gather():
                for group in node.groups:
                    yield from self._group_lines(group)
            case Chain():
                word = "if"
                for one in node.rules:
                    test = self._tests_text(one)
                    found = f"first = {one.number}; found = {_outcome_of(one)};"
                    yield f"{word} (first > {one.number} && {test}) {{ {found} }}"
                    word = "else if"

    def _case_lines(self, node: Split, below: Callable[[Node], Iterator[str]]) -> Iterator[str]:
        """Yield the cases of a split."""
        fact, cases = node.axis.subject, node.cases
        assert isinstance(fact, Fact)
        place = self.places[fact]
        if node.axis.kind == "enum":
            yield f"switch (E({place})) {{"
            for mask, child in cases:
                yield "".join(f"case {i}: " for i in _bits(mask)) + "{"
                yield from below(child)
                yield "} break;"
            yield "}"
            yield "" if not self._ends(below) else "__builtin_unreachable();"
            return
        word = "if"
        for i, (mask, child) in enumerate(cases):
            last = i + 1 == len(cases)
            yield "else {" if last and i else f"{word} ({_case_text(node.axis, mask, place)}) {{"
            yield from below(child)
            yield "}"
            word = "else if"

    def _ends(self, below: object) -> bool:
        return below != self._group_lines

    def _tests_text(self, one: PlannedRule) -> str:
        return " && ".join(f"({self._test_text(test)})" for test in one.tests) or "1"

    def _test_text(self, test: Conjunct) -> str:
        axis = test.axis
        if axis is not None and axis.kind == "enum" and isinstance(axis.subject, Fact):
            return f"{test.allowed}ULL >> E({self.places[axis.subject]}) & 1"
        return self.printer.text(test.literal)


def _outcome_of(one: PlannedRule) -> int:
    return one.outcomes.bit_length() - 1


def _bits(mask: int) -> Sequence[int]:
    return [i for i in range(mask.bit_length()) if mask >> i & 1]


def _case_text(axis: Axis, mask: int, place: int) -> str:
    """Return the test that a value is in the lowest of the classes that are still possible."""
    if axis.kind == "bool":
        return f"B({place})" if mask & 2 else f"!B({place})"
    end = mask.bit_length()
    return f"N({place}) {'<' if end & 1 else '<='} {axis.cuts[(end - 1) // 2]}"
