"""Code generator for decisions without instructions: a plan → straight Python code.

Each part of a plan is a function of the values of all facts, in the order of the spec, and of the
outcomes of the decisions that it reads. `left` is the mask of the outcomes that are left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from specdsl.backends.axes import OTHER_TEXT, Axis
from specdsl.backends.decision_plan import (
    Chain,
    Conjunct,
    DecisionPlan,
    Gather,
    Node,
    PlannedRule,
    Split,
    is_sequential,
)
from specdsl.backends.python.condensed_layout import wrapped_text
from specdsl.backends.python.python_conditions import (
    PythonConditions,
    decimal,
    number,
    variable,
    with_late_reads,
)
from specdsl.base.plain_text import comment_text
from specdsl.frontend.model.nodes import DecisionModel, Fact, Kind, SpecModel
from specdsl.semantics import aig as g
from specdsl.semantics.fact_values import facts_in

LARGE = 16  # Nodes of a condition that becomes a function of its own.
MOST_LEFT = 32  # Sets of outcomes that are distinguished while code is made.
FEW_CASES = 6  # Cases that are tested one after the other.
WORTH_AN_EXIT = 3  # Rules after which it pays to ask whether one outcome is left.
FEWEST_IN_SET = 2  # Members that are tested by a set rather than one by one.
COSTS = {Kind.BOOL: 1, Kind.ENUM: 2, Kind.SET: 2, Kind.TEXT: 4}


def outcome_variable(decision: DecisionModel) -> str:
    return f"d_{decision.name}"


def function_name(decision: DecisionModel, part: int = 0) -> str:
    return f"_part_{part}_of_{decision.name}" if part else f"_decide_{decision.name}"


def table_name(decision: DecisionModel) -> str:
    return f"_results_of_{decision.name}"


def result_text(
    decision: DecisionModel, outcome: int, decided: bool = True, conflicted: bool = False
) -> str:
    return repr((decision.outcomes[outcome], decided, conflicted))


def failed_text() -> str:
    return repr((None, False, True))


@dataclass(eq=False)
class ConditionFunctions:
    """Functions of large conditions, which decisions share."""

    graph: g.AndInverterGraph
    floats: frozenset[Fact]
    names: dict[g.Node, str] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    sizes: dict[g.Node, int] = field(default_factory=lambda: {g.CONSTANT_NODE: 1})

    def is_large(self, literal: g.Literal) -> bool:
        """Return whether the condition, written out as a tree, is large."""
        for node in self.graph.cone([literal]):
            if node not in self.sizes:
                below = sum(self.sizes[lit >> 1] for lit in self.graph.inputs[node])
                self.sizes[node] = min(1 + below, 10 * LARGE)
        return self.sizes[literal >> 1] > LARGE

    def call_text(self, literal: g.Literal) -> str:
        """Return a call of the condition's function, which is made if there is none."""
        node, no = literal >> 1, "not " if literal & 1 else ""
        printer = PythonConditions(self.graph, [2 * node], outcome_variable, self.floats)
        used = _parameters(self.graph, [2 * node])
        if node not in self.names:
            self.names[node] = f"_condition_{len(self.names) + 1}"
            head = f"def {self.names[node]}({', '.join(f'{name}: Any' for name in used)}) -> bool:"
            lines = (*printer.lines, f"return bool({printer.text(2 * node)})")
            self.pieces.append("\n".join((head, *(f"    {line}" for line in lines))))
        return f"{no}{self.names[node]}({', '.join(used)})"


def _parameters(graph: g.AndInverterGraph, literals: Iterable[g.Literal]) -> list[str]:
    facts: dict[str, None] = {}
    decisions: dict[str, None] = {}
    for atom in graph.support(literals):
        if isinstance(atom, g.Outcome):
            decisions[outcome_variable(atom.decision)] = None
        facts.update((variable(fact), None) for fact in facts_in(atom))
    return [*sorted(facts), *sorted(decisions)]


def decision_pieces(
    spec: SpecModel, plan: DecisionPlan, conditions: ConditionFunctions
) -> Iterator[str]:
    """Yield the functions of a decision, after the table and the conditions that they use."""
    made = len(conditions.pieces)
    writers = [_PartWriter(spec, plan, i, conditions) for i in range(len(plan.parts))]
    functions = [writer.function_text() for writer in writers]
    yield from conditions.pieces[made:]
    if any(writer.uses_table for writer in writers):
        outcomes = range(len(plan.decision.outcomes))
        rows = ", ".join(f"{1 << o}: {result_text(plan.decision, o)}" for o in outcomes)
        head = f"{table_name(plan.decision)}: dict[int, tuple[str, bool, bool]]"
        yield "\n".join(wrapped_text(f"{head} = {{{rows}}}"))
    yield from functions


@dataclass(eq=False)
class _PartWriter:
    """Writes the function of one part of a plan."""

    spec: SpecModel
    plan: DecisionPlan
    part: int
    conditions: ConditionFunctions
    lines: list[str] = field(default_factory=list)
    uses_table: bool = False

    def __post_init__(self) -> None:
        self.decision = self.plan.decision
        self.full = self.decision.all_outcomes
        self.printer = PythonConditions(
            self.conditions.graph, (), outcome_variable, self.conditions.floats
        )
        self.used: set[Fact] = set()

    def function_text(self) -> str:
        self._write_node(self.plan.parts[self.part], 1)
        reads = [outcome_variable(one) for one in self.spec.reads[self.decision]]
        names = [*(["left"] if self.part else []), *reads]
        extra = "".join(f", {name}: {'int' if name == 'left' else 'Any'}" for name in names)
        name = function_name(self.decision, self.part)
        head = f"def {name}(v: Values_{extra}) -> Result:"
        doc = comment_text(f"{self.decision.name}: {' > '.join(self.decision.outcomes)}")
        return "\n".join((head, f'    """{doc}"""', *self._lines_with_reads()))

    def _lines_with_reads(self) -> list[str]:
        """Return the lines, with the assignment of the facts' values to variables."""
        facts = self.spec.facts
        places = [i for i, fact in enumerate(facts) if fact in self.used]
        if len(places) * 3 > len(facts):
            names = (variable(fact) if fact in self.used else "_" for fact in facts)
            return [f"    {''.join(f'{name}, ' for name in names).rstrip(' ')} = v", *self.lines]
        return with_late_reads({variable(facts[i]): f"v[{i}]" for i in places}, self.lines)

    def write(self, depth: int, text: str, rule: PlannedRule | None = None) -> None:
        """Write a line; a comment names the rule that it comes from."""
        if text:
            comment = f"  # {comment_text(rule.rule.name)}" if rule else ""
            self.lines.append(f"{'    ' * depth}{text}{comment}")

    # --- trees ---

    def _write_node(self, node: Node, depth: int) -> None:
        """Write a node. Control does not pass beyond it."""
        if isinstance(node, Split):
            self._write_cases(node.axis, list(node.cases), depth, self._write_node, False)
        elif isinstance(node, Gather):
            self._write_gather(node, depth)
        elif is_sequential(node.rules, self.plan.settled):
            _SequenceWriter(self, depth).write(node.rules)
        else:
            _LevelsWriter(self, depth).write(node.rules)

    def _write_gather(self, node: Gather, depth: int) -> None:
        """Write a node of groups: `first` is the number of the first rule that applies."""
        self.write(depth, f"first, found = {node.count}, {self.static_result(self.full)}")
        for group in node.groups:
            self._write_group(group, depth)
        call = self.next_part(str(self.full))
        if call:
            self.write(depth, f"return found if first < {node.count} else {call}")
        else:
            self.write(depth, "return found")

    def _write_group(self, node: Node, depth: int) -> None:
        """Write a node of a group. Control passes beyond it."""
        match node:
            case Split():
                self._write_cases(node.axis, list(node.cases), depth, self._write_group, True)
            case Gather():
                for group in node.groups:
                    self._write_group(group, depth)
            case Chain():
                self._write_alternatives(node.rules, depth)

    def _write_alternatives(self, rules: Sequence[PlannedRule], depth: int) -> None:
        word = "if"
        for one in rules:
            condition = self.test_text(one.tests, f"first > {one.number}")
            self.write(depth, f"{word} {condition}:", one)
            result = result_text(self.decision, one.outcomes.bit_length() - 1)
            self.write(depth + 1, f"first, found = {one.number}, {result}")
            word = "elif"
        if not rules:
            self.write(depth, "pass")

    def _write_cases(
        self,
        axis: Axis,
        cases: list[tuple[int, Node]],
        depth: int,
        write: Callable[[Node, int], None],
        joined: bool,
    ) -> None:
        """Write the cases of a split; `joined`: control passes beyond them."""
        if len(cases) > FEW_CASES and axis.kind in ("enum", "outcome", "text"):
            middle = len(cases) // 2
            first, others = cases[:middle], cases[middle:]
            if any(mask & axis.unknown or self._has_other(axis, mask) for mask, _ in first):
                first, others = others, first
            if not any(mask & axis.unknown or self._has_other(axis, mask) for mask, _ in first):
                mask = 0
                for one, _ in first:
                    mask |= one
                self.write(depth, f"if {self._class_text(axis, mask)}:")
                self._write_cases(axis, first, depth + 1, write, joined)
                if joined:
                    self.write(depth, "else:")
                self._write_cases(axis, others, depth + joined, write, joined)
                return
        # The unknown comes first, where it is a case of its own; all other texts come last, since
        # they have no test.
        cases.sort(key=lambda case: (self._has_other(axis, case[0]), case[0] != axis.unknown))
        known = not axis.unknown or cases[0][0] == axis.unknown
        for i, (mask, node) in enumerate(cases):
            if i + 1 == len(cases):
                if joined and i:
                    self.write(depth, "else:")
                write(node, depth + (joined and i > 0))
            else:
                word = "elif" if joined and i else "if"
                self.write(depth, f"{word} {self._class_text(axis, mask, known)}:")
                write(node, depth + 1)

    @staticmethod
    def _has_other(axis: Axis, mask: int) -> bool:
        return any(one is OTHER_TEXT and mask >> i & 1 for i, one in enumerate(axis.classes))

    def _class_text(self, axis: Axis, mask: int, known: bool = False) -> str:
        """Return the test that a value is in one of the classes."""
        subject = axis.subject
        if isinstance(subject, DecisionModel):
            outcomes = [o for i, o in enumerate(subject.outcomes) if mask >> i & 1]
            return _membership_text(outcome_variable(subject), outcomes)
        fact = subject[0] if isinstance(subject, tuple) else subject
        self.used.add(fact)
        name = variable(fact)
        unknown, rest = mask & axis.unknown, mask & ~axis.unknown
        if unknown and not rest:
            return f"{name} is None"
        text = self._known_class_text(axis, rest, name)
        if unknown:
            return f"{name} is None or {text}"
        if not known and axis.kind in ("member", "quantity"):
            return f"{name} is not None and {text}"
        return text

    def _known_class_text(self, axis: Axis, mask: int, name: str) -> str:
        subject = axis.subject
        match axis.kind:
            case "bool":
                both = mask == 3
                if both:
                    return f"{name} is not None"
                if axis.unknown:
                    return f"{name} is {'True' if mask & 2 else 'False'}"
                return name if mask & 2 else f"not {name}"
            case "member":
                assert isinstance(subject, tuple)
                fact, member = subject
                if mask == 3:
                    return f"{name} is not None"
                return f"{fact.type.members[member]!r} {'in' if mask & 2 else 'not in'} {name}"
            case "enum":
                assert isinstance(subject, Fact)
                named = [m for i, m in enumerate(subject.type.members) if mask >> i & 1]
                return _membership_text(name, named)
            case "text":
                named = [str(t) for i, t in enumerate(axis.classes) if mask >> i & 1]
                return _membership_text(name, named)
            case _:
                assert isinstance(subject, Fact)
                return _comparison_text(axis, mask, subject, name, self.conditions.floats)

    # --- chains ---

    def test_text(self, tests: Sequence[Conjunct], more: str = "") -> str:
        """Return the condition that all tests hold; empty if there are none."""
        ordered = sorted(tests, key=self._test_rank)
        parts = [more] if more else []
        one_of = {test: text for test in ordered if (text := _one_of_text(test))}
        early = list(takewhile(one_of.__contains__, ordered))
        parts += (one_of[test] for test in early)
        others = [test.literal for test in ordered if test not in one_of]
        small = [literal for literal in others if not self.conditions.is_large(literal)]
        large = [literal for literal in others if self.conditions.is_large(literal)]
        for atom in self.conditions.graph.support([test.literal for test in tests]):
            self.used.update(facts_in(atom))
        if small:
            text = self.printer.join_text(small) if len(small) > 1 else self.printer.text(small[0])
            alone = not parts and not large and not one_of
            parts.append(f"({text})" if " or " in text and not alone and len(small) == 1 else text)
        parts += (one_of[test] for test in ordered if test in one_of and test not in early)
        parts += [self.conditions.call_text(literal) for literal in large]
        return " and ".join(parts)

    def _test_rank(self, test: Conjunct) -> tuple[float, int]:
        """Return a sort key: cheap tests that seldom hold come first."""
        atoms = self.conditions.graph.support([test.literal])
        cost = sum(map(_test_cost, atoms))
        holds = 0.5
        if test.axis is not None:
            holds = test.allowed.bit_count() / test.axis.full.bit_count()
        return cost / max(1 - holds, 0.05), test.literal

    def settled_text(self, left: set[int] | None) -> str:
        """Return the result where one of these sets of outcomes is left (None: any)."""
        if left is not None and len(left) == 1:
            return self.static_result(*left)
        some = [self.static_result(one) for one in sorted(left)] if left is not None else []
        if len(dict.fromkeys(some)) == 1:
            return some[0]
        if left is not None and len(left) == 2:
            one, other = sorted(left, reverse=True)
            return f"{self.static_result(one)} if left == {one} else {self.static_result(other)}"
        text = self.decided_text("left")
        if left is None or self.full in left:
            text = f"{self.static_result(self.full)} if left == {self.full} else {text}"
        return text

    def decided_text(self, left: str) -> str:
        """Return the result of a mask of outcomes that is not empty, where it is decided."""
        self.uses_table = True
        text = f"{table_name(self.decision)}[{left} & -{left}]"
        default = self.decision.default
        if default is not None:
            text = f"{result_text(self.decision, default)} if {left} & {1 << default} else {text}"
        return text

    def static_result(self, left: int) -> str:
        default = self.decision.default
        if default is None or not left >> default & 1:
            default = (left & -left).bit_length() - 1
        return result_text(self.decision, default, left != self.full)

    def next_part(self, left: str) -> str | None:
        """Return the call of the part after this one; None if this is the last."""
        if self.part + 1 == len(self.plan.parts):
            return None
        reads = [outcome_variable(one) for one in self.spec.reads[self.decision]]
        return f"{function_name(self.decision, self.part + 1)}({', '.join(('v', left, *reads))})"


def _test_cost(atom: g.Atom) -> int:
    """Return roughly how long a test takes."""
    facts = facts_in(atom)
    if isinstance(atom, g.TextMatches):
        return 8
    return COSTS.get(facts[0].type.kind, 3) if facts else 2


def _membership_text(name: str, names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"{name} == {names[0]!r}"
    return f"{name} in {{{', '.join(map(repr, names))}}}"


def _one_of_text(test: Conjunct) -> str | None:
    """Return the test of an enumeration that has several of its members; None for another test."""
    axis = test.axis
    if axis is None or axis.kind != "enum" or axis.unknown or not isinstance(axis.subject, Fact):
        return None
    members = axis.subject.type.members
    named = [repr(m) for i, m in enumerate(members) if test.allowed >> i & 1]
    others = [repr(m) for i, m in enumerate(members) if not test.allowed >> i & 1]
    if min(len(named), len(others)) < FEWEST_IN_SET:
        return None
    if len(named) <= len(others):
        return f"{variable(axis.subject)} in {{{', '.join(named)}}}"
    return f"{variable(axis.subject)} not in {{{', '.join(others)}}}"


def _comparison_text(axis: Axis, mask: int, fact: Fact, name: str, floats: frozenset[Fact]) -> str:
    """Return the test that a quantity is in the lower of the classes that are still possible."""
    end = mask.bit_length()
    cut = axis.cuts[(end - 1) // 2]
    text = decimal(cut) if fact in floats else None
    return f"{name} {'<' if end & 1 else '<='} {text or number(cut)}"


@dataclass(eq=False)
class _SequenceWriter:
    """Writes a chain in which each rule stands exactly if it meets what those before it leave."""

    writer: _PartWriter
    depth: int

    def write(self, rules: Sequence[PlannedRule]) -> None:
        """Write the chain; control does not pass beyond it."""
        out = self.writer
        # The sets that may be left; None: any. While `known`, there is one, and no variable yet.
        self.left: set[int] | None = None if out.part else {out.full}
        self.known = not out.part
        for i, one in enumerate(rules):
            if self._write_rule(one, len(rules) - i > WORTH_AN_EXIT):
                return
        value = str(*(self.left or ())) if self.known else "left"
        call = out.next_part(value)
        out.write(self.depth, f"return {call or out.settled_text(self.left)}")

    def _write_rule(self, one: PlannedRule, worth_an_exit: bool) -> bool:
        """Write a rule. Returns whether nothing is left open."""
        out, mask, left = self.writer, one.outcomes, self.left
        meets = None if left is None else {value & mask for value in left} - {0}
        if left is not None and (not meets or all(value & mask == value for value in left)):
            return False  # It is overridden, or changes nothing.
        sure = left is not None and all(value & mask for value in left)
        condition = out.test_text(one.tests, "" if sure else f"left & {mask}")
        if mask.bit_count() == 1:
            result = result_text(out.decision, mask.bit_length() - 1)
            out.write(self.depth, f"if {condition}:" if condition else "", one)
            out.write(self.depth + bool(condition), f"return {result}", None if condition else one)
            return not condition
        if self.known and condition:
            out.write(self.depth, f"left = {next(iter(left or ()))}")
            self.known = False
        if not condition:
            if not self.known:
                out.write(self.depth, f"left &= {mask}", one)
            self.left = meets
            return False
        out.write(self.depth, f"if {condition}:", one)
        out.write(self.depth + 1, f"left &= {mask}")
        if worth_an_exit:
            meets = self._write_exit(meets)
        after = None if left is None or meets is None else left | meets
        self.left = None if after is None or len(after) > MOST_LEFT else after
        return False

    def _write_exit(self, left: set[int] | None) -> set[int] | None:
        """Write that it ends where one outcome is left. Returns what may be left after it."""
        out, inner = self.writer, self.depth + 1
        if left is not None:
            more = {value for value in left if value.bit_count() > 1}
            if more == left:
                return left
            if not more:
                out.write(inner, f"return {out.settled_text(left)}")
                return more
            left = more
        out.write(inner, "if not left & left - 1:")
        out.write(inner + 1, f"return {out.decided_text('left')}")
        return left


@dataclass(eq=False)
class _LevelsWriter:
    """Writes a chain of any rules, level by level: rules that permit something, and peers that may
    contradict each other.

    What the rules of a set leave (`left_3`) and permit (`lifted_3`) is kept in variables of its own
    where rules are outranked by this set alone.
    """

    writer: _PartWriter
    depth: int

    def write(self, rules: Sequence[PlannedRule]) -> None:
        out = self.writer
        self.permits = any(one.permits for one in rules)
        out.write(self.depth, f"left = {out.full}")
        if self.permits:
            out.write(self.depth, "lifted = 0")
            out.write(self.depth, "decided = False")
        levels: dict[int, list[PlannedRule]] = {}
        for one in rules:
            levels.setdefault(one.level, []).append(one)
        for i, level in enumerate(levels.values()):
            self._write_level(level)
            if i + 1 < len(levels) and not self.permits:
                out.write(self.depth, "if not left & left - 1:")
                out.write(self.depth + 1, f"return {out.decided_text('left')}")
        if self.permits:
            undecided = out.static_result(out.full)
            text = f"{out.decided_text('left')} if decided else {undecided}"
            if out.decision.default is not None:
                text = f"({out.decided_text('left')}) if decided else {undecided}"
            out.write(self.depth, f"return {text}")
        else:
            out.write(self.depth, f"return {out.settled_text(None)}")

    def _write_level(self, rules: list[PlannedRule]) -> None:
        out = self.writer
        level = sum(1 << one.position for one in rules)
        keys: list[int] = []
        before = 0
        for one in rules:
            keys.append(one.above & level)
            before |= 1 << one.position
        before = 0
        states: dict[int, str] = {}
        for one, key in zip(rules, keys, strict=True):
            if key != before:
                states.setdefault(key, "_before" if not key else f"_{len(states) + 1}")
            before |= 1 << one.position
        conflicts = bool(states) and not out.plan.settled
        if conflicts:
            states.setdefault(0, "_before")
        for name in states.values():
            out.write(self.depth, f"left{name} = left")
            if self.permits:
                out.write(self.depth, f"lifted{name} = lifted")
        before = 0
        for one, key in zip(rules, keys, strict=True):
            state = "" if key == before else states[key]
            fed = ["", *(name for above, name in states.items() if above >> one.position & 1)]
            self._write_rule(one, state, fed)
            before |= 1 << one.position
        if conflicts:
            out.write(self.depth, "if not left:")
            out.write(self.depth + 1, f"return {self._clash_text()}")

    def _write_rule(self, one: PlannedRule, state: str, fed: Sequence[str]) -> None:
        out = self.writer
        condition = out.test_text(one.tests, f"left{state} & {one.outcomes}")
        out.write(self.depth, f"if {condition}:", one)
        if one.permits:
            for name in fed:
                out.write(self.depth + 1, f"lifted{name} |= left{state} & {one.outcomes}")
            return
        if self.permits:
            out.write(self.depth + 1, "decided = True")
            out.write(self.depth + 1, f"leaves = {one.outcomes} | lifted{state}")
        leaves = "leaves" if self.permits else str(one.outcomes)
        for name in fed:
            out.write(self.depth + 1, f"left{name} &= {leaves}")

    def _clash_text(self) -> str:
        """Return the result where the rules of a level leave nothing."""
        out = self.writer
        settled = out.decision.on_conflict
        if settled is None:
            return failed_text()
        outcomes = out.decision.outcomes
        text = result_text(out.decision, settled, True, True)
        rows = (
            f"{1 << o}: {result_text(out.decision, o, True, True)}" for o in range(len(outcomes))
        )
        other = f"{{{', '.join(rows)}}}[left_before & -left_before]"
        return f"{text} if left_before & {1 << settled} else {other}"
