"""Symbolic execution of emitted functions: a syntax tree → results over all situations.

The reader knows the statements and expressions that occur in emitted functions, with exactly the
meaning that Python gives them, and rejects all others. What would raise an exception in a situation
is collected in `errors`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import zip_longest

from specdsl.backends.python.python_conditions import escape_pattern, joined_pieces
from specdsl.backends.python.symbolic_values import (
    ChoiceTerm,
    Constant,
    ConstantTerm,
    FactsTerm,
    FactTerm,
    LowestBit,
    MaskTerm,
    NumbersTerm,
    OutcomesTerm,
    OutcomeTerm,
    QuantityTerm,
    TableTerm,
    Term,
    TruthTerm,
    UnreadableCode,
    as_choice,
    as_mask,
    choice_of,
    ite_terms,
)
from specdsl.frontend.model.nodes import QUANTITIES, Fact, Kind, SpecModel
from specdsl.semantics import aig as g
from specdsl.semantics.lower_terms import (
    Affine,
    compare_quantities,
    compare_text_terms,
    weighted_sum,
)

VARIABLE = re.compile(
    "(?:f_|d_)[a-z0-9_]+|c[0-9]+|(?:left|lifted)[a-z0-9_]*|leaves|decided|first|found|[vfd_]"
)
MOST_CALLS = 40  # Functions that call each other.
READABLE = (
    ast.Return, ast.If, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Pass,
    ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Call, ast.keyword,
    ast.Subscript, ast.Slice, ast.Attribute, ast.Starred, ast.Name, ast.Constant,
    ast.Tuple, ast.List, ast.Set, ast.Dict, ast.NamedExpr,
    ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop,
)  # fmt: skip
"""What may stand in the body of a function, also where no situation gets to: there, too, a `yield`
or an assignment changes what the whole function means."""
OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Eq: "=",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(eq=False)
class SymbolicReader:
    """Reads the functions of one module. `floats`: the facts for which floats stand."""

    spec: SpecModel
    graph: g.AndInverterGraph
    functions: Mapping[str, ast.FunctionDef]
    tables: Mapping[str, TableTerm]
    floats: frozenset[Fact]
    read: set[str]  # The names of the functions that were run.
    errors: list[g.Literal] = field(default_factory=list)
    depth: int = 0

    def run_function(self, name: str, arguments: Sequence[Term], path: g.Literal = g.TRUE) -> Term:
        """Return what a function returns. A situation in which it would return nothing, or raise,
        is an error.
        """
        function = self.functions[name]
        self.read.add(name)
        if self.depth >= MOST_CALLS:
            raise UnreadableCode(function, "functions that call each other so deeply")
        names = _parameter_names(function)
        if len(names) != len(arguments):
            raise UnreadableCode(function, "a function with these parameters")
        self.depth += 1
        frame = _Frame(self, dict(zip(names, arguments, strict=True)))
        left = frame.run_block(function.body, path)
        self.depth -= 1
        self.errors.append(left)
        return frame.returned_term(function)


def check_readable(function: ast.FunctionDef) -> None:
    """Raise `UnreadableCode` for what is not read back anywhere in a function, run or not."""
    for name in _parameter_names(function):
        _check_name(function, name)
    for statement in function.body:
        for node in ast.walk(statement):
            if not isinstance(node, READABLE):
                where = node if hasattr(node, "lineno") else statement
                raise UnreadableCode(where, "code of this kind")
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                _check_name(node, node.id)


def _parameter_names(function: ast.FunctionDef) -> list[str]:
    given = function.args
    if (
        given.posonlyargs
        or given.kwonlyargs
        or given.vararg
        or given.kwarg
        or given.defaults
        or function.decorator_list
        or getattr(function, "type_params", None)  # From Python 3.12 on.
    ):
        raise UnreadableCode(function, "a function with such parameters or decorators")
    names = [one.arg for one in given.args]
    if len(set(names)) < len(names):
        raise UnreadableCode(function, "a parameter twice")
    return names


@dataclass(eq=False)
class _Frame:
    """The call of a function."""

    reader: SymbolicReader
    variables: dict[str, Term]
    returned: list[tuple[g.Literal, Term]] = field(default_factory=list)

    @property
    def graph(self) -> g.AndInverterGraph:
        return self.reader.graph

    def returned_term(self, function: ast.FunctionDef) -> Term:
        """Return what the function returns, by the paths to its returns."""
        if not self.returned:
            raise UnreadableCode(function, "a function without a return")
        (_, found), *others = reversed(self.returned)
        for path, term in others:
            merged = ite_terms(self.graph, path, term, found)
            if merged is None:
                raise UnreadableCode(function, "results of several kinds")
            found = merged
        return found

    # --- statements ---

    def run_block(self, statements: Sequence[ast.stmt], path: g.Literal) -> g.Literal:
        """Run statements; returns the literal of the situations that pass beyond them."""
        for statement in statements:
            if path == g.FALSE:
                return path
            path = self._run_statement(statement, path)
        return path

    def _run_statement(self, statement: ast.stmt, path: g.Literal) -> g.Literal:
        match statement:
            case ast.Expr(value=ast.Constant(value=str())) | ast.Pass():
                return path
            case ast.Return(value=ast.expr() as value):
                self.returned.append((path, self.term(value, path)))
                return g.FALSE
            case ast.If():
                return self._run_if(statement, path)
            case ast.Assign(targets=[target]):
                self._assign(target, statement.value, path)
                return path
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.List(elts=[])):
                self.variables[name] = NumbersTerm()
                return path
            case ast.AugAssign(target=ast.Name(id=name), op=ast.BitAnd() | ast.BitOr() as op):
                left = self._variable(statement.target, name)
                right = self.term(statement.value, path)
                self.variables[name] = self._join_bits(statement, left, op, right)
                return path
            case ast.Expr(value=ast.Call() as call):
                self._append(call, path)
                return path
            case _:
                raise UnreadableCode(statement, "a statement of this kind")

    def _run_if(self, statement: ast.If, path: g.Literal) -> g.Literal:
        condition = self.truth(statement.test, path)
        before = dict(self.variables)
        then = self.run_block(statement.body, self.graph.all_of((path, condition)))
        taken, self.variables = self.variables, dict(before)
        other = self.run_block(statement.orelse, self.graph.all_of((path, condition ^ 1)))
        if other == g.FALSE:
            self.variables = taken
        elif then != g.FALSE:
            self._merge(condition, taken)
        return self.graph.any_of((then, other))

    def _merge(self, condition: g.Literal, taken: Mapping[str, Term]) -> None:
        """Merge the variables of two branches; one that a branch lacks is lost."""
        merged: dict[str, Term] = {}
        for name, other in self.variables.items():
            if name in taken:
                term = ite_terms(self.graph, condition, taken[name], other)
                if term is not None:
                    merged[name] = term
        self.variables = merged

    def _assign(self, target: ast.expr, value: ast.expr, path: g.Literal) -> None:
        match target, value:
            case ast.Name(id=name), _:
                self.variables[name] = self.term(value, path)
            case ast.Tuple(elts=names), ast.Tuple(elts=values) if len(names) == len(values):
                terms = [self.term(one, path) for one in values]
                for one, term in zip(names, terms, strict=True):
                    self.variables[_name_of(one)] = term
            case ast.Tuple(elts=names), ast.Name():
                facts = self.reader.spec.facts
                if self.term(value, path) != FactsTerm(False) or len(names) != len(facts):
                    raise UnreadableCode(target, "an assignment to several names of this kind")
                for one, fact in zip(names, facts, strict=True):
                    self.variables[_name_of(one)] = FactTerm(fact)
            case _:
                raise UnreadableCode(target, "an assignment of this kind")

    def _append(self, call: ast.Call, path: g.Literal) -> None:
        match call:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="append"),
                args=[ast.Constant(value=int() as number)],
                keywords=[],
            ) if type(number) is int:
                found = self._variable(call, name)
                if isinstance(found, NumbersTerm) and number not in dict(found.numbers):
                    # Where a branch is not taken, the list stays as it was.
                    added = NumbersTerm((*found.numbers, (number, g.TRUE)))
                    self.variables[name] = added
                    return
        raise UnreadableCode(call, "a call of this kind")

    def _variable(self, node: ast.AST, name: str) -> Term:
        if name in self.variables:
            return self.variables[name]
        if name in self.reader.tables:
            return self.reader.tables[name]
        raise UnreadableCode(node, f"`{name}`")

    # --- terms ---

    def term(self, node: ast.expr, path: g.Literal) -> Term:
        """Return the value of an expression where the path holds."""
        match node:
            case ast.Name(id=name):
                return self._variable(node, name)
            case ast.Constant() | ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
                return ConstantTerm(_constant(node))
            case ast.Set() | ast.Tuple():
                return ConstantTerm(_constant(node))
            case ast.Dict():
                return table_of(node)
            case ast.List(elts=parts):
                return self._joined_lists(node, parts, path)
            case ast.IfExp():
                condition = self.truth(node.test, path)
                one = self.term(node.body, self.graph.all_of((path, condition)))
                other = self.term(node.orelse, self.graph.all_of((path, condition ^ 1)))
                found = ite_terms(self.graph, condition, one, other)
                if found is None:
                    raise UnreadableCode(node, "alternatives of several kinds")
                return found
            case ast.Subscript():
                return self._subscript(node, path)
            case ast.NamedExpr(target=ast.Name(id=name)) if name not in self.variables:
                # It is not evaluated in every situation: nothing else may read the name.
                return self.term(node.value, path)
            case ast.Call():
                return self._call(node, path)
            case ast.BinOp():
                return self._binary(node, path)
            case ast.UnaryOp(op=ast.USub()):
                return self._weighted_sum(node, ((Fraction(-1), node.operand),), path)
            case ast.BoolOp() | ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return TruthTerm(self.truth(node, path))
            case _:
                raise UnreadableCode(node, "an expression of this kind")

    def _joined_lists(self, node: ast.expr, parts: Sequence[ast.expr], path: g.Literal) -> Term:
        numbers: list[tuple[int, g.Literal]] = []
        for part in parts:
            if not isinstance(part, ast.Starred):
                raise UnreadableCode(node, "a list of this kind")
            found = self.term(part.value, path)
            if not isinstance(found, NumbersTerm):
                raise UnreadableCode(node, "a list of this kind")
            numbers += found.numbers
        if len({number for number, _ in numbers}) < len(numbers):
            raise UnreadableCode(node, "a number twice in a list")
        return NumbersTerm(tuple(numbers))

    def _subscript(self, node: ast.Subscript, path: g.Literal) -> Term:
        held = self.term(node.value, path)
        match held, node.slice:
            case FactsTerm(by_name=False), ast.Constant(value=int() as at):
                facts = self.reader.spec.facts
                if type(at) is int and 0 <= at < len(facts):
                    return FactTerm(facts[at])
            case FactsTerm(by_name=True), ast.Constant(value=str() as name):
                for fact in self.reader.spec.facts:
                    if fact.name == name:
                        return FactTerm(fact)
            case OutcomesTerm(decisions=decisions), ast.Constant(value=str() as name):
                for decision in decisions:
                    if decision.name == name:
                        return OutcomeTerm(decision)
            case TableTerm(), _:
                key = self.term(node.slice, path)
                if isinstance(key, LowestBit):
                    return self._look_up(held, key.mask, path)
        raise UnreadableCode(node, "a subscript of this kind")

    def _look_up(self, table: TableTerm, mask: MaskTerm, path: g.Literal) -> Term:
        """Return the row of the lowest bit that is set; it is an error if there is none."""
        rows = dict(table.rows)
        lower: list[g.Literal] = []
        cases: list[tuple[Constant, g.Literal]] = []
        for i, bit in enumerate(mask.bits):
            here = self.graph.all_of((bit, *lower))
            lower.append(bit ^ 1)
            if 1 << i in rows:
                cases.append((rows[1 << i], here))
            else:
                self._fails(path, here)
        self._fails(path, self.graph.all_of(lower))
        return choice_of(self.graph, cases)

    def _fails(self, *literals: g.Literal) -> None:
        """Note that the code would raise an exception where these hold."""
        literal = self.graph.all_of(literals)
        if literal != g.FALSE:
            self.reader.errors.append(literal)

    def _call(self, node: ast.Call, path: g.Literal) -> Term:
        if node.keywords:
            raise UnreadableCode(node, "a call of this kind")
        match node:
            case ast.Call(func=ast.Name(id="Fraction"), args=[one, other]):
                parts = _constant(one), _constant(other)
                if all(type(part) is int for part in parts) and parts[1]:
                    value = Fraction(*parts)  # type: ignore[arg-type]
                    return QuantityTerm(Affine((), value))
            case ast.Call(func=ast.Name(id="len"), args=[one]):
                held = self.term(one, path)
                if isinstance(held, FactTerm) and held.fact.type.kind is Kind.SET:
                    self._fails(path, self._unknown(held.fact))
                    return QuantityTerm(Affine(((g.Size(held.fact), Fraction(1)),), Fraction(0)))
            case ast.Call(func=ast.Name(id="bool"), args=[one]):
                return TruthTerm(self.truth(one, path))
            case ast.Call(func=ast.Name(id="matches_pattern"), args=[ast.Constant(), one]):
                pattern, text = _constant(node.args[0]), self._text_fact(one, path)
                if isinstance(pattern, str) and text is not None:
                    return self._matches(text, pattern, path)
            case ast.Call(
                func=ast.Name(id="matches_pieces"),
                args=[one, ast.Constant(), ast.Tuple(), ast.Constant()],
            ):
                start, between, end = map(_constant, node.args[1:])
                text, pieces = self._text_fact(one, path), (start, *_parts_of(between), end)
                if text is not None and all(isinstance(piece, str) for piece in pieces):
                    return self._matches(text, joined_pieces(map(str, pieces)), path)
            case ast.Call(
                func=ast.Attribute(value=inner, attr="startswith" | "endswith" as where),
                args=[ast.Constant(value=str() as part)],
            ):
                text = self._text_fact(inner, path)
                if text is not None:
                    plain = escape_pattern(part)
                    pattern = f"{plain}*" if where == "startswith" else f"*{plain}"
                    return self._matches(text, pattern, path)
            case ast.Call(func=ast.Name(id=name), args=given) if name in self.reader.functions:
                return self.reader.run_function(name, [self.term(one, path) for one in given], path)
        raise UnreadableCode(node, "a call of this kind")

    def _text_fact(self, node: ast.expr, path: g.Literal) -> Fact | None:
        found = self.term(node, path)
        if isinstance(found, FactTerm) and found.fact.type.kind is Kind.TEXT:
            return found.fact
        return None

    def _matches(self, fact: Fact, pattern: str, path: g.Literal) -> TruthTerm:
        self._fails(path, self._unknown(fact))
        return TruthTerm(self.graph.atom(g.TextMatches(fact, pattern)))

    def _binary(self, node: ast.BinOp, path: g.Literal) -> Term:
        left, right = node.left, node.right
        match node.op:
            case ast.BitAnd() | ast.BitOr():
                if _negates(right, left):
                    mask = as_mask(self.term(left, path))
                    if mask is not None:
                        return LowestBit(mask)
                if _decrements(right, left) and isinstance(node.op, ast.BitAnd):
                    mask = as_mask(self.term(left, path))
                    if mask is not None:  # All bits but the lowest: only its truth is of use.
                        return TruthTerm(_at_least_two(self.graph, mask.bits))
                return self._join_bits(node, self.term(left, path), node.op, self.term(right, path))
            case ast.Add():
                return self._weighted_sum(node, ((Fraction(1), left), (Fraction(1), right)), path)
            case ast.Sub():
                return self._weighted_sum(node, ((Fraction(1), left), (Fraction(-1), right)), path)
            case ast.Mult():
                factor = self._quantity(node, self.term(left, path), path)
                if not factor.terms:
                    return self._weighted_sum(node, ((factor.constant, right),), path)
        raise UnreadableCode(node, "an operation of this kind")

    def _weighted_sum(
        self, node: ast.expr, parts: Sequence[tuple[Fraction, ast.expr]], path: g.Literal
    ) -> QuantityTerm:
        """Return a weighted sum. Floats are not added: that would round."""
        terms = [
            (factor, self._quantity(node, self.term(part, path), path)) for factor, part in parts
        ]
        alone = len(parts) == 1 and abs(parts[0][0]) == 1
        for _, one in terms:
            if not alone and any(variable in self.reader.floats for variable, _ in one.terms):
                raise UnreadableCode(node, "arithmetic with floats")
        return QuantityTerm(weighted_sum(terms))

    def _quantity(self, node: ast.expr, term: Term, path: g.Literal) -> Affine:
        match term:
            case QuantityTerm():
                return term.affine
            case FactTerm(fact=fact) if fact.type.kind in QUANTITIES:
                self._fails(path, self._unknown(fact))
                return Affine(((fact, Fraction(1)),), Fraction(0))
            case ConstantTerm(value=int() as value) if type(value) is int:
                return Affine((), Fraction(value))
        raise UnreadableCode(node, "a number of this kind")

    def _join_bits(self, node: ast.AST, left: Term, op: ast.operator, right: Term) -> MaskTerm:
        one, other = as_mask(left), as_mask(right)
        if one is None or other is None:
            raise UnreadableCode(node, "bits of this kind")
        pairs = zip_longest(one.bits, other.bits, fillvalue=g.FALSE)
        join = self.graph.all_of if isinstance(op, ast.BitAnd) else self.graph.any_of
        return MaskTerm(tuple(join(pair) for pair in pairs))

    # --- conditions ---

    def truth(self, node: ast.expr, path: g.Literal) -> g.Literal:
        """Return the literal that an expression is true, where the path holds."""
        match node:
            case ast.BoolOp(op=op, values=values):
                ends = g.TRUE if isinstance(op, ast.And) else g.FALSE
                found = ends
                for one in values:
                    # Later operands are evaluated only where the earlier ones leave it open.
                    here = self.graph.all_of((path, found ^ ends))
                    literal = self.truth(one, here)
                    join = self.graph.all_of if isinstance(op, ast.And) else self.graph.any_of
                    found = join((found, literal))
                return found
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.truth(operand, path) ^ 1
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compare(node, left, op, right, path)
            case ast.Compare():
                raise UnreadableCode(node, "a chain of comparisons")
            case _:
                return self._truth_of(node, self.term(node, path))

    def _truth_of(self, node: ast.expr, term: Term) -> g.Literal:
        match term:
            case TruthTerm():
                return term.literal
            case MaskTerm():
                return self.graph.any_of(term.bits)
            case ConstantTerm(value=bool() | int() as value):
                return g.TRUE if value else g.FALSE
            case ChoiceTerm(cases=cases) if all(type(value) is bool for value, _ in cases):
                return self.graph.any_of(literal for value, literal in cases if value)
            case FactTerm(fact=fact) if fact.type.kind is Kind.BOOL:
                return self._known_and(fact, self.graph.atom(g.IsTrue(fact)))
            case _:
                raise UnreadableCode(node, "a condition of this kind")

    def _unknown(self, fact: Fact) -> g.Literal:
        return self.graph.atom(g.Known(fact)) ^ 1 if fact.optional else g.FALSE

    def _known_and(self, fact: Fact, literal: g.Literal) -> g.Literal:
        return self.graph.all_of((self._unknown(fact) ^ 1, literal))

    def _compare(
        self, node: ast.expr, left: ast.expr, op: ast.cmpop, right: ast.expr, path: g.Literal
    ) -> g.Literal:
        if isinstance(op, ast.NotEq):
            return self._compare(node, left, ast.Eq(), right, path) ^ 1
        if isinstance(op, ast.NotIn):
            return self._compare(node, left, ast.In(), right, path) ^ 1
        if isinstance(op, ast.IsNot):
            return self._compare(node, left, ast.Is(), right, path) ^ 1
        one, other = self.term(left, path), self.term(right, path)
        if isinstance(op, ast.Is):
            return self._is_constant(node, one, other)
        if isinstance(op, ast.In):
            return self._is_in(node, one, other, path)
        return self._ordered_literal(node, one, OPERATORS[type(op)], other, path)

    def _is_constant(self, node: ast.expr, one: Term, other: Term) -> g.Literal:
        match one, other:
            case FactTerm(fact=fact), ConstantTerm(value=None):
                return self._unknown(fact)
            case FactTerm(fact=fact), ConstantTerm(value=bool() as value) if (
                fact.type.kind is Kind.BOOL
            ):
                return self._known_and(fact, self.graph.atom(g.IsTrue(fact)) ^ (not value))
        raise UnreadableCode(node, "a test of identity of this kind")

    def _is_in(self, node: ast.expr, one: Term, other: Term, path: g.Literal) -> g.Literal:
        match one, other:
            case FactTerm() | OutcomeTerm(), ConstantTerm(value=frozenset() as values):
                texts = [value for value in values if isinstance(value, str)]
                if len(texts) == len(values):
                    return self.graph.any_of(
                        self._equals_text(node, one, text) for text in sorted(texts)
                    )
            case ConstantTerm(value=str() as text), FactTerm(fact=fact):
                if fact.type.kind is Kind.SET:
                    self._fails(path, self._unknown(fact))
                    if text not in fact.type.members:
                        return g.FALSE
                    return self.graph.atom(g.HasMember(fact, fact.type.members.index(text)))
                if fact.type.kind is Kind.TEXT:
                    return self._matches(fact, f"*{escape_pattern(text)}*", path).literal
        raise UnreadableCode(node, "a test of membership of this kind")

    def _equals_text(self, node: ast.expr, term: Term, text: str) -> g.Literal:
        """Return the literal that a fact or outcome is this text; the unknown is no text."""
        match term:
            case OutcomeTerm(decision=decision):
                if text not in decision.outcomes:
                    return g.FALSE
                return self.graph.atom(g.Outcome(decision, decision.outcomes.index(text)))
            case FactTerm(fact=fact) if fact.type.kind is Kind.ENUM:
                if text not in fact.type.members:
                    return g.FALSE
                member = g.IsEnumMember(fact, fact.type.members.index(text))
                return self._known_and(fact, self.graph.atom(member))
            case FactTerm(fact=fact) if fact.type.kind is Kind.TEXT:
                return self._known_and(fact, self.graph.atom(g.TextCompare(fact, "=", text)))
        raise UnreadableCode(node, "a comparison of this kind")

    def _ordered_literal(
        self, node: ast.expr, one: Term, op: str, other: Term, path: g.Literal
    ) -> g.Literal:
        match one, other:
            case ConstantTerm(), FactTerm() | OutcomeTerm() | ChoiceTerm() | MaskTerm():
                return self._ordered_literal(node, other, FLIPPED[op], one, path)
            case ConstantTerm(value=int()) | ChoiceTerm(), ConstantTerm(value=int() as number):
                return self._choice_ordered(node, one, op, number)
            case MaskTerm(), ConstantTerm() if op == "=":
                mask = as_mask(other)
                if mask is not None:
                    pairs = zip_longest(one.bits, mask.bits, fillvalue=g.FALSE)
                    return self.graph.all_of(self.graph.iff(*pair) for pair in pairs)
            case FactTerm() | OutcomeTerm(), ConstantTerm(value=str() as text) if op == "=":
                return self._equals_text(node, one, text)
            case FactTerm(fact=fact), ConstantTerm(value=str() as text) if _is_text(fact):
                self._fails(path, self._unknown(fact))
                return compare_text_terms(self.graph, fact, op, text)
            case FactTerm(fact=left), FactTerm(fact=right) if _is_text(left) and _is_text(right):
                self._fails(path, self._unknown(left))
                self._fails(path, self._unknown(right))
                return compare_text_terms(self.graph, left, op, right)
        return self._quantities_ordered(node, one, op, other, path)

    def _choice_ordered(self, node: ast.expr, one: Term, op: str, number: int) -> g.Literal:
        choice = as_choice(one)
        assert choice is not None
        found: list[g.Literal] = []
        for value, literal in choice.cases:
            if type(value) is not int:
                raise UnreadableCode(node, "a comparison of this kind")
            holds = {"=": value == number, "<": value < number, "<=": value <= number}
            holds |= {">": value > number, ">=": value >= number}
            if holds[op]:
                found.append(literal)
        return self.graph.any_of(found)

    def _quantities_ordered(
        self, node: ast.expr, one: Term, op: str, other: Term, path: g.Literal
    ) -> g.Literal:
        """Return the comparison of quantities. A float stands for the decimal that it prints as; it
        is compared with integers and floats alone, which are in the order of their decimals.
        """
        exact = other
        if isinstance(other, ConstantTerm) and type(other.value) is float:
            fact = one.fact if isinstance(one, FactTerm) else None
            if fact is None and isinstance(one, QuantityTerm) and len(one.affine.terms) == 1:
                variable, factor = one.affine.terms[0]
                alone = abs(factor) == 1 and not one.affine.constant
                fact = variable if alone and isinstance(variable, Fact) else None
            if fact is None or fact not in self.reader.floats:
                raise UnreadableCode(node, "a comparison with a float")
            exact = QuantityTerm(Affine((), Fraction(repr(other.value))))
        left, right = self._quantity(node, one, path), self._quantity(node, exact, path)
        floats = [v for side in (left, right) for v, _ in side.terms if v in self.reader.floats]
        bound = right.constant
        plain = bound.denominator == 1 or exact is not other
        if floats and (right.terms or len(left.terms) != 1 or not plain):
            raise UnreadableCode(node, "arithmetic with floats")
        return compare_quantities(self.graph, left, op, right)


def _is_text(fact: Fact) -> bool:
    return fact.type.kind is Kind.TEXT


def _at_least_two(graph: g.AndInverterGraph, bits: Sequence[g.Literal]) -> g.Literal:
    some, several = g.FALSE, g.FALSE
    for bit in bits:
        several = graph.any_of((several, graph.all_of((some, bit))))
        some = graph.any_of((some, bit))
    return several


def _name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    raise UnreadableCode(node, "an assignment of this kind")


def _check_name(node: ast.AST, name: str) -> None:
    """Raise `UnreadableCode` for a variable that could hide a function or a table."""
    if not VARIABLE.fullmatch(name):
        raise UnreadableCode(node, f"a variable `{name}`")


def _negates(node: ast.expr, other: ast.expr) -> bool:
    return (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and isinstance(other, ast.Name)
        and isinstance(node.operand, ast.Name)
        and node.operand.id == other.id
    )


def _decrements(node: ast.expr, other: ast.expr) -> bool:
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Sub)
        and isinstance(other, ast.Name)
        and isinstance(node.left, ast.Name)
        and node.left.id == other.id
        and isinstance(node.right, ast.Constant)
        and type(node.right.value) is int
        and node.right.value == 1
    )


def _constant(node: ast.expr) -> Constant:
    """Return the value of a constant expression."""
    match node:
        case ast.Constant(value=str() | bool() | int() | float() | None as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            if type(value) is not bool:
                return -value
        case ast.Tuple(elts=parts):
            return tuple(map(_constant, parts))
        case ast.Set(elts=parts):
            return frozenset(map(_constant, parts))
    raise UnreadableCode(node, "a constant of this kind")


def _parts_of(value: Constant) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def table_of(node: ast.Dict) -> TableTerm:
    """Return the rows of a dict of constants."""
    rows: dict[Constant, Constant] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            raise UnreadableCode(node, "a mapping of this kind")
        name = _constant(key)
        if type(name) is not int or name in rows:
            raise UnreadableCode(node, "a mapping of this kind")
        rows[name] = _constant(value)
    return TableTerm(tuple(rows.items()))
