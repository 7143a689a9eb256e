"""Code generator for Python: a circuit → one module that needs the standard library alone.

The spec's types, conditions and tables are generated. The text of `specdsl.runtime` is copied into
the module, so there is one implementation of reading, resolution and results.
"""

from __future__ import annotations

import hashlib
import keyword
import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from textwrap import fill

from specdsl.backends.decision_plan import DecisionPlan, chains, is_sequential, plan_decision
from specdsl.backends.python.decision_functions import (
    ConditionFunctions,
    decision_pieces,
    function_name,
    outcome_variable,
)
from specdsl.backends.python.python_conditions import (
    PythonConditions,
    circuit_support,
    float_facts,
    number,
    pattern_function,
)
from specdsl.backends.python.reading_functions import (
    names_for_reading,
    reading_constants,
    reading_function,
)
from specdsl.backends.python.rule_functions import local_assignments, rule_functions
from specdsl.backends.python.shared_part import SharedPart, import_lines, shared_part
from specdsl.base.plain_text import comment_text
from specdsl.base.version import __version__
from specdsl.frontend.model.nodes import DecisionModel, Fact, Kind, SpecModel
from specdsl.runtime.results import Decision as Results
from specdsl.semantics.aig import Literal, TextMatches
from specdsl.semantics.circuit import Circuit

READ_BACK = """
This file was read back and proved to decide every situation as the spec does, but for the part that
all modules share, which is held byte for byte; `specdsl verify` repeats it.
"""
SHARED_NAMES = (
    *("BadInput", "Contradiction", "Decision", "DecisionRow", "DelegateRow", "Explanation"),
    *("FactRow", "Facts_", "Instruction", "NOBODY", "Outcomes_", "PrincipalRow", "Result"),
    *("RuleRow", "Tables", "UnsureValue", "Values_", "decide_record", "decide_situation"),
    *("resolve_rules", "decide_told", "read_values", "spec_type", "trace_values"),
)
MOMENTS = {Kind.DATE: "date", Kind.TIME: "datetime", Kind.DURATION: "timedelta"}
MOST_DIRECT = 4  # Decisions that are called one by one.
WIDTH = 100  # Columns of the header.
RUN_TIME_TYPES = (
    "else:  # For `typing.get_type_hints`.",
    "    Any, FactsArgument = object, Mapping",
)
PYTHON_TYPES = {
    Kind.BOOL: "bool",
    Kind.INT: "int",
    Kind.NUMBER: "int | float | Decimal | Fraction | str",
    Kind.TEXT: "str",
    Kind.DATE: "date | str",
    Kind.TIME: "datetime | str",
    Kind.DURATION: "timedelta | str",
}


def emit_module(
    circuit: Circuit,
    proof: str = "not checked",
    settled: frozenset[DecisionModel] = frozenset(),
    proved: bool = False,
    tabular: frozenset[DecisionModel] = frozenset(),
) -> str:
    """Return the text of the module. `proof` is a line that says how the spec was proved; the rules
    of the `settled` decisions are proved not to conflict. `proved`: the module says that it is
    proved to decide as its spec.
    """
    return join_pieces(module_pieces(circuit, proof, settled, proved, None, tabular))


def module_pieces(
    circuit: Circuit,
    proof: str,
    settled: frozenset[DecisionModel] = frozenset(),
    proved: bool = False,
    failing: Sequence[DecisionModel] | None = None,
    tabular: frozenset[DecisionModel] = frozenset(),
) -> list[str]:
    """Return the module as pieces: groups of statements, which two empty lines separate."""
    spec = circuit.spec
    policy = [*fast_pieces(circuit, settled, failing, tabular), *table_pieces(circuit)]
    parts = [
        _module_header(spec, proof, proved),
        "\n".join((_import_lines(circuit, "\n".join(policy)), "", _type_definitions(spec))),
        _constant_assignments(circuit, proof),
        *policy,
        shared_part_of(circuit).text,
        _closing_statements(spec),
    ]
    return [part.strip("\n") for part in parts if part.strip()]


def fast_pieces(
    circuit: Circuit,
    settled: frozenset[DecisionModel],
    failing: Sequence[DecisionModel] | None = None,
    tabular: frozenset[DecisionModel] = frozenset(),
) -> Iterator[str]:
    """Yield the pieces that decide where nobody gives an instruction. `failing`: the decisions of
    which a conflict is left to the runtime; by default those whose rules may conflict. `tabular`:
    the decisions that are resolved by their tables.
    """
    spec, graph = circuit.spec, circuit.graph
    floats = float_facts(circuit_support(circuit))
    constants = "\n".join(reading_constants(spec))
    if constants:
        yield constants
    yield reading_function(spec, graph, circuit.assumes, floats)
    conditions = ConditionFunctions(graph, floats)
    plans = [plan_decision(circuit, one, one in settled) for one in spec.decisions]
    for plan in plans:
        if plan.decision in tabular:
            yield tabular_function(spec, plan.decision)
        else:
            yield from decision_pieces(spec, plan, conditions)
    if failing is None:
        failing = [plan.decision for plan in plans if may_fail(plan)]
    yield _results_function(spec, failing)
    yield _decide_function(spec, failing)


def table_pieces(circuit: Circuit, fast: bool = True) -> Iterator[str]:
    """Yield the pieces that hold the spec's meaning as tables: `_make_tables` and its parts. They
    refer to names of the runtime, and with `fast` to the functions of the decisions.
    """
    yield from _condition_functions(circuit)
    for i, decision in enumerate(circuit.spec.decisions):
        yield from rule_functions(circuit, i, decision)
    yield from _decision_rows(circuit, fast)
    yield _tables_function(circuit.spec, float_facts(circuit_support(circuit)))


def join_pieces(found: Iterable[str]) -> str:
    return "\n\n\n".join(found) + "\n"


def spec_digest(spec: SpecModel) -> str:
    """Return the SHA-256 of the texts of all files of the spec."""
    found = hashlib.sha256()
    for source in spec.sources:
        found.update(source.text.encode("utf-8", "surrogatepass"))
        found.update(b"\0")
    return found.hexdigest()


def _module_header(spec: SpecModel, proof: str, proved: bool) -> str:
    title = f": {spec.title}" if spec.title else ""
    made = (
        f"The decision function of this spec, made by specdsl {__version__}. Do not edit it: "
        f"change the spec and compile it again. Proved{_after_proved(proof)}."
    )
    return f'''"""{_wrap_text(comment_text(spec.name + title), WIDTH - 3)}

{_wrap_text(made, WIDTH)}
{READ_BACK if proved else ""}
    decide({{"fact": value, …}}, says=[Instruction("principal", "decision is outcome")])

First comes what this spec says, then what every decision function shares.
"""'''


def _after_proved(proof: str) -> str:
    return f", {comment_text(proof)}" if proof.startswith("but ") else f": {comment_text(proof)}"


def _wrap_text(text: str, width: int) -> str:
    return fill(text, width, break_long_words=False, break_on_hyphens=False)


def _import_lines(circuit: Circuit, policy: str) -> str:
    """Return the imports of the shared part and of the spec's own, whose text is `policy`. What
    only a type checker reads is not imported when the module runs; its block comes last.
    """
    kinds = {fact.type.kind for fact in circuit.spec.facts}
    shared = shared_part_of(circuit)
    fraction = {"fractions": {"Fraction"}}
    needed = fraction if "Fraction(" in policy else {}
    own = {
        "collections.abc": {"Iterable", "Mapping"},
        "operator": {"itemgetter"},
    }
    typed = {
        "dataclasses": {"dataclass"},
        "typing": {"Any", "Literal", "TypedDict"},
        "decimal": {"Decimal"} if Kind.NUMBER in kinds else set(),
        "datetime": {MOMENTS[kind] for kind in kinds if kind in MOMENTS},
        **({} if needed else fraction),
    }
    every = (*shared.imports.items(), *own.items(), *needed.items())
    run = import_lines(every)
    there = {name for _, names in every for name in names}
    others = (*shared.typed.items(), *typed.items())
    read = import_lines((module, set(names) - there) for module, names in others)
    return "\n".join(
        (
            "from __future__ import annotations",
            "",
            "import builtins as _builtins",
            *run,
            "",
            "TYPE_CHECKING = False  # A type checker takes it for true.",
            "if TYPE_CHECKING:",
            *(f"    {line}" for line in (*read, *shared.aliases)),
        )
    )


def shared_part_of(circuit: Circuit) -> SharedPart:
    """Return the shared part of the module of a spec."""
    roots = set(SHARED_NAMES)
    for fact in circuit.spec.facts:
        roots.update(names_for_reading(fact))
    kinds = frozenset(fact.type.kind.value for fact in circuit.spec.facts)
    for atom in circuit_support(circuit):
        if isinstance(atom, TextMatches):
            roots.add(pattern_function(atom.pattern))
    return shared_part(frozenset(roots), kinds)


def shared_digest(circuit: Circuit) -> str:
    """Return the SHA-256 of the shared part."""
    return hashlib.sha256(shared_part_of(circuit).text.encode()).hexdigest()


def _constant_assignments(circuit: Circuit, proof: str) -> str:
    spec = circuit.spec
    secret = sorted(fact.name for fact in spec.facts if fact.secret)
    judged = sorted(fact.name for fact in spec.facts if fact.judged)
    return "\n".join(
        (
            f"SPEC_NAME = {spec.name!r}",
            f"SPEC_VERSION = {spec.version!r}",
            f"SPEC_DIGEST = {spec_digest(spec)!r}",
            f"SPEC_PROOF = {proof!r}",
            f"SHARED_DIGEST = {shared_digest(circuit)!r}",
            f"SECRET_FACTS: frozenset[str] = frozenset({secret!r})",
            *([f"JUDGED_FACTS: frozenset[str] = frozenset({judged!r})"] if judged else []),
        )
    )


# --- types ---------------------------------------------------------------------------------------


def _type_definitions(spec: SpecModel) -> str:
    lines: list[str] = []
    for decision in spec.decisions:
        outcomes = ", ".join(repr(outcome) for outcome in decision.outcomes)
        lines.append(f"{type_name(decision)} = Literal[{outcomes}]")
    lines += ["", *_facts_type(spec), "", "FactsArgument = Facts | Mapping[str, Any]"]
    return "\n".join((*(f"    {line}".rstrip() for line in lines), *RUN_TIME_TYPES))


def _decision_class(spec: SpecModel) -> Iterator[str]:
    yield "class SpecDecision(Decision):"
    yield '    """The outcome of each decision."""'
    yield ""
    yield "    __slots__ = ()"
    yield "    _trace = staticmethod(trace_values)"
    for i, decision in enumerate(spec.decisions):
        if _can_be_attribute(decision):
            yield ""
            yield "    @_builtins.property"
            yield f"    def {decision.name}(self) -> {type_name(decision)}:"
            yield f"        return self._results[{i}][0]  # type: ignore[return-value]"


def _can_be_attribute(decision: DecisionModel) -> bool:
    """Return whether the name can be an attribute next to the attributes of every decision."""
    name = decision.name
    return not (hasattr(Results(()), name) or keyword.iskeyword(name) or name.startswith("_"))


def type_name(decision: DecisionModel) -> str:
    """Return the name of the Literal type of a decision's outcomes. It is unique: a capital stands
    for `_` and its letter, and every other `_` is kept.
    """
    name = decision.name[0].upper() + decision.name[1:]
    return re.sub("_([a-z])", lambda found: found.group(1).upper(), name) + "Outcome"


def _facts_type(spec: SpecModel) -> list[str]:
    """Return the TypedDict of facts, written as a call, so that any name can be a key; an optional
    fact may be absent.
    """
    needed = [f"    {f.name!r}: {_python_type(f)}," for f in spec.facts if not f.optional]
    others = [f"    {f.name!r}: {_python_type(f)}," for f in spec.facts if f.optional]
    return [
        'KnownFacts = TypedDict("KnownFacts", {',
        *needed,
        "})",
        'UnknownFacts = TypedDict("UnknownFacts", {',
        *others,
        "}, total=False)",
        "",
        "class Facts(KnownFacts, UnknownFacts):",
        '    """The facts of a situation; an optional one may be left out or None."""',
    ]


def _python_type(fact: Fact) -> str:
    members = ", ".join(repr(member) for member in fact.type.members)
    match fact.type.kind:
        case Kind.ENUM:
            found = f"Literal[{members}]"
        case Kind.SET:
            found = f"Iterable[Literal[{members}]]"
        case kind:
            found = PYTHON_TYPES[kind]
    return f'"{found} | None"' if fact.optional else f'"{found}"'


# --- conditions ----------------------------------------------------------------------------------


def _condition_functions(circuit: Circuit) -> Iterator[str]:
    spec = circuit.spec
    for i, assume in enumerate(spec.assumes):
        yield _condition_function(circuit, f"_assume_{i}", circuit.assumes[assume], assume.name)
    for i, delegate in enumerate(spec.delegates):
        name = f"{delegate.principal.name} at {delegate.level.name}"
        yield _condition_function(circuit, f"_delegate_{i}", circuit.delegates[delegate], name)


def _condition_function(circuit: Circuit, name: str, literal: Literal, what: str) -> str:
    found = PythonConditions(circuit.graph, [literal])
    head = f"def {name}(f: Facts_, d: Outcomes_) -> bool:"
    lines = [head, f'    """{comment_text(what)}"""', *local_assignments(found)]
    return "\n".join((*lines, f"    return bool({found.text(literal)})"))


# --- tables --------------------------------------------------------------------------------------


def _tables_function(spec: SpecModel, floats: frozenset[Fact]) -> str:
    lines = [
        "def _make_tables() -> Tables:",
        "    return Tables(",
        f"    levels={_tuple_text(level.name for level in spec.levels)},",
    ]
    lines += [
        "    facts={",
        *(f"        {f.name!r}: {_fact_row(f, floats)}," for f in spec.facts),
        "    },",
    ]
    lines.append("    principals={")
    for who in spec.principals:
        level = None if who.level is None else who.level.rank
        implied = None if who.implied is None else who.implied.rank
        lines.append(f"        {who.name!r}: PrincipalRow({level}, {implied}),")
    lines += ["    },"]
    lines += ["    delegates=("] if spec.delegates else []
    for i, lent in enumerate(spec.delegates):
        names = _tuple_text(d.name for d in lent.decisions)
        row = f"{lent.principal.name!r}, {lent.level.rank}, {names}, _delegate_{i}"
        lines.append(f"        DelegateRow({row}),")
    lines += ["    ),"] if spec.delegates else ["    delegates=(),"]
    lines += ["    decisions=("]
    lines += [f"        _row_of_{decision.name}()," for decision in spec.decisions]
    lines += ["    ),", "    assumes={"]
    lines += [f"        {a.name!r}: _assume_{i}," for i, a in enumerate(spec.assumes)]
    lines += ["    },", ")"]
    return "\n".join((*lines[:2], *(f"    {line}" for line in lines[2:])))


def _tuple_text(items: Iterator[str] | Sequence[str]) -> str:
    found = [repr(item) for item in items]
    return f"({', '.join(found)}{',' if len(found) == 1 else ''})"


def _fact_row(fact: Fact, floats: frozenset[Fact]) -> str:
    found = [repr(fact.type.kind.value)]
    if fact.optional:
        found.append("optional=True")
    if fact.type.members:
        found.append(f"members={_tuple_text(fact.type.members)}")
    for name, end in (("low", fact.type.low), ("high", fact.type.high)):
        if end is not None:
            found.append(f"{name}={number(Fraction(end))}")
    if fact.secret:
        found.append("secret=True")
    if fact.type.ignoring_case:
        found.append("ignoring_case=True")
    if fact.type.kind is Kind.NUMBER and fact not in floats:
        found.append("exact=True")
    return f"FactRow({', '.join(found)})"


def _decision_rows(circuit: Circuit, fast: bool) -> Iterator[str]:
    for i, decision in enumerate(circuit.spec.decisions):
        yield "\n".join(_decision_row(circuit, i, decision, fast))


def _decision_row(circuit: Circuit, i: int, decision: DecisionModel, fast: bool) -> Iterator[str]:
    steered = None if decision.steered is None else _tuple_text(p.name for p in decision.steered)
    reads = _tuple_text(d.name for d in circuit.spec.reads[decision])
    yield f"def _row_of_{decision.name}() -> DecisionRow:"
    yield "    return DecisionRow("
    yield f"        {decision.name!r}, {_tuple_text(decision.outcomes)},"
    named = f"default={decision.default}, on_conflict={decision.on_conflict}"
    yield f"        {named}, steered={steered}, reads={reads},"
    yield "        rules=("
    for ranked in circuit.ranks.levels[decision]:
        level = comment_text(ranked.level.name)
        if not ranked.rules:
            yield f"            (),  # {level}"
            continue
        yield f"            (  # {level}"
        for j, (rule, above) in enumerate(zip(ranked.rules, ranked.above, strict=True)):
            effect = rule.effect_on(decision)
            every = above.bit_length() > 16 and above == (1 << j) - 1
            row = f"{rule.name!r}, {effect.outcomes}, {effect.permits}, "
            row += f"(1 << {j}) - 1" if every else str(above)
            row += f", {rule.because!r}" if rule.because else ""
            yield f"                RuleRow({row}),"
        yield "            ),"
    yield "        ),"
    yield f"        applies=_applies_{i},"
    if fast:
        yield f"        decide={function_name(decision)},"
    yield "    )"


def tabular_function(spec: SpecModel, decision: DecisionModel) -> str:
    """Return the function of a decision that is resolved by its tables."""
    reads = [outcome_variable(one) for one in spec.reads[decision]]
    number = spec.decisions.index(decision)
    parameters = ", ".join(("v: Values_", *(f"{name}: Any" for name in reads)))
    given = ", ".join(("_TABLES", str(number), "v", *reads))
    head = f"def {function_name(decision)}({parameters}) -> Result:"
    return f"{head}\n    return resolve_rules({given})"


# --- decisions -----------------------------------------------------------------------------------


def may_fail(plan: DecisionPlan) -> bool:
    """Return whether the rules may conflict, without anything that settles it."""
    if plan.settled or plan.decision.on_conflict is not None:
        return False
    return any(not is_sequential(one.rules, False) for part in plan.parts for one in chains(part))


def _results_function(spec: SpecModel, failing: Sequence[DecisionModel]) -> str:
    """Return the text of `_all_results`, which leaves calls that fail to the runtime."""
    lines = [
        "def _all_results(v: Values_) -> tuple[Result, ...]:",
        '    """Return the result of each decision where nobody gives an instruction."""',
    ]
    for decision in spec.decisions:
        reads = spec.reads[decision]
        name = outcome_variable(decision)
        given = ("v", *(f"{outcome_variable(one)}[0]" for one in reads))
        call = f"{function_name(decision)}({', '.join(given)})"
        lines.append(f"    {name} = {call}")
        if decision in failing:
            lines += [f"    if {name}[0] is None:  # Rules conflict.", "        raise UnsureValue"]
    names = "".join(f"{outcome_variable(decision)}, " for decision in spec.decisions)
    return "\n".join((*lines, f"    return ({names.rstrip(' ')})"))


def _decide_function(spec: SpecModel, failing: Sequence[DecisionModel]) -> str:
    call = _direct_calls(spec, failing) or "_all_results(values)"
    return f'''def decide(facts: FactsArgument, says: Iterable[Any] = ()) -> SpecDecision:
    """The decision of a situation. `says`: `Instruction`s, or mappings, in the order given.

    Raises `BadInput` (a `ValueError`) with every fault, and `Contradiction` where rules clash over
    a decision that has no `on conflict`.
    """
    try:
        values = _checked_values(facts)
        if says is not NOBODY and (type(says) is not list or says):
            return decide_told(_TABLES, SpecDecision, facts, values, says, _all_results)
        results = {call}
    except UnsureValue:
        return decide_situation(_TABLES, SpecDecision, facts, says)
    found = _new(SpecDecision)
    found._results = results
    found._values = values
    return found


def decide_facts(facts: FactRecord, says: Iterable[Any] = ()) -> SpecDecision:
    """The decision of facts that were read before."""
    values = facts._values
    if (says is not NOBODY and (type(says) is not list or says)) or type(values) is not tuple:
        return decide_record(_TABLES, SpecDecision, facts, says)
    try:
        results = {call}
    except UnsureValue:
        return decide_record(_TABLES, SpecDecision, facts, says)
    found = _new(SpecDecision)
    found._results = results
    found._values = values
    return found'''


def _direct_calls(spec: SpecModel, failing: Sequence[DecisionModel]) -> str | None:
    """Return the results of few decisions that do not read each other and cannot fail; else
    None.
    """
    if failing or len(spec.decisions) > MOST_DIRECT or any(spec.reads.values()):
        return None
    return f"({''.join(f'{function_name(one)}(values), ' for one in spec.decisions).rstrip(' ')})"


def _closing_statements(spec: SpecModel) -> str:
    types = "".join(f"{type_name(one)!r}, " for one in spec.decisions)
    return "\n".join(
        (
            *_decision_class(spec),
            "",
            "",
            "class FactRecord:",
            '    """The facts of a situation, read and checked once for many decisions."""',
            "",
            '    __slots__ = ("_values",)',
            "",
            "    def __init__(self, facts: FactsArgument) -> None:",
            "        try:",
            "            self._values: Any = _checked_values(facts)",
            "        except UnsureValue:",
            "            self._values = read_values(_TABLES, facts)",
            "",
            "",
            "_new = object.__new__",
            "_TABLES = SpecDecision._tables = _make_tables()",
            "",
            "",
            "def __getattr__(name: str) -> Any:",
            '    """Make a type when somebody asks for it: `typing` takes long to import."""',
            f"    found = spec_type(_TABLES, ({types}), name)",
            "    return _builtins.globals().setdefault(name, found)",
        )
    )
