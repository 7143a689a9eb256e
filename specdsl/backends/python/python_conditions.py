"""Expression printer: literals of an and-inverter graph → Python expressions over local names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from specdsl.frontend.model.nodes import DecisionModel, Fact, Kind
from specdsl.semantics import aig as g
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.fact_values import facts_in

MIN_SHARED_INPUTS = 3  # A shared conjunction of this many inputs becomes a variable.
FACT_PREFIX = "f_"  # The prefix of the local names of facts.
NEGATED_OPERATORS = {"<=": ">", "<": ">=", "=": "!="}


class ConditionPrinter:
    """Prints literals. A conjunction that is used more than once becomes a variable (common
    subexpression elimination), assigned before its first use.
    """

    def __init__(
        self,
        graph: g.AndInverterGraph,
        literals: Iterable[g.Literal],
        outcome: Callable[[DecisionModel], str] = lambda decision: f"d[{decision.name!r}]",
        floats: frozenset[Fact] = frozenset(),
    ) -> None:
        self.graph = graph
        self.outcome = outcome  # The text of a decision's outcome.
        self.floats = floats  # Numbers whose values may be floats.
        self.roots = list(literals)
        self.uses = self._count_uses()
        self.names: dict[g.Node, str] = {}
        self.lines: list[str] = []
        for node in sorted(self.uses):
            shared = self.uses[node] > 1 and len(graph.inputs[node]) >= MIN_SHARED_INPUTS
            if shared or self._is_nesting_limit(node):
                text = self._conjunction_text(node, True)
                self.names[node] = f"c{len(self.names) + 1}"
                self.lines.append(f"{self.names[node]} = {text}")

    def _count_uses(self) -> dict[g.Node, int]:
        uses: dict[g.Node, int] = {}
        self.depth: dict[g.Node, int] = {}
        stack = [lit >> 1 for lit in self.roots]
        for node in stack:
            uses[node] = uses.get(node, 0) + 1
        seen: set[g.Node] = set()
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            for lit in self.graph.inputs[node]:
                uses[lit >> 1] = uses.get(lit >> 1, 0) + 1
                stack.append(lit >> 1)
        for node in sorted(uses):  # Nodes are numbered in topological order.
            below = (self.depth.get(lit >> 1, 0) for lit in self.graph.inputs[node])
            depth = 1 + max(below, default=0)
            self.depth[node] = 0 if depth > 8 else depth
        return {node: count for node, count in uses.items() if self.graph.inputs[node]}

    def _is_nesting_limit(self, node: g.Node) -> bool:
        """Return whether the node ends eight levels of nesting: it then becomes a variable, so that
        no expression nests deeply.
        """
        return self.depth[node] == 0

    def read_facts(self) -> list[Fact]:
        found = {f.name: f for atom in self.graph.support(self.roots) for f in facts_in(atom)}
        return [found[name] for name in sorted(found)]

    def text(self, literal: g.Literal) -> str:
        """Return the expression of a literal, without brackets around it."""
        node, positive = literal >> 1, not literal & 1
        if node == 0:
            return str(positive)
        if node in self.names:
            return self.names[node] if positive else f"not {self.names[node]}"
        atom = self.graph.atoms[node]
        if atom is not None:
            return self._atom_text(atom, positive)
        return self._conjunction_text(node, positive)

    def _conjunction_text(self, node: g.Node, positive: bool) -> str:
        return self.join_text(self.graph.inputs[node], positive)

    def join_text(self, inputs: Sequence[g.Literal], positive: bool = True) -> str:
        """Return the expression of the conjunction of literals, or of its negation."""
        bools = self._known_bools(inputs)
        parts: list[str] = []
        for lit in inputs:
            atom = self.graph.atoms[lit >> 1]
            about = atom.fact if isinstance(atom, g.Known) and not lit & 1 else None
            if about and (
                about in bools or (positive and self._is_known_by_another(about, inputs))
            ):
                continue
            if isinstance(atom, g.IsTrue) and atom.fact in bools:
                parts.append(self._known_bool_text(atom.fact, not lit & 1, positive))
            else:
                parts.append(self._operand_text(lit if positive else lit ^ 1, positive))
        return (" and " if positive else " or ").join(parts)

    def _known_bools(self, inputs: Sequence[g.Literal]) -> set[Fact]:
        """Return the bools of which the conjunction asks both that they are known and that they are
        true.
        """
        known = {
            a.fact for lit in inputs if isinstance(a := self._atom_of(lit), g.Known) and not lit & 1
        }
        return {a.fact for lit in inputs if isinstance(a := self._atom_of(lit), g.IsTrue)} & known

    def _atom_of(self, literal: g.Literal) -> g.Atom | None:
        return self.graph.atoms[literal >> 1]

    def _is_known_by_another(self, fact: Fact, inputs: Sequence[g.Literal]) -> bool:
        """Return whether another input of the conjunction is true only if the fact is known."""
        for lit in inputs:
            atom = self._atom_of(lit)
            if atom is None or isinstance(atom, g.Known) or fact not in facts_in(atom):
                continue
            if not (isinstance(atom, g.IsEnumMember | g.IsTrue) and lit & 1):
                return True
        return False

    @staticmethod
    def _known_bool_text(fact: Fact, true: bool, positive: bool) -> str:
        return f"{variable(fact)} is {'' if positive else 'not '}{true}"

    def _operand_text(self, literal: g.Literal, positive: bool) -> str:
        text = self.text(literal)
        joiner = " or " if positive else " and "
        node = literal >> 1
        if node in self.names or self.graph.atoms[node] is not None:
            return text
        return f"({text})" if joiner in text or " and " in text or " or " in text else text

    # --- atoms ---

    def _atom_text(self, atom: g.Atom, positive: bool) -> str:
        match atom:
            case g.Known():
                return f"{variable(atom.fact)} is {'not ' if positive else ''}None"
            case g.IsTrue() if atom.fact.optional:
                return f"{variable(atom.fact)} is {'' if positive else 'not '}True"
            case g.IsTrue():
                return variable(atom.fact) if positive else f"not {variable(atom.fact)}"
            case g.IsEnumMember():
                op = "==" if positive else "!="
                return f"{variable(atom.fact)} {op} {atom.fact.type.members[atom.member]!r}"
            case g.Outcome():
                op = "==" if positive else "!="
                return (
                    f"{self.outcome(atom.decision)} {op} {atom.decision.outcomes[atom.outcome]!r}"
                )
            case g.HasMember():
                op = "in" if positive else "not in"
                test = f"{atom.fact.type.members[atom.member]!r} {op} {variable(atom.fact)}"
                return _guard_unknown(test, (atom.fact,))
            case g.TextMatches():
                test = _pattern_text(atom.pattern, variable(atom.fact), positive)
                return _guard_unknown(test, (atom.fact,))
            case g.TextCompare():
                op = "==" if atom.op == "=" else atom.op
                flipped = NEGATED_OPERATORS[atom.op]
                test = f"{variable(atom.fact)} {op if positive else flipped} {atom.value!r}"
                return _guard_unknown(test, (atom.fact,))
            case g.TextRelation():
                op = "==" if atom.op == "=" else atom.op
                flipped = NEGATED_OPERATORS[atom.op]
                test = f"{variable(atom.left)} {op if positive else flipped} {variable(atom.right)}"
                return _guard_unknown(test, (atom.left, atom.right))
            case g.Linear():
                return self._linear_text(atom, positive)
            case _:
                raise AssertionError("an input has no place in an emitted condition")

    def _linear_text(self, atom: g.Linear, positive: bool) -> str:
        op = "==" if atom.op == "=" else atom.op
        op = op if positive else NEGATED_OPERATORS[atom.op]
        scale = 1
        for _, coefficient in atom.terms:
            scale = scale * coefficient.denominator
        total = ""
        for var, coefficient in atom.terms:
            name = variable(var.fact) if isinstance(var, g.Size) else variable(var)
            value = f"len({name})" if isinstance(var, g.Size) else name
            factor = coefficient * scale
            sign = "-" if factor < 0 else "+"
            text = value if abs(factor) == 1 else f"{abs(factor)} * {value}"
            lead = "-" if sign == "-" else ""
            total += f" {sign} {text}" if total else f"{lead}{text}"
        bound = atom.bound * scale
        constant = number(bound)
        if facts_in(atom)[0] in self.floats:
            constant = decimal(bound) or constant
        return _guard_unknown(f"{total} {op} {constant}", facts_in(atom))


def _pattern_text(pattern: str, name: str, positive: bool) -> str:
    """Return the test of a pattern: of one with a single run at either end, or at both, a plain
    test of the text.
    """
    pieces = plain_pieces(pattern)
    no = "" if positive else "not "
    match pieces:
        case ["", inner, ""]:
            return f"{inner!r} {no}in {name}"
        case [start, ""]:
            return f"{no}{name}.startswith({start!r})"
        case ["", end]:
            return f"{no}{name}.endswith({end!r})"
        case _:
            return f"{no}matches_pattern({pattern!r}, {name})"


def plain_pieces(pattern: str) -> list[str] | None:
    """Return the texts between the runs of a pattern; None if it has a `?`."""
    pieces = [""]
    characters = iter(pattern)
    for char in characters:
        if char == "?":
            return None
        if char == "*":
            pieces.append("")
        else:
            pieces[-1] += next(characters, "\\") if char == "\\" else char
    return pieces


def circuit_support(circuit: Circuit) -> list[g.Atom]:
    """Return the atoms that the conditions of a spec depend on."""
    rules = (one.applies for one in circuit.rules.values())
    return circuit.graph.support((*rules, *circuit.delegates.values(), *circuit.assumes.values()))


def float_facts(atoms: Iterable[g.Atom]) -> frozenset[Fact]:
    """Return the numbers that are compared with constants alone, each of which is an integer or
    the decimal of a float. A float may stand for the decimal that it prints as, since floats are in
    the order of these decimals.
    """
    numbers: dict[Fact, bool] = {}
    for atom in atoms:
        if isinstance(atom, g.Linear):
            bound = atom.bound
            plain = len(atom.terms) == 1 and (bound.denominator == 1 or decimal(bound) is not None)
            for fact in facts_in(atom):
                numbers[fact] = numbers.get(fact, True) and plain
    return frozenset(f for f, plain in numbers.items() if plain and f.type.kind is Kind.NUMBER)


def decimal(value: Fraction) -> str | None:
    """Return the float that prints as the number, if it is no integer and has one."""
    if value.denominator == 1:
        return None
    try:
        text = repr(float(value))
    except OverflowError:
        return None
    return text if Fraction(text) == value else None


def _guard_unknown(test: str, facts: Iterable[Fact]) -> str:
    """Guard the test with `is not None` for each fact that may be unknown: the test's value does
    not matter then, but it must not raise.
    """
    checks = [f"{variable(fact)} is not None" for fact in facts if fact.optional]
    return f"({' and '.join([*checks, test])})" if checks else test


def number(value: Fraction) -> str:
    """Return the source text of an exact constant."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"Fraction({value.numerator}, {value.denominator})"


def variable(fact: Fact) -> str:
    """Return the local name of a fact. It is unique, and no other name of the module has its
    prefix.
    """
    return f"{FACT_PREFIX}{fact.name}"
