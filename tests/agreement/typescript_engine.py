"""Emitted TypeScript, translated to JavaScript and run by Node: many specs a run.

`SPECDSL_TSC` names the compiler, `node_modules/.bin/tsc` of the package `typescript`, version 5.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from specdsl.api import Policy
from specdsl.backends.typescript.typescript_proof import emit_proved_typescript
from specdsl.runtime.results import BadInput, Contradiction, DecisionTrace, Explanation
from tests.agreement.asked import Asked, Difference
from tests.agreement.judges import Row, Said, Situation, by_reference, differ

STRICT = [
    *("--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes"),
    *("--noImplicitReturns", "--noImplicitOverride", "--noFallthroughCasesInSwitch"),
    *("--noPropertyAccessFromIndexSignature", "--noUnusedLocals", "--isolatedModules"),
    *("--verbatimModuleSyntax", "--noEmit", "--target", "es2020", "--lib", "es2020"),
    *("--module", "es2020", "--moduleResolution", "bundler"),
]
HERE = Path(__file__).parent


def missing_tools() -> str:
    """What is not here; empty where all is."""
    wanted = [] if shutil.which("node") else ["Node"]
    if not os.environ.get("SPECDSL_TSC"):
        wanted.append("SPECDSL_TSC, the path of tsc (npm install --no-save typescript@5)")
    return " and ".join(wanted)


def typescript_answers(asked: Sequence[Asked]) -> list[list[dict[str, Any]]]:
    """The answers of emitted modules, each of them proved."""
    texts = [emit_proved_typescript(one.circuit, "not checked") for one in asked]
    return answers_of(texts, asked)


def answers_of(texts: Sequence[str], asked: Sequence[Asked]) -> list[list[dict[str, Any]]]:
    """The answers of modules to what each is asked."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for i, text in enumerate(texts):
            (folder / f"spec_{i}.ts").write_text(text, encoding="utf-8")
        questions = [[_encoded(dict(s)) for s in one.situations] for one in asked]
        (folder / "asked.json").write_text(json.dumps(questions))
        _translate(folder)
        _run(["node", str(HERE / "ask.mjs")], folder)
        answers: list[list[dict[str, Any]]] = json.loads((folder / "answers.json").read_text())
        return answers


def type_faults(*texts: str) -> str:
    """What the compiler says of modules with its strictest settings: `spec_0`, `spec_1` and on."""
    with TemporaryDirectory() as name:
        paths = [Path(name) / f"spec_{i}.ts" for i in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        command = [os.environ["SPECDSL_TSC"], *STRICT, *map(str, paths)]
        found = subprocess.run(command, cwd=name, capture_output=True, text=True, check=False)
        return found.stdout


def shared_results(text: str, function: str, values: Sequence[Any]) -> list[Any]:
    """What a function that a module does not export makes of values."""
    program = f"""
import {{ readFileSync, writeFileSync }} from "node:fs";
const asked = JSON.parse(readFileSync("asked.json", "utf8"));
writeFileSync("answers.json", JSON.stringify(asked.map((one) => {function}(one))));
"""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "spec_0.ts").write_text(text + program, encoding="utf-8")
        (folder / "asked.json").write_text(json.dumps(values))
        _translate(folder)
        _run(["node", "spec_0.mjs"], folder)
        answers: list[Any] = json.loads((folder / "answers.json").read_text())
        return answers


def typescript_differences(asked: Sequence[Asked]) -> Iterator[Difference]:
    """In what the modules differ from the reference, and from the modules in Python."""
    answers = typescript_answers(asked)
    for i, one in enumerate(asked):
        for situation, answer in zip(one.situations, answers[i], strict=True):
            facts, says = situation["facts"], list(situation.get("says") or ())
            expected = by_reference(one.circuit.spec, facts, says)
            for line in differ(expected, _said(answer)):
                yield Difference(i, situation, line)
    yield from _python_differences(asked, answers)


def differences_from_python(asked: Sequence[Asked]) -> Iterator[Difference]:
    """In what the modules differ from those in Python: also where they do not have the form that
    the reference takes.
    """
    return _python_differences(asked, typescript_answers(asked))


def _python_differences(
    asked: Sequence[Asked], answers: Sequence[Sequence[Mapping[str, Any]]]
) -> Iterator[Difference]:
    for i, one in enumerate(asked):
        policy = Policy(one.circuit)
        for situation, answer in zip(one.situations, answers[i], strict=True):
            python, typescript = _python_answer(policy, situation), _comparable(answer)
            if python != typescript:
                yield Difference(i, situation, f"{typescript}\nPython: {python}")


def _translate(folder: Path) -> None:
    library = Path(os.environ["SPECDSL_TSC"]).resolve().parents[1] / "lib" / "typescript.js"
    _run(["node", str(HERE / "translate.cjs"), str(library)], folder)


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, timeout=600)


def _encoded(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {"$number": repr(value)}
    if isinstance(value, int) and abs(value) >= 2**53:
        return {"$bigint": str(value)}
    if isinstance(value, Mapping):
        return {name: _encoded(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_encoded(part) for part in value]
    return str(value) if isinstance(value, Fraction) else value


def _said(answer: Mapping[str, Any]) -> Said:
    """The answer as the other judges give theirs."""
    if answer.get("error", {}).get("kind") == "bad_input":
        return Said(frozenset(fault["name"] for fault in answer["error"]["faults"]), {})
    decisions = answer["explained"]["decisions"]
    rows = {n: _row(decisions[n], failed, some) for n, failed, some in answer["clashes"]}
    return Said(frozenset(), rows)


def _row(one: Mapping[str, Any], failed: bool, clashes: Iterable[Iterable[str]]) -> Row:
    fallen = ("overridden", "superseded", "ignored")
    return Row(
        one["outcome"],
        one["decided"],
        one["conflicted"],
        failed,
        tuple(sorted(part["name"] for part in one["standing"])),
        tuple(one["because"]),
        frozenset(map(frozenset, clashes)),
        tuple(sorted((status, part["name"]) for status in fallen for part in one[status])),
    )


def _python_answer(policy: Policy, situation: Situation) -> dict[str, Any]:
    facts, says = situation["facts"], situation.get("says", ())
    try:
        found = policy.decide(facts, says)
    except BadInput as error:
        return _comparable(error.to_dict())
    except Contradiction as error:
        return _explained(error.to_dict(), error.traces)
    return _explained(found.to_dict(), found.traces)


def _explained(answer: dict[str, Any], traces: tuple[DecisionTrace, ...]) -> dict[str, Any]:
    explained = Explanation(traces, {})
    whole = {"answer": answer, "explained": explained.to_dict(), "text": str(explained)}
    return _comparable(whole)


def _comparable(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The answer as JSON. How a language writes a list is its own."""
    found: dict[str, Any] = json.loads(json.dumps(answer))
    for fault in found.get("error", {}).get("faults", ()):
        if str(fault["got"]).startswith(("[", "(")):
            fault["got"] = "a list"
        if isinstance(fault["got"], float) and fault["got"].is_integer():
            fault["got"] = int(fault["got"])
        fault["got"] = str(fault["got"]).lower().replace("infinity", "inf")
    found.pop("clashes", None)
    return found
