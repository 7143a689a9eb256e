"""acme_support: The Acme shop's assistant

The decision function of this spec, made by specdsl 0.1.0. Do not edit it: change the spec and
compile it again. Proved: no inconsistent-assumptions, no contradiction, no dead-rule, no
unreachable-rule, no unreachable-effect, no failing-example, no refuted-assertion, no
loosening-layer.

This file was read back and proved to decide every situation as the spec does, but for the part that
all modules share, which is held byte for byte; `specdsl verify` repeats it.

    decide({"fact": value, …}, says=[Instruction("principal", "decision is outcome")])

First comes what this spec says, then what every decision function shares.
"""


from __future__ import annotations

import builtins as _builtins
import math
from collections.abc import Iterable, Mapping, Set
from functools import cache, cached_property, lru_cache
from itertools import groupby, islice
from operator import index, itemgetter

TYPE_CHECKING = False  # A type checker takes it for true.
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Sequence
    from dataclasses import dataclass
    from datetime import date, datetime, timedelta
    from decimal import Decimal
    from fractions import Fraction
    from typing import Any, Literal, TypeVar, TypedDict
    Facts_ = Mapping[str, Any]
    Values_ = tuple[Any, ...]
    Outcomes_ = Mapping[str, str]
    ReaderType = TypeVar('ReaderType', bound=Callable[..., Any])
    Placed_ = list[tuple[int, int, int, 'GivenInstruction']]
    Ignored_ = list[tuple['GivenInstruction', str]]
    SpecDecisionType = TypeVar('SpecDecisionType', bound='Decision')
    AllResults = Callable[['Values_'], tuple['Result', ...]]

    RefundOutcome = Literal['pay', 'ask_manager', 'decline']
    ReplyOutcome = Literal['full', 'partial', 'declined', 'evasive', 'untrue']

    KnownFacts = TypedDict("KnownFacts", {
        'refund_amount': "int | float | Decimal | Fraction | str",
        'days_since_delivery': "int",
        'topic': "Literal['orders', 'refunds', 'instructions', 'folklore', 'other']",
        'tags': "Iterable[Literal['vip', 'staff', 'fraud_watch']]",
    })
    UnknownFacts = TypedDict("UnknownFacts", {
        'manager_approved': "bool | None",
        'asker_is_child': "bool | None",
    }, total=False)

    class Facts(KnownFacts, UnknownFacts):
        """The facts of a situation; an optional one may be left out or None."""

    FactsArgument = Facts | Mapping[str, Any]
else:  # For `typing.get_type_hints`.
    Any, FactsArgument = object, Mapping


SPEC_NAME = 'acme_support'
SPEC_VERSION = '2.1'
SPEC_DIGEST = 'b08145ee4e62ff6adfc47ec0fae5062f3f49256c9859e53a0e0f9ea2e00c1b1c'
SPEC_PROOF = 'no inconsistent-assumptions, no contradiction, no dead-rule, no unreachable-rule, no unreachable-effect, no failing-example, no refuted-assertion, no loosening-layer'
SHARED_DIGEST = '5904a0cd24af326164ae12d9024ddf3f224841605417d286aa3962576a74ad1d'
SECRET_FACTS: frozenset[str] = frozenset(['asker_is_child', 'tags'])


_get_facts = itemgetter('refund_amount', 'days_since_delivery', 'manager_approved', 'topic',
    'asker_is_child', 'tags')
_UNKNOWN_FACTS = dict.fromkeys(('manager_approved', 'asker_is_child'))


def _checked_values(facts: Any) -> Values_:
    """Return the values of all facts in their order. Raises `UnsureValue` if one may
    have a fault.
    """
    if type(facts) is not dict: raise UnsureValue
    if len(facts) != 6:
        facts = {**_UNKNOWN_FACTS, **facts}
    if len(facts) != 6: raise UnsureValue
    for name in facts:
        if type(name) is not str: raise UnsureValue
    try:
        f_refund_amount, f_days_since_delivery, f_manager_approved, f_topic, f_asker_is_child, f_tags, = values = _get_facts(facts)
    except KeyError:
        raise UnsureValue from None
    if not (
        (type(f_refund_amount) is int or type(f_refund_amount) is float) and 0 <= f_refund_amount <= 1000000000000000
        and type(f_days_since_delivery) is int and 0 <= f_days_since_delivery <= 3650
        and (f_manager_approved is None or f_manager_approved is True or f_manager_approved is False)
        and type(f_topic) is str and f_topic in {'orders', 'refunds', 'instructions', 'folklore', 'other'}
        and (f_asker_is_child is None or f_asker_is_child is True or f_asker_is_child is False)
    ):
        raise UnsureValue
    f_tags = quick_set(f_tags, {'vip', 'staff', 'fraud_watch'})
    values = (f_refund_amount, f_days_since_delivery, f_manager_approved, f_topic, f_asker_is_child, f_tags,)
    if not (f_asker_is_child is not True or 'staff' not in f_tags):  # staff_are_adults
        raise UnsureValue
    return values


_results_of_refund: dict[int, tuple[str, bool, bool]] = {1: ('pay', True, False),
    2: ('ask_manager', True, False), 4: ('decline', True, False)}


def _decide_refund(v: Values_) -> Result:
    """refund: pay > ask_manager > decline"""
    f_refund_amount, f_days_since_delivery, f_manager_approved, f_topic, _, f_tags, = v
    if f_topic == 'refunds':
        left = 7
        if f_refund_amount > 500 and f_manager_approved is not True:  # refund_cap
            left &= 6
        if 'fraud_watch' in f_tags and f_manager_approved is not True:  # watched_customers
            left &= 6
        if 'vip' in f_tags and f_days_since_delivery <= 60:  # loyal_customers
            left &= 3
        if left & 4 and f_days_since_delivery > 30:  # late_returns
            return ('decline', True, False)
        return ('pay', False, False) if left == 7 else _results_of_refund[left & -left]
    return ('pay', False, False)


def _decide_reply(v: Values_) -> Result:
    """reply: full > partial > declined > evasive > untrue"""
    f_topic = v[3]
    if f_topic == 'folklore':
        left = 31
        if (f_asker_is_child := v[4]) is not False:  # keep_the_magic
            left &= 10
        left &= 15  # never_untrue
        return ('full', True, False) if left == 15 else ('partial', True, False)
    if f_topic == 'instructions':
        return ('declined', True, False)
    return ('full', True, False)


def _all_results(v: Values_) -> tuple[Result, ...]:
    """Return the result of each decision where nobody gives an instruction."""
    d_refund = _decide_refund(v)
    d_reply = _decide_reply(v)
    return (d_refund, d_reply,)


def decide(facts: FactsArgument, says: Iterable[Any] = ()) -> SpecDecision:
    """The decision of a situation. `says`: `Instruction`s, or mappings, in the order given.

    Raises `BadInput` (a `ValueError`) with every fault, and `Contradiction` where rules clash over
    a decision that has no `on conflict`.
    """
    try:
        values = _checked_values(facts)
        if says is not NOBODY and (type(says) is not list or says):
            return decide_told(_TABLES, SpecDecision, facts, values, says, _all_results)
        results = (_decide_refund(values), _decide_reply(values),)
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
        results = (_decide_refund(values), _decide_reply(values),)
    except UnsureValue:
        return decide_record(_TABLES, SpecDecision, facts, says)
    found = _new(SpecDecision)
    found._results = results
    found._values = values
    return found


def _assume_0(f: Facts_, d: Outcomes_) -> bool:
    """staff_are_adults"""
    f_asker_is_child = f['asker_is_child']
    f_tags = f['tags']
    return bool(f_asker_is_child is not True or 'staff' not in f_tags)


def _applies_0(f: Facts_, d: Outcomes_) -> list[int]:
    """The rules of `refund` that apply, by position."""
    f_days_since_delivery = f['days_since_delivery']
    f_manager_approved = f['manager_approved']
    f_tags = f['tags']
    found: list[int] = []
    if (f_topic := f['topic']) == 'refunds':
        # refund_cap (examples/support_bot/returns.spec:16)
        if (f_refund_amount := f['refund_amount']) > 500 and f_manager_approved is not True: found.append(0)
        # watched_customers (examples/support_bot/returns.spec:22)
        if f_manager_approved is not True and 'fraud_watch' in f_tags: found.append(1)
        # loyal_customers (examples/support_bot/returns.spec:33)
        if 'vip' in f_tags and f_days_since_delivery <= 60: found.append(2)
        # late_returns (examples/support_bot/returns.spec:28)
        if f_days_since_delivery > 30: found.append(3)
    return found


def _applies_1(f: Facts_, d: Outcomes_) -> list[int]:
    """The rules of `reply` that apply, by position."""
    f_topic = f['topic']
    found: list[int] = []
    # keep_the_magic (examples/support_bot/support.spec:29)
    if f_topic == 'folklore' and (f_asker_is_child := f['asker_is_child']) is not False: found.append(0)
    found.append(1)  # never_untrue (examples/support_bot/support.spec:24)
    # keep_instructions_private (examples/support_bot/support.spec:52)
    if f_topic == 'instructions': found.append(2)
    return found


def _row_of_refund() -> DecisionRow:
    return DecisionRow(
        'refund', ('pay', 'ask_manager', 'decline'),
        default=None, on_conflict=2, steered=(), reads=(),
        rules=(
            (),  # root
            (),  # system
            (  # developer
                RuleRow('refund_cap', 6, False, 0, 'A large sum takes a second pair of eyes.'),
                RuleRow('watched_customers', 6, False, 0, 'A person takes a look before money leaves.'),
                RuleRow('loyal_customers', 3, False, 3, 'Who comes back is worth the wait.'),
                RuleRow('late_returns', 4, False, 7, 'After a month it cannot be sold as new.'),
            ),
            (),  # user
            (),  # guideline
        ),
        applies=_applies_0,
        decide=_decide_refund,
    )


def _row_of_reply() -> DecisionRow:
    return DecisionRow(
        'reply', ('full', 'partial', 'declined', 'evasive', 'untrue'),
        default=None, on_conflict=2, steered=None, reads=(),
        rules=(
            (  # root
                RuleRow('keep_the_magic', 10, False, 0, 'Neither a lie nor a spoiler, for we do not know who asks.'),
                RuleRow('never_untrue', 15, False, 0, 'A refusal keeps trust; a lie spends it.'),
            ),
            (),  # system
            (  # developer
                RuleRow('keep_instructions_private', 12, False, 0, 'How we work is our business; that we keep it private is no secret.'),
            ),
            (),  # user
            (),  # guideline
        ),
        applies=_applies_1,
        decide=_decide_reply,
    )


def _make_tables() -> Tables:
    return Tables(
        levels=('root', 'system', 'developer', 'user', 'guideline'),
        facts={
            'refund_amount': FactRow('number', low=0),
            'days_since_delivery': FactRow('int', low=0, high=3650),
            'manager_approved': FactRow('bool', optional=True),
            'topic': FactRow('enum', members=('orders', 'refunds', 'instructions', 'folklore', 'other')),
            'asker_is_child': FactRow('bool', optional=True, secret=True),
            'tags': FactRow('set', members=('vip', 'staff', 'fraud_watch'), secret=True),
        },
        principals={
            'system': PrincipalRow(1, None),
            'developer': PrincipalRow(2, 4),
            'user': PrincipalRow(3, 4),
            'tool': PrincipalRow(None, None),
            'quoted': PrincipalRow(None, None),
        },
        delegates=(),
        decisions=(
            _row_of_refund(),
            _row_of_reply(),
        ),
        assumes={
            'staff_are_adults': _assume_0,
        },
    )


# --- What decision functions share: specdsl.runtime, condensed ---

# Plain dataclasses

def plain_dataclass(cls: Any = None, frozen: bool = False) -> Any:
    if cls is None: return lambda one: plain_dataclass(one, frozen)
    names = tuple(cls.__annotations__)
    fields = set(names)
    defaults = {name: vars(cls)[name] for name in names if name in vars(cls)}
    def initialize(self: Any, *given: Any, **named: Any) -> None:
        state = {**defaults, **dict(zip(names, given, strict=False)), **named}
        twice = named and not named.keys().isdisjoint(names[: len(given)])
        if twice or len(given) > len(names) or state.keys() != fields:
            raise TypeError(f"{cls.__name__} has the fields {', '.join(names)}")
        vars(self).update(state)
    def represent(self: Any) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in names)
        return f"{cls.__qualname__}({', '.join(shown)})"
    def compare(self: Any, other: object) -> Any:
        if type(other) is not type(self): return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in names)
    def refuse_change(self: object, name: str, *_: object) -> None:
        raise AttributeError(f"cannot assign to field {name!r}")
    made: dict[str, Any] = {"__match_args__": names, "__init__": initialize}
    made |= {"__repr__": represent, "__eq__": compare, "__hash__": None}
    if frozen:
        made["__hash__"] = lambda self: hash(tuple(getattr(self, name) for name in names))
        made["__setattr__"] = made["__delattr__"] = refuse_change
    for name, method in made.items():
        if name not in vars(cls):
            setattr(cls, name, method)
    return cls
if not TYPE_CHECKING:
    dataclass = plain_dataclass

# Results and exceptions of decision functions

@dataclass(frozen=True)
class Instruction:
    by: str; effect: str; implied: bool = False; at: str | None = None
@dataclass(frozen=True)
class Fault:
    name: str; problem: str; expected: str; got: Any = None; suggestion: str = ""
    def __str__(self) -> str:
        hint = f" (did you mean `{self.suggestion}`?)" if self.suggestion else ""
        return one_line(f"{self.name}: {self.problem}{hint}; expected {self.expected}")
    def to_dict(self) -> dict[str, Any]:
        found = {"name": self.name, "problem": self.problem, "expected": self.expected}
        suggestion = {"suggestion": self.suggestion} if self.suggestion else {}
        return {**found, "got": self.got, **suggestion}
def one_line(text: str) -> str: return "".join(char if char.isprintable() else "�" for char in text)
class BadInput(ValueError):
    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults
    def __reduce__(self) -> Any: return type(self), (self.faults,)
    def to_dict(self) -> dict[str, Any]:
        faults = [fault.to_dict() for fault in self.faults]
        return {"error": {"kind": "bad_input", "faults": faults}}
@dataclass(frozen=True)
class CandidateTrace:
    name: str; text: str; rank: str; status: str; instruction: bool = False; permits: bool = False
    excludes: tuple[str, ...] = (); lifts: tuple[str, ...] = (); by: tuple[str, ...] = ()
    because: str = ""
    def to_dict(self) -> dict[str, Any]:
        found = {"name": self.name, "says": self.text, "rank": self.rank, "by": list(self.by)}
        return {**found, "because": self.because} if self.because else found
@dataclass(frozen=True)
class DecisionTrace:
    name: str; outcome: str | None; decided: bool = False; conflicted: bool = False
    failed: bool = False; because: tuple[str, ...] = (); clashes: tuple[frozenset[str], ...] = ()
    complete: bool = True
    @cached_property
    def parts(self) -> tuple[CandidateTrace, ...]:
        return tuple(vars(self).get("_compute_parts", tuple)())
    def with_parts(self, compute: Callable[[], Iterable[CandidateTrace]]) -> DecisionTrace:
        vars(self)["_compute_parts"] = compute
        return self
    def __getstate__(self) -> dict[str, Any]:
        state = {**vars(self), "parts": self.parts}
        state.pop("_compute_parts", None)
        return state
    def to_dict(self) -> dict[str, Any]:
        return {"outcome": self.outcome, "decided": self.decided, "conflicted": self.conflicted,
            "because": list(self.because)}
MAX_CLASHES = 50
def _clashes_of(taken: DecisionTrace) -> list[list[str]]:
    return sorted(map(sorted, taken.clashes), key=lambda names: (len(names), names))
def join_names(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
class Contradiction(Exception):
    def __init__(self, traces: tuple[DecisionTrace, ...]) -> None:
        self.traces = traces
        failed = [t for t in traces if t.failed]
        found = {t.name: _clashes_of(t) for t in failed}
        self.clashes = {name: clashes[:MAX_CLASHES] for name, clashes in found.items()}
        self.more = not all(t.complete and len(t.clashes) <= MAX_CLASHES for t in failed)
        self.decisions = {name: clashes[0] for name, clashes in found.items()}
        self.taken = {t.name: t for t in traces if t.outcome is not None}
        self.not_taken = tuple(t.name for t in traces if t.outcome is None and not t.failed)
        said = [f"{name}: {join_names(rules)} contradict each other" for name,
            clashes in self.clashes.items() for rules in clashes]
        super().__init__("; ".join([*said, "and more"] if self.more else said))
    def __reduce__(self) -> Any: return type(self), (self.traces,)
    def to_dict(self) -> dict[str, Any]:
        found = {"kind": "contradiction", "decisions": self.decisions,
            "taken": {name: t.to_dict() for name, t in self.taken.items()},
            "not_taken": list(self.not_taken), "clashes": self.clashes}
        return {"error": {**found, "more": True} if self.more else found}
@dataclass(frozen=True)
class Explanation:
    traces: tuple[DecisionTrace, ...]; unknown: Mapping[str, Mapping[str, tuple[str, ...]]]
    def to_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for taken in self.traces:
            parts = {status: [part.to_dict() for part in taken.parts if part.status == status]
                for status in ("standing", "overridden", "superseded", "ignored")}
            unknown = {k: list(v) for k, v in self.unknown.get(taken.name, {}).items()}
            found[taken.name] = {**taken.to_dict(), **parts, "unknown": unknown}
        return {"decisions": found}
    def __str__(self) -> str:
        return "\n".join(one_line(line) for taken in self.traces
            for line in self._explanation_lines(taken))
    def _explanation_lines(self, taken: DecisionTrace) -> Iterator[str]:
        yield f"{taken.name}: {_outcome_summary(taken)}"
        width = max((len(part.name) for part in taken.parts), default=0)
        for part in taken.parts:
            wins = "wins" if part.name in taken.because and part.status == "standing" else ""
            state = wins or part.status
            if part.by:
                joined = ", ".join(part.by)
                state += f" by {joined}" if part.status != "ignored" else f": {joined}"
            yield f"  {part.name:<{width}}  {part.rank}  ->  {part.text}  {state}"
            if wins and part.because:
                yield f"  {'':<{width}}  {part.because}"
        if taken.failed:
            found = _clashes_of(taken)[:MAX_CLASHES]
            yield from (f"  contradiction between {join_names(rules)}" for rules in found)
        for fact, outcomes in self.unknown.get(taken.name, {}).items():
            could = " or ".join(outcomes)
            yield f"  {fact} is unknown: if it were known, {could} could be the outcome"
def _outcome_summary(taken: DecisionTrace) -> str:
    if taken.failed: return "contradiction"
    if taken.outcome is None: return "not taken, because a decision that it reads failed"
    if taken.conflicted: return f"{taken.outcome}, settled by `on conflict`"
    if not taken.decided: return f"{taken.outcome}, the default"
    return f"{taken.outcome}, because of {' and '.join(dict.fromkeys(taken.because))}"
Result = tuple[str | None, bool, bool]
class Decision(Mapping[str, str]):
    __slots__ = ("_explain", "_given", "_names", "_results", "_traces", "_values")
    _tables: Any = None; _trace: Any = None; _results: tuple[Result, ...]; _values: Any; _given: Any
    def __init__(self, traces: tuple[DecisionTrace, ...], explain: Any = None) -> None:
        self._traces = traces
        self._results = tuple((t.outcome or "", t.decided, t.conflicted) for t in traces)
        self._explain = explain
    @property
    def traces(self) -> tuple[DecisionTrace, ...]:
        found: tuple[DecisionTrace, ...] | None = getattr(self, "_traces", None)
        if found is None:
            found = self._traces = self._trace(self._tables, self._values,
                getattr(self, "_given", ()))
        return found
    @property
    def _decisions(self) -> Sequence[str]:
        found = self._traces if self._tables is None else self._tables.decisions
        return [one.name for one in found]
    @property
    def decided(self) -> dict[str, bool]:
        return {name: found[1] for name, found in zip(self._decisions, self._results, strict=True)}
    @property
    def conflicted(self) -> frozenset[str]:
        found = zip(self._decisions, self._results, strict=True)
        return frozenset(name for name, result in found if result[2])
    @property
    def because(self) -> dict[str, tuple[str, ...]]: return {t.name: t.because for t in self.traces}
    def explain(self) -> Explanation:
        compute = getattr(self, "_explain", None)
        unknown = compute() if compute is not None else {}
        return Explanation(self.traces, unknown)
    def to_dict(self) -> dict[str, Any]:
        return {"decisions": {t.name: t.to_dict() for t in self.traces}}
    @property
    def _outcomes(self) -> dict[str, str]:
        found: dict[str, str] | None = getattr(self, "_names", None)
        if found is None:
            results = zip(self._decisions, self._results, strict=True)
            found = self._names = {name: result[0] or "" for name, result in results}
        return found
    def __getitem__(self, name: str) -> str: return self._outcomes[name]
    def __getattr__(self, name: str) -> str:
        if name.startswith("_"): raise AttributeError(name)
        try:
            return self._outcomes[name]
        except KeyError:
            raise AttributeError(f"there is no decision `{name}`") from None
    def __iter__(self) -> Iterator[str]: return iter(self._outcomes)
    def __len__(self) -> int: return len(self._results)
    def __repr__(self) -> str:
        return f"Decision({', '.join(f'{k}={v!r}' for k, v in self._outcomes.items())})"
    def __reduce__(self) -> Any: return type(self), (self.traces,)

# Decision tables: a spec as data for its decision function

@dataclass(frozen=True)
class FactRow:
    kind: str; optional: bool = False; members: tuple[str, ...] = ()
    low: Fraction | int | None = None; high: Fraction | int | None = None; secret: bool = False
    ignoring_case: bool = False; exact: bool = False
@dataclass(frozen=True)
class PrincipalRow:
    level: int | None; implied: int | None
@dataclass(frozen=True)
class DelegateRow:
    principal: str; level: int; decisions: tuple[str, ...]
    active: Callable[[Facts_, Outcomes_], bool]
@dataclass(frozen=True)
class RuleRow:
    name: str; outcomes: int; permits: bool; above: int; because: str = ""
@dataclass(frozen=True)
class DecisionRow:
    name: str; outcomes: tuple[str, ...]; default: int | None; on_conflict: int | None
    steered: tuple[str, ...] | None; reads: tuple[str, ...]; rules: tuple[tuple[RuleRow, ...], ...]
    applies: Callable[[Facts_, Outcomes_], list[int]]; decide: Callable[..., Result] | None = None
    def outcome_names(self, mask: int) -> tuple[str, ...]:
        return tuple(outcome for i, outcome in enumerate(self.outcomes) if mask >> i & 1)
@dataclass(frozen=True)
class Tables:
    levels: tuple[str, ...]; facts: Mapping[str, FactRow]; principals: Mapping[str, PrincipalRow]
    delegates: tuple[DelegateRow, ...]; decisions: tuple[DecisionRow, ...]
    assumes: Mapping[str, Callable[[Facts_, Outcomes_], bool]]
    @cached_property
    def known_instructions(self) -> dict[Any, Any]: return {}
    @cached_property
    def positions(self) -> Mapping[str, int]:
        return {row.name: i for i, row in enumerate(self.decisions)}
    @cached_property
    def numbers(self) -> tuple[str, ...]:
        return tuple(name for name, row in self.facts.items() if row.kind == "number")

# Conversion of arguments to plain values of built-in types, reading each of them once

KINDS = (bool, int, float, str, type(None))
PLAIN = frozenset(map(id, KINDS))
class UnfitValue(Exception):
    def __init__(self, problem: str, meant: str = "") -> None:
        super().__init__(problem)
        self.meant = meant
class UnsupportedValue:
    def __init__(self, kind: type) -> None:
        self.kind = kind
def safe_reader(read: ReaderType) -> ReaderType:
    def read_safely(*given: Any, **named: Any) -> Any:
        try:
            return read(*given, **named)
        except UnfitValue:
            raise
        except Exception:
            raise UnfitValue("it cannot be read") from None
    return read_safely  # type: ignore[return-value]
def plain_value(got: Any) -> Any: return got if id(type(got)) in PLAIN else _plain_value(got)
@safe_reader
def _plain_value(got: Any) -> Any:
    from datetime import date, datetime, timedelta
    from decimal import Decimal
    if _is_exactly(got, Decimal, date, datetime, timedelta): return got
    for kind, make in _makers().items():
        if issubclass(type(got), kind):
            made = make(got)
            if type(got) is not kind and made == made and not bool(got == made):
                raise UnfitValue(f"it does not equal the plain `{type(made).__name__}` in it")
            return made
    return UnsupportedValue(type(got))
def exact_fraction(*parts: Any) -> Fraction:
    from fractions import Fraction
    return Fraction(*parts)
@cache
def compiled_pattern(text: str) -> re.Pattern[str]:
    import re
    return re.compile(text)
@cache
def _makers() -> Mapping[type, Callable[[Any], Any]]:
    from datetime import date, datetime, timedelta
    from decimal import Decimal
    from fractions import Fraction
    from numbers import Integral
    def plain_fraction(got: Any) -> Fraction:
        return Fraction(int.__index__(got._numerator), int.__index__(got._denominator))
    def plain_date(got: Any) -> date: return date.fromordinal(date.toordinal(got))
    def plain_span(got: Any) -> timedelta:
        parts = (timedelta.days, timedelta.seconds, timedelta.microseconds)
        return timedelta(*(part.__get__(got) for part in parts))
    return {str: str.__str__, int: int.__index__, float: float.__float__, Fraction: plain_fraction,
        Decimal: Decimal, datetime: lambda got: datetime.combine(plain_date(got),
        datetime.timetz(got)), date: plain_date, timedelta: plain_span,
        Integral: lambda got: int.__index__(index(got))}
@safe_reader
def list_items(got: Any, most: int, ordered: bool = False) -> list[Any] | None:
    kind = type(got)
    if kind is list or kind is tuple: return _limit_length(list(got[: most + 1]), most)
    if issubclass(kind, (str, bytes, bytearray, Mapping)) or not issubclass(kind, Iterable):
        return None
    if ordered and issubclass(kind, Set): raise UnfitValue("it has no order")
    return _limit_length(list(islice(iter(got), most + 1)), most)
@safe_reader
def mapping_entries(got: Any, most: int) -> list[tuple[Any, Any]] | None:
    if type(got) is dict:
        pairs = _limit_length(list(islice(got.items(), most + 1)), most)
    elif issubclass(type(got), Mapping):
        names = _limit_length(list(islice(iter(got), most + 1)), most)
        pairs = [(name, _read_entry(got, name)) for name in names]
    else:
        return None
    return [(supported_value(name), value) for name, value in pairs]
def _limit_length(found: list[Any], most: int) -> list[Any]:
    if len(found) > most: raise UnfitValue(f"it is longer than {most}")
    return found
def supported_value(got: Any) -> Any:
    try:
        return plain_value(got)
    except UnfitValue:
        return UnsupportedValue(type(got))
def _read_entry(got: Any, name: Any) -> Any:
    try:
        return got[name]
    except Exception:
        return UnfitValue("it cannot be read")
MAX_TOLD = 80
MAX_PARTS = 10
def printable_value(value: Any, parts: bool = True) -> Any:
    if value is None or value is True or value is False: return value
    try:
        if _is_exactly(value, int, float) and -1e15 < value < 1e15: return value
        return printable_text(_printable_repr(value, 2 if parts else 0))
    except Exception:
        return "(it cannot be shown)"
def printable_text(text: str) -> str:
    if len(text) > MAX_TOLD:
        text = text[: MAX_TOLD - 1] + "…"
    if text.isprintable(): return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
def _is_exactly(value: Any, *kinds: type) -> bool: return any(type(value) is kind for kind in kinds)
def _printable_repr(value: Any, deep: int) -> str:
    if _is_exactly(value, str): return str(value[: MAX_TOLD + 1])
    if _is_exactly(value, int) and value.bit_length() > 4_000: return "(an int of very many digits)"
    if _is_exactly(value, *KINDS, *_makers()): return repr(value)
    if _is_exactly(value, UnfitValue): return f"({value})"
    if deep and _is_exactly(value, list, tuple, set, frozenset):
        return f"[{', '.join(_inner_repr(part, deep) for part in islice(value, MAX_PARTS))}]"
    if deep and _is_exactly(value, dict):
        pairs = islice(value.items(), MAX_PARTS)
        return (
            f"{{{', '.join(f'{_inner_repr(k, deep)}: {_inner_repr(v, deep)}' for k, v in pairs)}}}")
    kind = value.kind if _is_exactly(value, UnsupportedValue) else type(value)
    return f"({type.__dict__['__name__'].__get__(kind)})"
def _inner_repr(value: Any, deep: int) -> str:
    return repr(value[:MAX_TOLD]) if _is_exactly(value, str) else _printable_repr(value, deep - 1)

# Numbers, dates, times and durations as callers give them → exact numbers, in seconds

MAX_CHARACTERS = 1_000
MAX_DIGITS = 4_000
MAX_BITS = 13_300
NUMBER = r"-?[0-9]+(?:\.[0-9]+|/[0-9]+)?"
def exact_quantity(kind: str, got: Any) -> Fraction:
    value = _exact_number(got, kind == "number")
    if kind == "int" and value.denominator != 1: raise UnfitValue("it is not a whole number")
    return value
def _exact_number(got: Any, texts: bool) -> Fraction:
    from decimal import Decimal
    from fractions import Fraction
    if isinstance(got, bool): raise UnfitValue("it is true or false, not a number")
    if isinstance(got, int | Fraction):
        if max(got.numerator.bit_length(), got.denominator.bit_length()) > MAX_BITS:
            raise UnfitValue("it has too many digits")
        return exact_fraction(got)
    if isinstance(got, float):
        if not math.isfinite(got): raise UnfitValue("it is not a finite number")
        return exact_fraction(repr(got))
    if isinstance(got, Decimal): return _exact_decimal(got)
    if texts and isinstance(got, str): return _number_of_text(got)
    raise UnfitValue("it is not a number")
def _exact_decimal(got: Decimal) -> Fraction:
    _, digits, exponent = got.as_tuple()
    if not isinstance(exponent, int): raise UnfitValue("it is not a finite number")
    if len(digits) > MAX_DIGITS or abs(exponent) > MAX_CHARACTERS:
        raise UnfitValue("it has too many digits")
    return exact_fraction(got)
def _number_of_text(got: str) -> Fraction:
    if len(got) > MAX_CHARACTERS or not compiled_pattern(NUMBER).fullmatch(got):
        raise UnfitValue("it is not a number")
    try:
        return exact_fraction(got)
    except ZeroDivisionError:
        raise UnfitValue("it divides by zero") from None
def quantity_text(kind: str, value: Fraction | int) -> str:
    exact = exact_fraction(value)
    if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > MAX_BITS:
        return f"a number of more than {MAX_DIGITS} digits"
    match kind:
        case _:
            return _decimal_text(exact)
def _decimal_text(value: Fraction) -> str:
    for places in range(100):
        scaled = value * 10**places
        if scaled.denominator == 1:
            sign = "-" if value < 0 else ""
            digits = str(abs(scaled.numerator)).zfill(places + 1)
            return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
    return str(value)

# Values that surely have no fault, read fast; the others are left to the full reading

MOST_QUICK_MEMBERS = 100
class UnsureValue(Exception): pass
def quick_set(got: Any, members: set[str]) -> frozenset[str]:
    kind = type(got)
    if kind is not list and kind is not tuple and kind is not set and kind is not frozenset:
        raise UnsureValue
    if len(got) > MOST_QUICK_MEMBERS: raise UnsureValue
    for one in got:
        if type(one) is not str or one not in members: raise UnsureValue
    return frozenset(got)
def quick_number(got: Any) -> Any:
    if type(got) is int and -(10**15) < got < 10**15: return got
    if type(got) is float and -1e15 < got < 1e15:
        return int(got) if got.is_integer() else _known_quantity("number", got)
    raise UnsureValue
@lru_cache(maxsize=4_096)
def _known_quantity(kind: str, got: Any) -> int | Fraction:
    try:
        value = exact_quantity(kind, got)
    except UnfitValue:
        raise UnsureValue from None
    return int(value) if value.denominator == 1 else value

# Input validation: situations as callers give them → values and instructions, or every fault

MAX_MEMBERS = 10_000
MAX_NAMES = 10_000
MAX_SAID = 10_000
MAX_COMPARED = 10_000
SECRET = "(secret)"
PERHAPS_SECRET = "(perhaps secret)"
WORD = r"[ \t\n\r]*([A-Za-z_][A-Za-z0-9_]*|[{},])"
RESERVED = (
    " all and any because else expect given has if implies in is known like max min none not or "
    "overrides possibly says size then unknown unless when ")
NO_OUTCOMES = frozenset(("known", "not", "unknown"))
@dataclass(frozen=True)
class GivenInstruction:
    by: str; decision: str; outcomes: int; permits: bool; implied: bool; at: int | None; text: str
class FaultCollector:
    def __init__(self, secrets: bool) -> None:
        self.secrets, self.compared = secrets, 0
        self.found: list[Fault] = []
    def add_fault(self, name: str, problem: str, expected: str, got: Any = None,
            suggestion: str = "") -> None:
        told = printable_value(got, parts=not self.secrets)
        self.found.append(Fault(name, problem, expected, told, suggestion))
    def add_misplaced(self, name: str, problem: str, expected: str, got: Any,
            suggestion: str = "") -> None:
        self.add_fault(name, problem, expected, PERHAPS_SECRET if self.secrets else got, suggestion)
    def suggest_name(self, name: Any, names: Iterable[str]) -> str:
        several = list(names)
        self.compared += len(several)
        if not isinstance(name, str) or self.compared > MAX_COMPARED: return ""
        from difflib import get_close_matches
        plainly = {_normalize_name(one): one for one in several}
        found = get_close_matches(_normalize_name(name[:80]), list(plainly), n=1)
        return plainly[found[0]] if found else ""
def _normalize_name(name: str) -> str: return name.casefold().replace("_", "").replace("-", "")
def read_situation(tables: Tables, facts: Mapping[str, Any],
        says: Iterable[Any]) -> tuple[dict[str, Any], list[GivenInstruction]]:
    faults = FaultCollector(any(row.secret for row in tables.facts.values()))
    values = _read_facts(tables, facts, faults)
    given = _read_instructions(tables, says, faults)
    if not faults.found:
        for name, holds in tables.assumes.items():
            if not holds(values, {}):
                faults.add_fault(name, "this assumption is false here", "what it assumes")
    if faults.found: raise BadInput(tuple(faults.found))
    return values, given
def _read_facts(tables: Tables, facts: Any, faults: FaultCollector) -> dict[str, Any]:
    given = _values_by_fact(tables, facts, faults)
    if given is None: return {}
    values: dict[str, Any] = {}
    for name, row in tables.facts.items():
        got = given.get(name)
        values[name] = None
        if got is not None:
            try:
                values[name] = _read_value(row, got)
            except UnfitValue as problem:
                _add_unfit_value(name, row, got, problem, faults)
        elif not row.optional:
            faults.add_fault(name, "it is missing", expected_values(row))
    return values
def _values_by_fact(tables: Tables, facts: Any, faults: FaultCollector) -> dict[str, Any] | None:
    wanted = "names with values"
    try:
        pairs = mapping_entries(facts, len(tables.facts) + MAX_NAMES)
    except UnfitValue as problem:
        faults.add_misplaced("facts", str(problem), wanted, facts)
        return None
    if pairs is None:
        faults.add_misplaced("facts", "the facts are no mapping", wanted, facts)
        return None
    found: dict[str, Any] = {}
    for name, got in pairs:
        if not isinstance(name, str) or name not in tables.facts:
            hint = faults.suggest_name(name, tables.facts)
            faults.add_misplaced(_printable_name(name), "there is no such fact", "a declared fact",
                got, hint)
        elif name in found:
            faults.add_misplaced(name, "it is given twice", "one value", got)
        else:
            found[name] = got
    return found
def _add_unfit_value(name: str, row: FactRow, got: Any, problem: UnfitValue,
        faults: FaultCollector) -> None:
    if row.secret:
        faults.add_fault(name, "its value does not fit", expected_values(row), SECRET)
    else:
        hint = faults.suggest_name(problem.meant, row.members) if problem.meant else ""
        faults.add_fault(name, str(problem), expected_values(row), got, hint)
def _printable_name(name: Any) -> str:
    return printable_text(name) if type(name) is str else str(printable_value(name))
def expected_values(row: FactRow) -> str:
    words = {"bool": "true or false", "int": "a whole number", "number": "a number",
        "text": "a text", "enum": "one of " + ", ".join(row.members), "set": "any of "
        + ", ".join(row.members), "date": "a date such as 2025-12-18",
        "time": "a time with an offset such as 2025-12-18T15:00:00Z",
        "duration": "a duration such as PT24H"}[row.kind]
    words += "".join(f" {word} {quantity_text(row.kind, end)}" for word,
        end in (("from", row.low), ("to", row.high)) if end is not None)
    return words + (", or null where it is unknown" if row.optional else "")
def _read_value(row: FactRow, got: Any) -> Any:
    if row.kind == "set": return _read_set(row, got)
    value = plain_value(got)
    match row.kind:
        case "bool":
            if not isinstance(value, bool): raise UnfitValue("it is not true or false")
            return value
        case "enum":
            return _read_member(row, value)
        case _:
            return _read_quantity(row, value)
def _read_member(row: FactRow, value: Any) -> str:
    if not isinstance(value, str): raise UnfitValue("it is not the name of a member")
    if value not in row.members:
        raise UnfitValue(f"it has no member `{printable_text(value)}`", value)
    return value
def _read_set(row: FactRow, got: Any) -> frozenset[str]:
    found = list_items(got, MAX_MEMBERS)
    if found is None: raise UnfitValue("it is not a list of members")
    return frozenset(_read_member(row, plain_value(item)) for item in found)
def _read_quantity(row: FactRow, got: Any) -> Fraction | int:
    value = exact_quantity(row.kind, got)
    if (row.low is not None and value < row.low) or (row.high is not None and value > row.high):
        raise UnfitValue("it is out of range")
    return int(value) if value.denominator == 1 else value
def read_instructions(tables: Tables, says: Any) -> list[GivenInstruction]:
    faults = FaultCollector(any(row.secret for row in tables.facts.values()))
    given = _read_instructions(tables, says, faults)
    if faults.found: raise BadInput(tuple(faults.found))
    return given
def _read_instructions(tables: Tables, says: Any, faults: FaultCollector) -> list[GivenInstruction]:
    wanted = "a list of instructions"
    try:
        found = list_items(says, MAX_SAID, ordered=True)
    except UnfitValue as problem:
        faults.add_misplaced("says", str(problem), wanted, says)
        return []
    if found is None:
        faults.add_misplaced("says", "the instructions are no list", wanted, says)
        return []
    given = (_read_instruction(tables, item, faults) for item in found)
    return [one for one in given if one is not None]
INSTRUCTION_FIELDS = ("by", "effect", "implied", "at")
def _read_instruction(tables: Tables, item: Any, faults: FaultCollector) -> GivenInstruction | None:
    before = len(faults.found)
    parts = _instruction_fields(item, faults)
    if parts is None: return None
    by: Any
    effect: Any
    by, effect, implied, at = (parts.get(name) for name in INSTRUCTION_FIELDS)
    name = _printable_name(by)
    who = tables.principals.get(by) if isinstance(by, str) else None
    if who is None:
        hint = faults.suggest_name(by, tables.principals)
        faults.add_fault(name, "there is no such principal", "a declared one", by, hint)
    if implied is None:
        implied = False
    if not isinstance(implied, bool):
        faults.add_fault(name, "`implied` is not true or false", "true or false", implied)
    decision, outcomes, permits = _parse_effect(tables, name, effect, faults)
    rank = _level_rank(tables, name, at, faults)
    if rank is not None and who is not None:
        top = highest_level(tables, by, who, implied is True, decision)
        if top is not None and rank < top:
            problem = f"it speaks at `{at}`, above `{tables.levels[top]}`"
            faults.add_fault(name, problem, f"a level from `{tables.levels[top]}` down", at)
    if len(faults.found) > before or decision is None: return None
    text = " ".join(effect.split())
    return GivenInstruction(by, decision.name, outcomes, permits, implied is True, rank, text)
def _instruction_fields(item: Any, faults: FaultCollector) -> dict[str, Any] | None:
    try:
        if getattr(type(item), "__match_args__", ()) == INSTRUCTION_FIELDS:
            pairs: Any = [(name, getattr(item, name)) for name in INSTRUCTION_FIELDS]
        else:
            pairs = mapping_entries(item, MAX_NAMES)
    except Exception:
        pairs = None
    if pairs is None:
        faults.add_misplaced("says", "it is no instruction", "an Instruction or a mapping", item)
        return None
    parts = {name: supported_value(got) for name, got in pairs if isinstance(name, str)}
    seen: set[str] = set()
    for name, got in pairs:
        known = isinstance(name, str) and name in INSTRUCTION_FIELDS
        if not known or name in seen:
            problem = f"it has `{name}` twice" if known else f"it has no `{_printable_name(name)}`"
            faults.add_misplaced(_printable_name(parts.get("by")), problem,
                ", ".join(INSTRUCTION_FIELDS), got)
        elif known:
            seen.add(name)
    return parts
def highest_level(tables: Tables, by: str, who: PrincipalRow, implied: bool, decision: DecisionRow
        | None) -> int | None:
    if who.level is not None:
        return who.implied if implied and who.implied is not None else who.level
    if decision is None: return None
    lent = [d.level for d in tables.delegates if d.principal == by and decision.name in d.decisions]
    return min(lent, default=None)
def _level_rank(tables: Tables, by: str, at: Any, faults: FaultCollector) -> int | None:
    if at is None: return None
    if isinstance(at, str) and at in tables.levels: return tables.levels.index(at)
    hint = faults.suggest_name(at, tables.levels)
    faults.add_fault(by, "there is no such level", "one of " + ", ".join(tables.levels), at, hint)
    return None
def _parse_effect(tables: Tables, by: str, effect: Any,
        faults: FaultCollector) -> tuple[DecisionRow | None, int, bool]:
    parts = _effect_parts(effect)
    if parts is None:
        faults.add_fault(by, "it is no effect", "such as `reply is declined`", effect)
        return None, 0, False
    name, how, named = parts
    row = next((d for d in tables.decisions if d.name == name), None)
    if row is None:
        hint = faults.suggest_name(name, [d.name for d in tables.decisions])
        faults.add_fault(_printable_name(name), "there is no such decision", "a declared one",
            effect, hint)
        return None, 0, False
    wrong = [outcome for outcome in named if outcome not in row.outcomes]
    for outcome in dict.fromkeys(wrong):
        hint = faults.suggest_name(outcome, row.outcomes)
        problem = f"it has no outcome `{_printable_name(outcome)}`"
        faults.add_fault(name, problem, "one of " + ", ".join(row.outcomes), effect, hint)
    excludes = how in ("is not", "not in")
    bits = (1 << i for i, outcome in enumerate(row.outcomes) if (outcome in named) != excludes)
    mask, permits = sum(bits), how == "may be"
    if not wrong and not permits and mask in (0, (1 << len(row.outcomes)) - 1):
        what = "every outcome" if mask else "no outcome"
        faults.add_fault(name, f"it leaves {what}", "a restriction", effect)
    return row, mask, permits
def _effect_parts(effect: Any) -> tuple[str, str, list[str]] | None:
    if not isinstance(effect, str) or len(effect) > 100_000: return None
    pattern = compiled_pattern(WORD)
    words, between = pattern.findall(effect), ","
    match words:
        case [name, "is", "not", outcome]:
            how, inner = "is not", [outcome]
        case [name, "is", outcome]:
            how, inner = "is", [outcome]
        case [name, "in", "{", *inner, "}"]:
            how = "in"
        case [name, "not", "in", "{", *inner, "}"]:
            how = "not in"
        case [name, "may", "be", _, *_]:
            how, inner, between = "may be", words[3:], "or"
        case _:
            return None
    named = inner[::2]
    fits = not inner or (len(inner) % 2 == 1 and set(inner[1::2]) <= {between})
    fits = fits and all(one.isidentifier() for one in (name, *named))
    fits = fits and NO_OUTCOMES.isdisjoint(named) and f" {name} " not in RESERVED
    blank = not pattern.sub("", effect).strip(" \t\n\r")
    return (name, how, named) if fits and blank else None

# Minimal clashes: minimal sets of restrictions that together leave no outcome

CoverStep = tuple[int, frozenset[int]] | None
def minimal_covers(masks: Sequence[int], every: int,
        most_steps: int) -> tuple[list[frozenset[int]], bool]:
    found: dict[frozenset[int], None] = {}
    steps = 0
    for size in range(1, every.bit_count() + 1):
        deeper = False
        for step in search_covers(masks, every, size):
            steps += 1
            if steps > most_steps:
                found |= dict.fromkeys(_first_covers(masks, every, most_steps))
                return sorted(found, key=_size_and_members), False
            if step is not None:
                rest, taken = step
                deeper = deeper or (rest != 0 and len(taken) == size)
                if not rest:
                    found[taken] = None
        if not deeper: break
    return sorted(found, key=_size_and_members), True
def search_covers(masks: Sequence[int], rest: int, most: int,
        taken: frozenset[int] = frozenset()) -> Iterator[CoverStep]:
    if not all(_is_irredundant(masks, taken, one) for one in taken):
        yield None
        return
    yield rest, taken
    if rest and len(taken) < most:
        bits = (bit for bit in range(rest.bit_length()) if rest >> bit & 1)
        having = ([i for i, mask in enumerate(masks) if mask >> bit & 1] for bit in bits)
        for i in min(having, key=len):
            yield from search_covers(masks, rest & ~masks[i], most, taken | {i})
def _first_covers(masks: Sequence[int], every: int, most_steps: int) -> Iterator[frozenset[int]]:
    met = False
    for i, step in enumerate(search_covers(masks, every, every.bit_count())):
        if met and i >= most_steps: return
        if step is not None and not step[0]:
            met = True
            yield step[1]
def _is_irredundant(masks: Sequence[int], taken: frozenset[int], one: int) -> bool:
    others = 0
    for i in taken:
        if i != one:
            others |= masks[i]
    return bool(masks[one] & ~others)
def _size_and_members(group: frozenset[int]) -> tuple[int, list[int]]:
    return len(group), sorted(group)

# Conflict resolution: which rules and instructions stand, and which outcomes they leave

PLACES = ("stated", "lowered", "implied", "lent")
RULES = len(PLACES)
BY_RANK = itemgetter(0, 1, 2)
FAILED: Result = (None, False, True)
@dataclass
class Candidate:
    source: RuleRow | GivenInstruction; number: int; level: int; place: int; position: int
    stands: bool; leaves: int; lifts: int
    @property
    def name(self) -> str:
        return self.source.name if isinstance(self.source, RuleRow) else self.source.by
    @property
    def restricts(self) -> bool: return self.stands and not self.source.permits
    def is_below(self, other: Candidate) -> bool:
        if isinstance(self.source, RuleRow) and (other.level, other.place) == (self.level, RULES):
            return bool(self.source.above >> other.position & 1)
        return other.number < self.number
def place_instructions(tables: Tables, row: DecisionRow, values: Facts_, outcomes: Outcomes_,
        given: Sequence[GivenInstruction]) -> tuple[Placed_, Ignored_]:
    placed: Placed_ = []
    ignored: Ignored_ = []
    for number, one in enumerate(given):
        place = _place_of(tables, row, values, outcomes, one)
        if isinstance(place, str):
            ignored.append((one, place))
        else:
            placed.append((*place, -number, one))
    placed.sort(key=BY_RANK)
    return placed, ignored
def _place_of(tables: Tables, row: DecisionRow, values: Facts_, outcomes: Outcomes_,
        one: GivenInstruction) -> tuple[int, int] | str:
    who = tables.principals[one.by]
    level = who.level
    if level is None: return _lent_place(tables, row, values, outcomes, one)
    if row.steered is not None and one.by not in row.steered: return f"does not steer {row.name}"
    if one.implied:
        if who.implied is None: return "cannot imply: it has no `implied at`"
        return (who.implied if one.at is None else one.at), PLACES.index("implied")
    return (level, 0) if one.at is None else (one.at, int(one.at != level))
def _lent_place(tables: Tables, row: DecisionRow, values: Facts_, outcomes: Outcomes_,
        one: GivenInstruction) -> tuple[int, int] | str:
    if one.implied: return "cannot imply: it has no `implied at`"
    levels = [d.level for d in tables.delegates if d.principal == one.by
        and row.name in d.decisions and d.active(values, outcomes)]
    if not levels: return "has no authority here: nobody lends it any"
    if one.at is not None and one.at < min(levels):
        return f"is lent no authority at {tables.levels[one.at]}"
    return (min(levels) if one.at is None else one.at), PLACES.index("lent")
class DecisionResolution:
    __slots__ = ("clashed", "decided", "left", "permitted", "record")
    def __init__(self, row: DecisionRow, record: list[Candidate] | None = None) -> None:
        self.left, self.permitted, self.decided = (1 << len(row.outcomes)) - 1, 0, False
        self.clashed = 0
        self.record = record
    def resolve(self, row: DecisionRow, applying: Sequence[int], placed: Placed_) -> Result:
        first = 0
        for level, rules in enumerate(row.rules):
            if placed:
                self._apply_instructions(level, placed)
            here = [at - first for at in applying if first <= at < first + len(rules)]
            first += len(rules)
            if here:
                self._apply_rules(level, rules, here)
        left, chosen = self.clashed or self.left, row.default
        if self.clashed:
            if row.on_conflict is None: return FAILED
            chosen = row.on_conflict
        if chosen is None or not left >> chosen & 1:
            chosen = (left & -left).bit_length() - 1
        return row.outcomes[chosen], self.decided, self.clashed != 0
    def _apply_instructions(self, level: int, placed: Placed_) -> None:
        own = 0
        asked = 0
        for lower, place, _, one in placed:
            if lower > level and place == 0 and not one.permits:
                asked |= one.outcomes
        for at, place, _, one in placed:
            if at == level:
                meets, leaves = one.outcomes & self.left, 0
                if one.permits:
                    own |= meets
                    self.permitted |= meets
                elif meets:
                    leaves = one.outcomes | own | self.permitted & asked
                    self.left &= leaves
                    self.decided = True
                self._record_candidate(one, level, place, 0, meets, leaves)
    def _apply_rules(self, level: int, rules: Sequence[RuleRow], applying: Sequence[int]) -> None:
        left, permitted = self.left, self.permitted
        standing: list[tuple[int, int, int]] = []
        for j in applying:
            rule, under, lifted, leaves = rules[j], left, permitted, 0
            if rule.above:
                for i, others_leave, lifts in standing:
                    if rule.above >> i & 1:
                        under &= others_leave
                        lifted |= lifts
            meets = rule.outcomes & under
            if rule.permits:
                self.permitted |= meets
                standing.append((j, -1, meets))
            elif meets:
                leaves = rule.outcomes | lifted
                self.left &= leaves
                self.decided = True
                standing.append((j, leaves, 0))
            if self.record is not None:
                self._record_candidate(rule, level, RULES, j, meets, leaves)
        if not self.left and not self.clashed:
            self.clashed = left
    def _record_candidate(self, source: RuleRow | GivenInstruction, level: int, place: int,
            position: int, meets: int, leaves: int) -> None:
        if self.record is not None:
            number, lifts = len(self.record), meets if source.permits else 0
            self.record.append(Candidate(source, number, level, place, position, meets != 0,
                leaves, lifts))

# Traces of decisions: which candidates win, what overrides the others, which rules clash

MAX_STEPS = 5_000
LEAST_STEPS, MAX_WORK = 100, 2_000_000
def trace_decisions(tables: Tables, values: Facts_,
        given: Sequence[GivenInstruction]) -> tuple[DecisionTrace, ...]:
    outcomes: dict[str, str] = {}
    taken: list[DecisionTrace] = []
    for row in tables.decisions:
        one = DecisionTrace(row.name, None)
        if all(name in outcomes for name in row.reads):
            one = trace_decision(tables, row, values, outcomes, given)
        taken.append(one)
        if one.outcome is not None:
            outcomes[row.name] = one.outcome
    return tuple(taken)
def trace_decision(tables: Tables, row: DecisionRow, values: Facts_, outcomes: Outcomes_,
        given: Iterable[GivenInstruction]) -> DecisionTrace:
    about = [one for one in given if one.decision == row.name]
    placed, ignored = place_instructions(tables, row, values, outcomes, about)
    applying, record = sorted(row.applies(values, outcomes)), list[Candidate]()
    result = DecisionResolution(row, record).resolve(row, applying, placed)
    outcome, _, conflicted = result
    winners = () if conflicted else tuple(_winners(row, record, row.outcomes.index(outcome)))
    clashes, complete = _minimal_clashes(row, record) if conflicted else ((), True)
    failed = outcome is None
    trace = DecisionTrace(row.name, *result, failed, winners, clashes, complete)
    def compute_parts() -> Iterator[CandidateTrace]:
        yield from _candidate_traces(tables, row, record, placed, applying)
        for one, why in ignored:
            yield CandidateTrace(one.by, one.text, "no place", "ignored", True, by=(why,))
    return trace.with_parts(compute_parts)
def _winners(row: DecisionRow, record: Sequence[Candidate], chosen: int) -> list[str]:
    bit = 1 << chosen
    naming = [c for c in record if c.restricts and c.source.outcomes & bit]
    others = [c for c in record if c.restricts and not c.source.outcomes & bit]
    preferred = 0
    if chosen != row.default:
        preferred = (1 << chosen) - 1 | (0 if row.default is None else 1 << row.default)
    if preferred:
        kept = []
        for one in (*_topological_by_name(naming), *_topological_by_name(others)):
            if preferred & ~one.leaves:
                preferred &= one.leaves
                kept.append(one)
    else:
        fewest = min((c.leaves.bit_count() for c in naming), default=0)
        kept = [c for c in naming if c.leaves.bit_count() == fewest]
    if others:
        permitting = (c for c in record if c.lifts & bit)
        kept += (c for c in permitting if any(other.is_below(c) for other in reversed(others)))
    return [c.name for c in _topological_by_name(kept)]
def _topological_by_name(some: Iterable[Candidate]) -> Iterator[Candidate]:
    by_rank = sorted(some, key=lambda c: c.number)
    for (_, place), group in groupby(by_rank, key=lambda c: (c.level, c.place)):
        if place < RULES:
            yield from group
            continue
        rest = {c.position: c for c in group}
        while rest:
            mask = sum(1 << i for i in rest)
            free = [c for c in rest.values() if not _above_mask(c) & mask]
            yield rest.pop(min(free, key=lambda c: c.name).position)
def _above_mask(one: Candidate) -> int:
    return one.source.above if isinstance(one.source, RuleRow) else 0
def _minimal_clashes(row: DecisionRow, record: Sequence[Candidate]) -> tuple[tuple[frozenset[str],
        ...], bool]:
    every = (1 << len(row.outcomes)) - 1
    distinct: dict[tuple[int, int], Candidate] = {}
    for c in record:
        if c.restricts and every & ~c.leaves:
            distinct.setdefault((c.leaves, c.number if c.place == RULES else -1), c)
    excluding = list(distinct.values())
    masks = [every & ~c.leaves for c in excluding]
    steps = MAX_WORK // (1 + len(masks) * len(row.outcomes))
    found, complete = minimal_covers(masks, every, min(MAX_STEPS, max(LEAST_STEPS, steps)))
    groups = ([excluding[i] for i in group] for group in found)
    named = (frozenset(c.name for c in group if c.place == RULES) for group in groups)
    return tuple(dict.fromkeys(named)), complete
def _candidate_traces(tables: Tables, row: DecisionRow, record: Sequence[Candidate],
        placed: Placed_, applying: Sequence[int]) -> Iterator[CandidateTrace]:
    superseding = _SupersedingTest(row, placed, applying)
    before: list[Candidate] = []
    for _, group in groupby(record, key=lambda c: (c.level, c.place)):
        over, rules = before, list[Candidate]()
        for one in group:
            above = before
            if one.place == RULES:
                above = _last_excluders(row, [*over, *filter(one.is_below, rules)])
                rules.append(one)
            status, by = "standing", tuple[str, ...]()
            if not one.stands:
                status = "superseded" if superseding.is_superseded(one) else "overridden"
                by = tuple(c.name for c in _overriders(one, above))
            yield _candidate_trace(tables, row, one, status, by)
            before = _last_excluders(row, [*before, one])
def _candidate_trace(tables: Tables, row: DecisionRow, one: Candidate, status: str,
        by: tuple[str, ...]) -> CandidateTrace:
    source, rank = one.source, tables.levels[one.level]
    if isinstance(source, RuleRow):
        text, because, speaks = _effect_text(row, source), source.because, False
    else:
        text, because, speaks = source.text, "", True
        rank += f", {PLACES[one.place]}"
    excludes = row.outcome_names(~one.leaves) if one.restricts else ()
    lifts = row.outcome_names(one.lifts)
    told = (one.name, text, rank, status, speaks, source.permits)
    return CandidateTrace(*told, excludes, lifts, by, because)
def _effect_text(row: DecisionRow, rule: RuleRow) -> str:
    named, out = row.outcome_names(rule.outcomes), row.outcome_names(~rule.outcomes)
    if rule.permits: return f"{row.name} may be {' or '.join(named)}"
    if len(named) == 1: return f"{row.name} is {named[0]}"
    return (f"{row.name} is not {out[0]}" if len(out) == 1
        else f"{row.name} in {{{', '.join(named)}}}")
def _last_excluders(row: DecisionRow, some: Sequence[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    left = (1 << len(row.outcomes)) - 1
    for one in reversed(some):
        if one.restricts and left & ~one.leaves:
            left &= one.leaves
            kept.append(one)
    return kept[::-1]
def _overriders(candidate: Candidate, above: Sequence[Candidate]) -> list[Candidate]:
    found = list(above)
    for one in above:
        left = candidate.source.outcomes
        for other in found:
            if other is not one:
                left &= other.leaves
        if not left:
            found.remove(one)
    return found
class _SupersedingTest:
    def __init__(self, row: DecisionRow, placed: Placed_, applying: Sequence[int]) -> None:
        self._row, self._applying = row, applying
        self._known: dict[tuple[object, ...], bool] = {}
        self._distinct: dict[tuple[object, ...], tuple[int, int, int, GivenInstruction]] = {}
        for one in placed:
            kind = (*one[:2], one[3].outcomes, one[3].permits)
            self._distinct.setdefault(kind, one)
    def is_superseded(self, one: Candidate) -> bool:
        if one.place == RULES: return False
        kind = (one.level, one.place, one.source.outcomes, one.source.permits)
        if kind not in self._known:
            others = self._distinct.items()
            alone = [own for key, own in others if key == kind or key[:2] != kind[:2]]
            record: list[Candidate] = []
            DecisionResolution(self._row, record).resolve(self._row, self._applying, alone)
            places = (c for c in record if (c.level, c.place) == (one.level, one.place))
            self._known[kind] = next(places).stands
        return self._known[kind]

# Outcomes without their reasons: decisions of a validated situation, as fast as it goes

NOBODY: tuple[()] = ()
MOST_QUICK_SAID = 100
MOST_KNOWN = 1_000
PLAIN_FIELDS = frozenset(INSTRUCTION_FIELDS)
MOST_RESOLVED = 6
OUTCOME_OF = itemgetter(0)
NOT_TAKEN: Result = (None, False, False)
def decide_situation(tables: Tables, kind: type[SpecDecisionType], facts: Any,
        says: Any) -> SpecDecisionType:
    values, given = read_situation(tables, facts, says)
    results = resolve_values(tables, values, quick_values(tables, values), given)
    return _make_decision(kind, results, values, given)
def read_values(tables: Tables, facts: Any) -> Any:
    values, _ = read_situation(tables, facts, ())
    return quick_values(tables, values) or values
def decide_told(tables: Tables, kind: type[SpecDecisionType], facts: Any, values: Any, says: Any,
        all_results: AllResults) -> SpecDecisionType:
    given = _known_instructions(tables, says)
    if given is None: return decide_situation(tables, kind, facts, says)
    exact = exact_values(tables, values)
    without = all_results(values) if len(tables.decisions) > MOST_RESOLVED else None
    results = resolve_values(tables, exact, values, given, without)
    return _make_decision(kind, results, values, given)
def decide_record(tables: Tables, kind: type[SpecDecisionType], record: Any,
        says: Any) -> SpecDecisionType:
    values = record._values
    given = _known_instructions(tables, says)
    if given is None:
        given = read_instructions(tables, says)
    exact = exact_values(tables, values) if type(values) is tuple else values
    results = resolve_values(tables, exact, quick_values(tables, exact), given)
    return _make_decision(kind, results, values, given)
def _known_instructions(tables: Tables, says: Any) -> list[GivenInstruction] | None:
    if (type(says) is not list and type(says) is not tuple) or len(says) > MOST_QUICK_SAID:
        return None
    found: list[GivenInstruction] = []
    for item in says:
        key: tuple[Any, ...]
        if type(item) is Instruction:
            key = item.by, item.effect, item.implied, item.at
        elif type(item) is dict and all(type(n) is str and n in PLAIN_FIELDS for n in item):
            key = tuple(map(item.get, INSTRUCTION_FIELDS))
        else:
            return None
        if not _is_plain(*key): return None
        one = tables.known_instructions.get(key)
        if one is None:
            try:
                (one,) = read_instructions(tables, [item])
            except BadInput:
                return None
            if len(tables.known_instructions) >= MOST_KNOWN:
                tables.known_instructions.clear()
            tables.known_instructions[key] = one
        found.append(one)
    return found
def _is_plain(by: Any, effect: Any, implied: Any, at: Any) -> bool:
    texts = type(by) is str and type(effect) is str and (at is None or type(at) is str)
    return texts and (implied is None or implied is False or implied is True)
def _make_decision(kind: type[SpecDecisionType], results: Sequence[Result], values: Any,
        given: Sequence[GivenInstruction] = ()) -> SpecDecisionType:
    found = object.__new__(kind)
    found._results, found._values, found._given = tuple(results), values, given
    if None in map(OUTCOME_OF, results): raise Contradiction(found.traces)
    return found
def trace_values(tables: Tables, values: Any, given: Sequence[GivenInstruction]) -> tuple[
        DecisionTrace, ...]:
    if type(values) is tuple:
        values = exact_values(tables, values)
    return trace_decisions(tables, values, given)
def exact_values(tables: Tables, values: Sequence[Any]) -> dict[str, Any]:
    found = dict(zip(tables.facts, values, strict=True))
    for name in tables.numbers:
        if type(found[name]) is float:
            value = exact_fraction(repr(found[name]))
            found[name] = int(value) if value.denominator == 1 else value
    return found
def quick_values(tables: Tables, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    found = list(values.values())
    for i, (row, value) in enumerate(zip(tables.facts.values(), found, strict=True)):
        if row.kind == "number" and not row.exact and type(value) not in (int, type(None)):
            found[i] = float(value)
            if exact_fraction(repr(found[i])) != value: return None
    return tuple(found)
def resolve_values(tables: Tables, values: Facts_, quick: Values_ | None,
        given: Sequence[GivenInstruction], without: Sequence[Result] | None = None) -> list[Result]:
    rows, positions = tables.decisions, tables.positions
    found = list(without or [NOT_TAKEN] * len(rows))
    todo = {positions[one.decision] for one in given} if without else set(range(len(rows)))
    for i, row in enumerate(rows):
        if i not in todo: continue
        before = found[i][0]
        outcomes: dict[str, Any] = {name: found[positions[name]][0] for name in row.reads}
        said = [one for one in given if one.decision == row.name]
        if None in outcomes.values():
            found[i] = NOT_TAKEN
        elif quick is None or said or row.decide is None:
            found[i] = _resolve_quickly(tables, row, values, outcomes, said)
        else:
            found[i] = row.decide(quick, *outcomes.values())
        if without and found[i][0] != before:
            todo.update(j for j, other in enumerate(rows) if row.name in other.reads)
    return found
def resolve_rules(tables: Tables, number: int, quick: Values_, *read: str | None) -> Result:
    row = tables.decisions[number]
    outcomes: dict[str, Any] = dict(zip(row.reads, read, strict=True))
    return _resolve_quickly(tables, row, exact_values(tables, quick), outcomes, ())
def _resolve_quickly(tables: Tables, row: DecisionRow, values: Facts_, outcomes: Outcomes_,
        given: Sequence[GivenInstruction]) -> Result:
    placed = place_instructions(tables, row, values, outcomes, given)[0] if given else []
    applying = row.applies(values, outcomes)
    applying.sort()
    return DecisionResolution(row).resolve(row, applying, placed)

# Types of a spec, for programs that look at them when they run

def spec_type(tables: Tables, outcome_types: Sequence[str], name: str) -> Any:
    import typing
    if name in outcome_types:
        return typing.Literal[tables.decisions[outcome_types.index(name)].outcomes]
    if name != "Facts": raise AttributeError(f"there is no `{name}`")
    fields = {fact: _type_of_fact(row) for fact, row in tables.facts.items()}
    return typing.TypedDict("Facts", fields)  # type: ignore[operator]
def _type_of_fact(row: FactRow) -> Any:
    import typing
    from collections.abc import Iterable
    from datetime import date, datetime, timedelta
    from decimal import Decimal
    from fractions import Fraction
    member: Any = typing.Literal[row.members]
    kinds: dict[str, Any] = {"enum": member, "set": Iterable[member], "bool": bool, "int": int,
        "number": int | float | Decimal | Fraction | str, "text": str, "date": date | str,
        "time": datetime | str, "duration": timedelta | str}
    return typing.NotRequired[kinds[row.kind] | None] if row.optional else kinds[row.kind]


class SpecDecision(Decision):
    """The outcome of each decision."""

    __slots__ = ()
    _trace = staticmethod(trace_values)

    @_builtins.property
    def refund(self) -> RefundOutcome:
        return self._results[0][0]  # type: ignore[return-value]

    @_builtins.property
    def reply(self) -> ReplyOutcome:
        return self._results[1][0]  # type: ignore[return-value]


class FactRecord:
    """The facts of a situation, read and checked once for many decisions."""

    __slots__ = ("_values",)

    def __init__(self, facts: FactsArgument) -> None:
        try:
            self._values: Any = _checked_values(facts)
        except UnsureValue:
            self._values = read_values(_TABLES, facts)


_new = object.__new__
_TABLES = SpecDecision._tables = _make_tables()


def __getattr__(name: str) -> Any:
    """Make a type when somebody asks for it: `typing` takes long to import."""
    found = spec_type(_TABLES, ('RefundOutcome', 'ReplyOutcome', ), name)
    return _builtins.globals().setdefault(name, found)
