const MAX_MEMBERS = 10_000; // Members of a set as given, repetitions included.
const MAX_NAMES = 10_000; // Names of facts that are not declared.
const MAX_SAID = 10_000; // Instructions.
const MAX_COMPARED = 10_000; // Comparisons of misspelt names with declared ones.
const MAX_TOLD = 80; // Characters of a value in a message.
const MAX_PARTS = 10; // Items of a list in a message.

/** A value that does not fit, and the name that was given instead of a valid one. */
class Unfit extends Error {
  readonly meant: string;

  constructor(problem: string, meant = "") {
    super(problem);
    this.meant = meant;
  }
}

/** An instruction, read; `outcomes` is a mask. */
interface Given {
  readonly by: PrincipalRow;
  readonly decision: string;
  readonly outcomes: bigint;
  readonly permits: boolean;
  readonly implied: boolean;
  readonly at: number | null;
  readonly text: string;
}

/** Collects faults. What may be a secret fact's value is not repeated. */
class Faults {
  readonly found: Fault[] = [];
  readonly secrets = TABLES.facts.some((row) => row.secret === true);
  private compared = 0;

  add(name: string, problem: string, expected: string, got: unknown, suggestion = ""): void {
    const told = printableValue(got, this.secrets ? 0 : 2);
    this.found.push(new Fault(name, problem, expected, told, suggestion));
  }

  addMisplaced(
    name: string,
    problem: string,
    expected: string,
    got: unknown,
    suggestion = "",
  ): void {
    const told = this.secrets ? "(perhaps secret)" : got;
    this.add(name, problem, expected, told, suggestion);
  }

  /** The declared name that may have been meant; empty if none is similar. */
  suggest(name: unknown, names: readonly string[]): string {
    this.compared += names.length;
    if (typeof name !== "string" || this.compared > MAX_COMPARED) return "";
    const meant = plainName(Array.from(name).slice(0, 80).join(""));
    let best: readonly [number, string, string] = [0.6, "", ""];
    for (const one of names) {
      const plain = plainName(one);
      const score = similarity(plain, meant);
      if (score > best[0] || (score === best[0] && plain >= best[1])) best = [score, plain, one];
    }
    return best[2];
  }
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, "");
}

/** Twice the characters in common, of all (Ratcliff and Obershelp). */
function similarity(one: string, other: string): number {
  const a = Array.from(one);
  const b = Array.from(other);
  return a.length + b.length === 0 ? 1 : (2 * commonCharacters(a, b)) / (a.length + b.length);
}

function commonCharacters(a: readonly string[], b: readonly string[]): number {
  let [longest, endA, endB] = [0, 0, 0];
  let before: number[] = [];
  a.forEach((char, i) => {
    const here: number[] = [];
    b.forEach((other, j) => {
      if (char !== other) return;
      const length = (before[j - 1] ?? 0) + 1;
      here[j] = length;
      if (length > longest) [longest, endA, endB] = [length, i + 1, j + 1];
    });
    before = here;
  });
  if (longest === 0) return 0;
  const left = commonCharacters(a.slice(0, endA - longest), b.slice(0, endB - longest));
  return longest + left + commonCharacters(a.slice(endA), b.slice(endB));
}

/** Read facts and instructions, each of them once. Throws `BadInput` with every fault. */
function readSituation(facts: unknown, says: unknown): [Values, Given[]] {
  const faults = new Faults();
  const values = readFacts(facts, faults) as unknown as Values;
  const given = readInstructions(says, faults);
  if (faults.found.length === 0) {
    for (const { name, holds } of TABLES.assumes) {
      if (!holds(values)) {
        faults.add(name, "this assumption is false here", "what it assumes", null);
      }
    }
  }
  if (faults.found.length > 0) throw new BadInput(faults.found);
  return [values, given];
}

function readFacts(facts: unknown, faults: Faults): Record<string, Value> {
  const values: Record<string, Value> = Object.create(null) as Record<string, Value>;
  const given = valuesByFact(facts, faults);
  if (given === null) return values;
  for (const row of TABLES.facts) {
    const got = given.get(row.name) ?? null;
    values[row.name] = null;
    if (got !== null) {
      try {
        values[row.name] = row.read(row, got);
      } catch (problem) {
        addUnfitValue(row, got, problem, faults);
      }
    } else if (!row.optional) {
      faults.add(row.name, "it is missing", row.expected, null);
    }
  }
  return values;
}

/** The given values by fact; null if they are no object with names. */
function valuesByFact(facts: unknown, faults: Faults): Map<string, unknown> | null {
  const wanted = "names with values";
  let entries: [string, unknown][] | null;
  try {
    entries = objectEntries(facts, TABLES.facts.length + MAX_NAMES);
  } catch (problem) {
    faults.addMisplaced("facts", problemText(problem), wanted, facts);
    return null;
  }
  if (entries === null) {
    faults.addMisplaced("facts", "the facts are no mapping", wanted, facts);
    return null;
  }
  const found = new Map<string, unknown>();
  const declared = TABLES.facts.map((row) => row.name);
  for (const [name, got] of entries) {
    if (FACT_NAMES.has(name)) {
      found.set(name, got);
    } else {
      const hint = faults.suggest(name, declared);
      faults.addMisplaced(printableText(name), "there is no such fact", "a declared fact", got, hint);
    }
  }
  return found;
}

const FACT_NAMES: ReadonlySet<string> = new Set(TABLES.facts.map((row) => row.name));

function addUnfitValue(row: FactRow, got: unknown, problem: unknown, faults: Faults): void {
  if (row.secret) {
    faults.add(row.name, "its value does not fit", row.expected, "(secret)");
    return;
  }
  const meant = problem instanceof Unfit ? problem.meant : "";
  const hint = meant ? faults.suggest(meant, row.members ?? []) : "";
  faults.add(row.name, problemText(problem), row.expected, got, hint);
}

function problemText(problem: unknown): string {
  return problem instanceof Unfit ? problem.message : "it cannot be read";
}

/** Names and values of an object that is no list, each of them read once; null for all else. */
function objectEntries(got: unknown, most: number): [string, unknown][] | null {
  if (typeof got !== "object" || got === null || asIterable(got) !== null) return null;
  const names = Object.keys(got);
  if (names.length > most) throw new Unfit(`it is longer than ${most}`);
  return names.map((name) => [name, readEntry(got, name)]);
}

function readEntry(got: object, name: string): unknown {
  try {
    return (got as Record<string, unknown>)[name];
  } catch {
    return new Unfit("it cannot be read");
  }
}

/** The items of a list or of anything else to iterate over but a text; null for all else. */
function listItems(got: unknown, most: number): unknown[] | null {
  if (typeof got !== "object" || got === null || got instanceof Map) return null;
  const items = asIterable(got);
  if (items === null) return null;
  const found: unknown[] = [];
  for (const item of items) {
    if (found.length === most) throw new Unfit(`it is longer than ${most}`);
    found.push(item);
  }
  return found;
}

function asIterable(got: object): Iterable<unknown> | null {
  return Symbol.iterator in got ? (got as Iterable<unknown>) : null;
}

function readBool(_: FactRow, got: unknown): boolean {
  if (typeof got !== "boolean") throw new Unfit("it is not true or false");
  return got;
}

function readText(_: FactRow, got: unknown): string {
  if (typeof got !== "string") throw new Unfit("it is not a text");
  return got;
}

function readMember(row: FactRow, got: unknown): string {
  if (typeof got !== "string") throw new Unfit("it is not the name of a member");
  if (!row.members?.includes(got)) {
    throw new Unfit(`it has no member \`${printableText(got)}\``, got);
  }
  return got;
}

function readSet(row: FactRow, got: unknown): ReadonlySet<string> {
  const found = listItems(got, MAX_MEMBERS);
  if (found === null) throw new Unfit("it is not a list of members");
  return new Set(found.map((item) => readMember(row, item)));
}

// What a message shows of a value.

function printableValue(value: unknown, deep: number): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean") return value;
  if (typeof value === "number" && Math.abs(value) < 1e15) return value;
  try {
    return printableText(valueText(value, deep));
  } catch {
    return "(it cannot be shown)";
  }
}

/** A text on one line, shortened, without characters that act on a terminal. */
function printableText(text: string): string {
  const chars = Array.from(text.slice(0, 4 * MAX_TOLD));
  const short = chars.length > MAX_TOLD ? [...chars.slice(0, MAX_TOLD - 1), "\u2026"] : chars;
  return short.map((char) => (isPrintable(char) ? char : escapedCharacter(char))).join("");
}

function escapedCharacter(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const plain = { 9: "\\t", 10: "\\n", 13: "\\r" }[code];
  if (plain !== undefined) return plain;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code < 0x1_0000) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}

function valueText(value: unknown, deep: number): string {
  if (typeof value === "string") return value;
  if (typeof value === "bigint" && value >> 4_000n !== 0n && -value >> 4_000n !== 0n) {
    return "(an int of very many digits)";
  }
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Unfit) return `(${value.message})`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (deep > 0 && (Array.isArray(value) || value instanceof Set)) {
    return `[${Array.from(value).slice(0, MAX_PARTS).map((part) => innerText(part, deep)).join(", ")}]`;
  }
  if (deep > 0 && asIterable(value) === null) {
    const pairs = Object.entries(value).slice(0, MAX_PARTS);
    const told = pairs.map(([name, part]) => `${innerText(name, deep)}: ${innerText(part, deep)}`);
    return `{${told.join(", ")}}`;
  }
  return Array.isArray(value) ? "(list)" : "(object)";
}

function innerText(value: unknown, deep: number): string {
  return typeof value === "string" ? `'${value.slice(0, MAX_TOLD)}'` : valueText(value, deep - 1);
}

// Instructions.

const INSTRUCTION_FIELDS = ["by", "effect", "implied", "at"];

function readInstructions(says: unknown, faults: Faults): Given[] {
  const wanted = "a list of instructions";
  let found: unknown[] | null;
  try {
    if (says instanceof Set) throw new Unfit("it has no order");
    found = listItems(says, MAX_SAID);
  } catch (problem) {
    faults.addMisplaced("says", problemText(problem), wanted, says);
    return [];
  }
  if (found === null) {
    faults.addMisplaced("says", "the instructions are no list", wanted, says);
    return [];
  }
  return found.flatMap((item) => readInstruction(item, faults) ?? []);
}

function readInstruction(item: unknown, faults: Faults): Given | null {
  const before = faults.found.length;
  const fields = instructionFields(item, faults);
  if (fields === null) return null;
  const [by, effect, implied, at] = INSTRUCTION_FIELDS.map((field) => fields.get(field) ?? null);
  const name = printableName(by);
  const who = TABLES.principals.find((row) => row.name === by);
  if (who === undefined) {
    const hint = faults.suggest(by, TABLES.principals.map((row) => row.name));
    faults.add(name, "there is no such principal", "a declared one", by, hint);
  }
  if (implied !== null && typeof implied !== "boolean") {
    faults.add(name, "`implied` is not true or false", "true or false", implied);
  }
  const asked = parseEffect(name, effect, faults);
  const rank = levelRank(name, at, faults);
  if (rank !== null && who !== undefined) {
    const top = highestLevel(who, implied === true, asked?.decision);
    const highest = top === null ? undefined : TABLES.levels[top];
    if (top !== null && highest !== undefined && rank < top) {
      const problem = `it speaks at \`${String(at)}\`, above \`${highest}\``;
      faults.add(name, problem, `a level from \`${highest}\` down`, at);
    }
  }
  if (faults.found.length > before || asked === null || who === undefined) return null;
  const text = String(effect).trim().split(/[ \t\n\r]+/).join(" ");
  const { decision, outcomes, permits } = asked;
  return { by: who, decision, outcomes, permits, implied: implied === true, at: rank, text };
}

function printableName(name: unknown): string {
  if (typeof name === "string") return printableText(name);
  return name === null || name === undefined ? "None" : String(printableValue(name, 2));
}

function instructionFields(item: unknown, faults: Faults): Map<string, unknown> | null {
  let entries: [string, unknown][] | null = null;
  try {
    entries = objectEntries(item, MAX_NAMES);
  } catch {
    // It is no instruction.
  }
  if (entries === null) {
    faults.addMisplaced("says", "it is no instruction", "an Instruction or a mapping", item);
    return null;
  }
  const fields = new Map(entries);
  for (const [field, got] of entries) {
    if (!INSTRUCTION_FIELDS.includes(field)) {
      const problem = `it has no \`${printableText(field)}\``;
      faults.addMisplaced(printableName(fields.get("by")), problem, INSTRUCTION_FIELDS.join(", "), got);
    }
  }
  return fields;
}

function levelRank(by: string, at: unknown, faults: Faults): number | null {
  if (at === null) return null;
  const rank = TABLES.levels.findIndex((level) => level === at);
  if (rank >= 0) return rank;
  const hint = faults.suggest(at, TABLES.levels);
  faults.add(by, "there is no such level", `one of ${TABLES.levels.join(", ")}`, at, hint);
  return null;
}

/** The highest level that the principal may speak at; null where there is none. */
function highestLevel(who: PrincipalRow, implied: boolean, decision?: string): number | null {
  if (who.level !== null) return implied && who.implied !== null ? who.implied : who.level;
  const lent = TABLES.delegates.filter(
    (row) => row.principal === who.name && decision !== undefined && row.decisions.includes(decision),
  );
  return lent.length > 0 ? Math.min(...lent.map((row) => row.level)) : null;
}

interface Effect {
  readonly decision: string;
  readonly outcomes: bigint;
  readonly permits: boolean;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const EFFECT = new RegExp(
  "^[ \\t\\n\\r]*([A-Za-z_][A-Za-z0-9_]*)[ \\t\\n\\r]+(?:" +
    "(is(?:[ \\t\\n\\r]+not)?)[ \\t\\n\\r]+([A-Za-z_][A-Za-z0-9_]*)" +
    "|((?:not[ \\t\\n\\r]+)?in)[ \\t\\n\\r]*\\{([^{}]*)\\}" +
    "|may[ \\t\\n\\r]+be[ \\t\\n\\r]+" +
    "([A-Za-z_][A-Za-z0-9_]*(?:[ \\t\\n\\r]+or[ \\t\\n\\r]+[A-Za-z_][A-Za-z0-9_]*)*)" +
    ")[ \\t\\n\\r]*$",
);
// Words of the language, which cannot name a decision or an outcome.
const RESERVED = new Set(
  (
    "all and any because else expect given has if implies in is known like max min none not or " +
    "overrides possibly says size then unknown unless when"
  ).split(" "),
);
const NO_OUTCOMES = new Set(["known", "not", "unknown"]);

function parseEffect(by: string, effect: unknown, faults: Faults): Effect | null {
  const fits = typeof effect === "string" && effect.length <= 100_000;
  const found = fits ? EFFECT.exec(effect) : null;
  const named = found === null ? null : outcomeNames(found);
  const name = found?.[1] ?? "";
  if (found === null || named === null || named.some((one) => NO_OUTCOMES.has(one)) || RESERVED.has(name)) {
    faults.add(by, "it is no effect", "such as `reply is declined`", effect);
    return null;
  }
  const decision = TABLES.decisions.find((row) => row.name === name);
  if (decision === undefined) {
    const hint = faults.suggest(name, TABLES.decisions.map((row) => row.name));
    faults.add(printableText(name), "there is no such decision", "a declared one", effect, hint);
    return null;
  }
  const permits = found[6] !== undefined;
  const excludes = (found[2] ?? found[4] ?? "").includes("not");
  const outcomes = outcomeMask(decision, named, permits, excludes, effect, faults);
  return { decision: name, outcomes, permits };
}

function outcomeNames(found: RegExpExecArray): string[] | null {
  if (found[3] !== undefined) return [found[3]];
  if (found[6] !== undefined) return found[6].split(/[ \t\n\r]+or[ \t\n\r]+/);
  const names = (found[5] ?? "").split(",").map((name) => name.replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, ""));
  if (names.length === 1 && names[0] === "") return [];
  return names.every((name) => NAME.test(name)) ? names : null;
}

function outcomeMask(
  decision: DecisionRow,
  named: readonly string[],
  permits: boolean,
  excludes: boolean,
  effect: unknown,
  faults: Faults,
): bigint {
  const wrong = new Set(named.filter((outcome) => !decision.outcomes.includes(outcome)));
  for (const outcome of wrong) {
    const hint = faults.suggest(outcome, decision.outcomes);
    const problem = `it has no outcome \`${printableText(outcome)}\``;
    faults.add(decision.name, problem, `one of ${decision.outcomes.join(", ")}`, effect, hint);
  }
  const every = fullMask(decision);
  const asked = decision.outcomes.reduce(
    (mask, outcome, i) => (named.includes(outcome) ? mask | (1n << BigInt(i)) : mask),
    0n,
  );
  const mask = excludes ? every & ~asked : asked;
  if (wrong.size === 0 && !permits && (mask === 0n || mask === every)) {
    const what = mask === 0n ? "no outcome" : "every outcome";
    faults.add(decision.name, `it leaves ${what}`, "a restriction", effect);
  }
  return mask;
}
