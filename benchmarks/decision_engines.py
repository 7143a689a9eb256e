"""Engines of the decision benchmark: prioritised rules → a function from a request to an outcome.

Each engine is called as its documentation says for speed: rules are compiled before, and a request
is a Python dict unless the name says otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from benchmarks.c_extension import built_extension
from benchmarks.prioritised import (
    BOOLS,
    ENUMS,
    HIGHEST,
    INTS,
    OUTCOMES,
    Condition,
    PrioritisedRule,
    members,
    spec_text,
)

Rules = Sequence[PrioritisedRule]
Request = Any
Decide = Callable[[Request], str]
DEFAULT = OUTCOMES[0]


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine. `make` returns a decision function and what turns a dict into its request;
    `package` has to be installed; `most`: the most rules that it is tried on.
    """

    name: str
    package: str
    make: Callable[[Rules], tuple[Decide, Callable[[dict[str, Any]], Request]]]
    most: int = 5_000
    calls: int = 2_000  # Requests of a round, at most.
    compiler: bool = False  # Whether it needs one.


def _as_it_is(facts: dict[str, Any]) -> Request:
    return facts


# --- ours ----------------------------------------------------------------------------------------


def emitted_module(rules: Rules) -> ModuleType:
    """Return the module that `specdsl compile` would write."""
    import sys

    import specdsl

    policy = specdsl.Policy(specdsl.loads(spec_text(tuple(rules))).circuit)
    module = ModuleType("benchmarked_policy")
    sys.modules[module.__name__] = module
    exec(compile(policy.source, "benchmarked_policy.py", "exec"), module.__dict__)
    return module


def _specdsl(rules: Rules) -> tuple[Decide, Callable[[dict[str, Any]], Request]]:
    decide = emitted_module(rules).decide
    return lambda facts: decide(facts).answer, _as_it_is


def _specdsl_facts(rules: Rules) -> tuple[Decide, Callable[[dict[str, Any]], Request]]:
    module = emitted_module(rules)
    decide = module.decide_facts
    return lambda record: decide(record).answer, module.FactRecord


def _c_extension(rules: Rules) -> tuple[Decide, Callable[[dict[str, Any]], Request]]:
    import specdsl

    decide = built_extension(specdsl.loads(spec_text(tuple(rules))).circuit)
    # It is called from a lambda, as ours is.
    return lambda record: decide(record), emitted_module(rules).FactRecord  # noqa: PLW0108


# --- by hand -------------------------------------------------------------------------------------


def _python_condition(one: Condition) -> str:
    if isinstance(one.value, bool):
        return f"f[{one.fact!r}]" if one.value else f"not f[{one.fact!r}]"
    if isinstance(one.value, frozenset):
        return f"f[{one.fact!r}] in {{{', '.join(map(repr, sorted(one.value)))}}}"
    return f"f[{one.fact!r}] {one.operator} {one.value!r}"


def _lambdas(rules: Rules) -> tuple[Decide, Callable[[dict[str, Any]], Request]]:
    made = [
        (eval(f"lambda f: {' and '.join(map(_python_condition, rule.conditions))}"), rule.outcome)
        for rule in rules
    ]

    def decide(facts: Mapping[str, Any]) -> str:
        for holds, outcome in made:
            if holds(facts):
                return outcome
        return DEFAULT

    return decide, _as_it_is


# --- others --------------------------------------------------------------------------------------


def _logic_condition(one: Condition) -> Any:
    fact = {"var": one.fact}
    if isinstance(one.value, bool):
        return fact if one.value else {"!": [fact]}
    if isinstance(one.value, frozenset):
        return {"in": [fact, sorted(one.value)]}
    return {one.operator: [fact, one.value]}


def _datalogic(rules: Rules) -> tuple[Decide, Callable[[dict[str, Any]], Request]]:
    from datalogic_py import DataHandle, Engine

    chain: list[Any] = []
    for rule in rules:
        chain += [{"and": [_logic_condition(one) for one in rule.conditions]}, rule.outcome]
    evaluate = Engine().compile({"if": [*chain, DEFAULT]}).evaluate_data
    return evaluate, lambda facts: DataHandle(json.dumps(facts))


def _cel_condition(one: Condition) -> str:
    if isinstance(one.value, bool):
        return one.fact if one.value else f"!{one.fact}"
    if isinstance(one.value, frozenset):
        return f"{one.fact} in {json.dumps(sorted(one.value))}"
    return f"{one.fact} {one.operator} {json.dumps(one.value)}"


def _cel(rules: Rules) -> tuple[Decide, Callable[[dict[str, Any]], Request]]:
    import cel

    made = [
        (cel.compile(" && ".join(map(_cel_condition, rule.conditions))), rule.outcome)
        for rule in rules
    ]

    def decide(facts: dict[str, Any]) -> str:
        context = cel.Context()
        context.update(facts)
        for program, outcome in made:
            if program.execute(context):
                return outcome
        return DEFAULT

    return decide, _as_it_is


def _cedar_condition(one: Condition) -> str:
    fact = f"context.{one.fact}"
    if isinstance(one.value, bool):
        return fact if one.value else f"!{fact}"
    if isinstance(one.value, frozenset):
        return f"{json.dumps(sorted(one.value))}.contains({fact})"
    return f"{fact} {one.operator} {json.dumps(one.value)}"


def _cedar(rules: Rules) -> tuple[Decide, Callable[[dict[str, Any]], Request]]:
    import cedarpy

    text = "\n".join(
        f'@id("r{i}")\npermit(principal, action, resource) when {{ '
        f"{' && '.join(map(_cedar_condition, rule.conditions))} }};"
        for i, rule in enumerate(rules)
    )
    policies = cedarpy.PolicySet.from_str(text)
    entities = cedarpy.Entities.from_json_str("[]")

    def decide(request: Any) -> str:
        found = cedarpy.is_authorized(request, policies, entities)
        ids = [int(name.lstrip("policyr")) for name in found.diagnostics.reasons]
        return rules[min(ids)].outcome if ids else DEFAULT

    def request_of(facts: dict[str, Any]) -> Any:
        subject = {"principal": 'User::"a"', "action": 'Action::"b"', "resource": 'Thing::"c"'}
        return {**subject, "context": facts}

    return decide, request_of


def _casbin_condition(one: Condition) -> str:
    fact = f"r.f.{one.fact}"
    if isinstance(one.value, bool):
        return fact if one.value else f"not {fact}"
    if isinstance(one.value, frozenset):
        return f"({' or '.join(f'{fact} == {value!r}' for value in sorted(one.value))})"
    return f"{fact} {one.operator} {one.value!r}"


CASBIN_MODEL = """
[request_definition]
r = f
[policy_definition]
p = rule, outcome, eft
[policy_effect]
e = priority(p.eft) || deny
[matchers]
m = eval(p.rule)
"""


def _casbin(rules: Rules) -> tuple[Decide, Callable[[dict[str, Any]], Request]]:
    import casbin

    with TemporaryDirectory() as folder:
        model, policy = Path(folder, "model.conf"), Path(folder, "policy.csv")
        model.write_text(CASBIN_MODEL, encoding="utf-8")
        policy.write_text("", encoding="utf-8")
        enforcer = casbin.Enforcer(str(model), str(policy))
    for rule in rules:
        text = " and ".join(map(_casbin_condition, rule.conditions))
        enforcer.add_policy(text, rule.outcome, "allow")

    class Attributes:
        pass

    def decide(request: Any) -> str:
        _, explained = enforcer.enforce_ex(request)
        return explained[1] if explained else DEFAULT

    def request_of(facts: dict[str, Any]) -> Any:
        made = Attributes()
        made.__dict__.update(facts)
        return made

    return decide, request_of


def _zen_cell(conditions: Sequence[Condition], fact: str) -> str:
    cells = []
    for one in conditions:
        if one.fact != fact:
            continue
        if isinstance(one.value, bool):
            cells.append("true" if one.value else "false")
        elif isinstance(one.value, frozenset):
            cells.append(", ".join(json.dumps(value) for value in sorted(one.value)))
        elif one.operator == "==":
            cells.append(json.dumps(one.value))
        else:
            cells.append(f"{one.operator} {one.value}")
    return cells[0] if cells else ""


def _zen(rules: Rules) -> tuple[Decide, Callable[[dict[str, Any]], Request]]:
    import zen

    facts = (*ENUMS, *BOOLS, *INTS)
    inputs = [{"id": fact, "name": fact, "field": fact, "type": "expression"} for fact in facts]
    rows = [
        {
            "_id": str(i),
            "answer": json.dumps(rule.outcome),
            **{fact: _zen_cell(rule.conditions, fact) for fact in facts},
        }
        for i, rule in enumerate(rules)
    ]
    output = {"id": "answer", "name": "answer", "field": "answer", "type": "expression"}
    table = {"hitPolicy": "first", "inputs": inputs, "outputs": [output], "rules": rows}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "content": {}},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": table},
        {"id": "out", "type": "outputNode", "name": "out", "content": {}},
    ]
    edges = [
        {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def decide(request: Any) -> str:
        found = decision.evaluate(request)["result"]
        outcome: str = found["answer"] if found else DEFAULT
        return outcome

    return decide, _as_it_is


def _csl_condition(one: Condition) -> str:
    if isinstance(one.value, bool):
        return f"{one.fact} == {'TRUE' if one.value else 'FALSE'}"
    if isinstance(one.value, frozenset):
        return f"({' OR '.join(f'{one.fact} == {json.dumps(v)}' for v in sorted(one.value))})"
    return f"{one.fact} {one.operator} {json.dumps(one.value)}"


def _csl(rules: Rules) -> tuple[Decide, Callable[[dict[str, Any]], Request]]:
    from chimera_core import RuntimeConfig, create_guard_from_string

    lines = [f"    {name}: BOOLEAN" for name in BOOLS]
    lines += [f"    {name}: 0..{HIGHEST}" for name in INTS]
    sets = {**{name: members(name) for name in ENUMS}, "answer": (*OUTCOMES, "none")}
    lines += [f"    {name}: {{{', '.join(map(json.dumps, of))}}}" for name, of in sets.items()]
    constraints = (
        f"  STATE_CONSTRAINT r{i} {{\n    WHEN {' AND '.join(map(_csl_condition, rule.conditions))}"
        f"\n    THEN answer MUST BE {json.dumps(rule.outcome)}\n  }}"
        for i, rule in enumerate(rules)
    )
    head = "CONFIG {\n  CHECK_LOGICAL_CONSISTENCY: FALSE\n}\nDOMAIN Bench {\n  VARIABLES {\n"
    text = f"{head}{chr(10).join(lines)}\n  }}\n{chr(10).join(constraints)}\n}}\n"
    config = RuntimeConfig(raise_on_block=False, collect_all_violations=False)
    with redirect_stdout(StringIO()):  # It tells what it does.
        guard = create_guard_from_string(text, config)

    def decide(request: Any) -> str:
        found = guard.verify(request).violated_rule_ids
        return rules[int(found[0][1:])].outcome if found else DEFAULT

    return decide, lambda facts: {**facts, "answer": "none"}


ENGINES = (
    Engine("specdsl decide(dict)", "specdsl", _specdsl),
    Engine("specdsl decide_facts(record)", "specdsl", _specdsl_facts),
    Engine(
        "C extension of the same tree, on the record", "specdsl", _c_extension, 1_000, compiler=True
    ),
    Engine("lambdas by hand", "specdsl", _lambdas, calls=500),
    Engine("datalogic-py, pre-parsed", "datalogic-py", _datalogic, calls=500),
    Engine("CEL (Rust)", "common-expression-language", _cel, 1_000, 50),
    Engine("cedarpy", "cedarpy", _cedar, 1_000, 20),
    Engine("zen-engine", "zen-engine", _zen, 1_000, 20),
    Engine("casbin", "casbin", _casbin, 1_000, 10),
    Engine("csl-core", "csl-core", _csl, 1_000, 20),
)
