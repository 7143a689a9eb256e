// The answers of modules to situations: all that a decision, its explanation or an error says.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const special = { nan: NaN, inf: Infinity, "-inf": -Infinity };

function revive(_, value) {
  if (value?.$number) return special[value.$number];
  return value?.$bigint ? BigInt(value.$bigint) : value;
}

function answer(module, { facts, says }) {
  let found;
  try {
    found = module.decideUntyped(facts, says);
  } catch (error) {
    if (error instanceof module.BadInput) return error;
    if (!(error instanceof module.Contradiction)) throw error;
    found = error;
  }
  const explained = new module.Explanation(found.traces);
  const clashes = found.traces.map((one) => [one.name, one.failed, one.clashes]);
  return { answer: found, explained, text: String(explained), clashes };
}

const answers = [];
for (const [i, situations] of JSON.parse(readFileSync("asked.json", "utf8"), revive).entries()) {
  const module = await import(pathToFileURL(`spec_${i}.mjs`));
  answers.push(situations.map((one) => answer(module, one)));
}
writeFileSync("answers.json", JSON.stringify(answers));
