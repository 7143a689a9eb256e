"""Emitted TypeScript, translated to JavaScript and run by Node: many specs a run.

`SPECDSL_TSC` names the compiler, `node_modules/.bin/tsc` of the package `typescript`, version 5.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
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
    *("--module", "es2020"),
]
TRANSLATE = """
const ts = require(process.argv[2]);
const { readdirSync, readFileSync, writeFileSync } = require("node:fs");
for (const name of readdirSync(".").filter((one) => one.endsWith(".ts"))) {
  const options = { target: "ES2020", module: "ES2020", verbatimModuleSyntax: true };
  const found = ts.transpileModule(readFileSync(name, "utf8"), { compilerOptions: options });
  writeFileSync(name.replace(/ts$/, "mjs"), found.outputText);
}
"""
ASK = """
import { readFileSync, writeFileSync } from "node:fs";
const special = { nan: NaN, inf: Infinity, "-inf": -Infinity };
const revive = (_, value) =>
  value && value.$number ? special[value.$number] : value && value.$bigint ? BigInt(value.$bigint) : value;
const asked = JSON.parse(readFileSync("asked.json", "utf8"), revive);
const answers = [];
for (let i = 0; i < asked.length; i += 1) {
  const module = await import(`./spec_${i}.mjs`);
  answers.push(asked[i].map(({ facts, says }) => {
    let traces;
    let answer;
    try {
      const found = module.decideUntyped(facts, says);
      [traces, answer] = [found.traces, found];
    } catch (error) {
      if (error instanceof module.BadInput) return error;
      if (!(error instanceof module.Contradiction)) throw error;
      [traces, answer] = [error.traces, error];
    }
    const explained = new module.Explanation(traces);
    return { answer, explained, text: String(explained), failed: traces.filter((one) => one.failed)
      .map(({ name, clashes }) => [name, clashes]),
      conflicts: traces.filter((one) => one.conflicted).map(({ name, clashes }) => [name, clashes]) };
  }));
}
writeFileSync("answers.json", JSON.stringify(answers));
"""


def missing_tools() -> str:
    """What is not here; empty where all is."""
    wanted = [] if shutil.which("node") else ["Node"]
    if not os.environ.get("SPECDSL_TSC"):
        wanted.append("SPECDSL_TSC, the path of tsc (npm install --no-save typescript@5)")
    return " and ".join(wanted)


def typescript_answers(asked: Sequence[Asked]) -> list[list[dict[str, Any]]]:
    """The answers of emitted modules, each of them proved."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for i, one in enumerate(asked):
            text = emit_proved_typescript(one.circuit, "not checked")
            (folder / f"spec_{i}.ts").write_text(text, encoding="utf-8")
        questions = [[_encoded(dict(s)) for s in one.situations] for one in asked]
        (folder / "asked.json").write_text(json.dumps(questions))
        (folder / "translate.cjs").write_text(TRANSLATE)
        (folder / "ask.mjs").write_text(ASK)
        library = Path(os.environ["SPECDSL_TSC"]).resolve().parents[1] / "lib" / "typescript.js"
        _run(["node", "translate.cjs", str(library)], folder)
        _run(["node", "ask.mjs"], folder)
        answers: list[list[dict[str, Any]]] = json.loads((folder / "answers.json").read_text())
        return answers


def type_faults(*texts: str) -> str:
    """What the compiler says of modules with its strictest settings."""
    with TemporaryDirectory() as name:
        paths = [Path(name) / f"spec_{i}.ts" for i in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        command = [os.environ["SPECDSL_TSC"], *STRICT, *map(str, paths)]
        found = subprocess.run(command, cwd=name, capture_output=True, text=True, check=False)
        return found.stdout


def typescript_differences(asked: Sequence[Asked]) -> Iterator[Difference]:
    """In what the modules differ from the reference, and from the module in Python."""
    for i, (one, answers) in enumerate(zip(asked, typescript_answers(asked), strict=True)):
        policy = Policy(one.circuit)
        for situation, answer in zip(one.situations, answers, strict=True):
            expected = by_reference(
                one.circuit.spec, situation["facts"], list(situation.get("says") or ())
            )
            for line in differ(expected, _said(answer)):
                yield Difference(i, situation, line)
            python = _python_answer(policy, situation)
            if python != _comparable(answer):
                yield Difference(i, situation, f"{_comparable(answer)}\nPython: {python}")


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
    failed = {name for name, _ in answer["failed"]}
    clashes = {name: frozenset(map(frozenset, some)) for name, some in answer["conflicts"]}
    decisions = answer["explained"]["decisions"]
    return Said(
        frozenset(), {n: _row(one, n in failed, clashes.get(n)) for n, one in decisions.items()}
    )


def _row(one: Mapping[str, Any], failed: bool, clashes: frozenset[frozenset[str]] | None) -> Row:
    fallen = ("overridden", "superseded", "ignored")
    return Row(
        one["outcome"],
        one["decided"],
        one["conflicted"],
        failed,
        tuple(sorted(part["name"] for part in one["standing"])),
        tuple(one["because"]),
        clashes or frozenset(),
        tuple(sorted((status, part["name"]) for status in fallen for part in one[status])),
    )


def _python_answer(policy: Policy, situation: Situation) -> dict[str, Any]:
    facts, says = situation["facts"], list(situation.get("says") or ())
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
        fault["got"] = str(fault["got"]).lower()
    found.pop("failed", None)
    found.pop("conflicts", None)
    return found
