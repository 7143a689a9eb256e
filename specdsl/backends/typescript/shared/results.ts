/** What somebody says: `effect` as in a spec, such as "reply is declined". */
export interface Instruction {
  readonly by: string;
  readonly effect: string;
  readonly implied?: boolean | null | undefined;
  readonly at?: string | null | undefined;
}

/** One fault of what was given: a value, or an instruction. */
export class Fault {
  readonly name: string;
  readonly problem: string;
  readonly expected: string;
  readonly got: string | number | boolean | null;
  readonly suggestion: string;

  constructor(
    name: string,
    problem: string,
    expected: string,
    got: string | number | boolean | null,
    suggestion: string,
  ) {
    this.name = name;
    this.problem = problem;
    this.expected = expected;
    this.got = got;
    this.suggestion = suggestion;
  }

  toString(): string {
    const hint = this.suggestion ? ` (did you mean \`${this.suggestion}\`?)` : "";
    return oneLine(`${this.name}: ${this.problem}${hint}; expected ${this.expected}`);
  }

  toJSON(): object {
    const { name, problem, expected, got, suggestion } = this;
    return suggestion ? { name, problem, expected, got, suggestion } : { name, problem, expected, got };
  }
}

/** Input that is no situation of the spec, with all its faults. */
export class BadInput extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(String).join("; "));
    this.name = "BadInput";
    this.faults = faults;
  }

  toJSON(): object {
    return { error: { kind: "bad_input", faults: this.faults.map((one) => one.toJSON()) } };
  }
}

const MAX_CLASHES = 50; // Clashes of one decision that a contradiction names.

/** Rules contradict each other over a decision that has no `on conflict`. */
export class Contradiction extends Error {
  readonly traces: readonly DecisionTrace[];
  /** By decision: the rules of each minimal clash, fewest first. */
  readonly clashes: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** Whether there are more clashes than these. */
  readonly more: boolean;
  /** The decisions that could be taken. */
  readonly taken: ReadonlyMap<string, DecisionTrace>;
  /** The decisions that read one that failed. */
  readonly notTaken: readonly string[];

  constructor(traces: readonly DecisionTrace[]) {
    const failed = traces.filter((one) => one.failed);
    const clashes = new Map(failed.map((one) => [one.name, one.clashes.slice(0, MAX_CLASHES)]));
    const more = failed.some((one) => !one.complete || one.clashes.length > MAX_CLASHES);
    const said = [...clashes].flatMap(([name, some]) =>
      some.map((rules) => `${name}: ${joinNames(rules)} contradict each other`),
    );
    super((more ? [...said, "and more"] : said).join("; "));
    this.name = "Contradiction";
    this.traces = traces;
    this.clashes = clashes;
    this.more = more;
    this.taken = new Map(
      traces.filter((one) => one.outcome !== null).map((one) => [one.name, one]),
    );
    this.notTaken = traces
      .filter((one) => one.outcome === null && !one.failed)
      .map((one) => one.name);
  }

  toJSON(): object {
    const first = [...this.clashes].map(([name, clashes]) => [name, clashes[0]]);
    const found = {
      kind: "contradiction",
      decisions: Object.fromEntries(first),
      taken: tracesAsJson([...this.taken.values()]),
      not_taken: this.notTaken,
      clashes: Object.fromEntries(this.clashes),
    };
    return { error: this.more ? { ...found, more: true } : found };
  }
}

/** The decisions of one situation. */
export class Decision {
  readonly outcomes: Outcomes;
  readonly traces: readonly DecisionTrace[];

  constructor(traces: readonly DecisionTrace[]) {
    this.traces = traces;
    this.outcomes = Object.fromEntries(
      traces.map((one) => [one.name, one.outcome]),
    ) as unknown as Outcomes;
  }

  /** Whether a rule or an instruction decided; else the outcome is the default. */
  get decided(): Readonly<Record<keyof Outcomes, boolean>> {
    const found = this.traces.map((one) => [one.name, one.decided]);
    return Object.fromEntries(found) as Record<keyof Outcomes, boolean>;
  }

  /** The decisions that `on conflict` settled. */
  get conflicted(): ReadonlySet<keyof Outcomes> {
    const found = this.traces.filter((one) => one.conflicted).map((one) => one.name);
    return new Set(found as (keyof Outcomes)[]);
  }

  /** The rules, and those who gave instructions, that each outcome is due to. */
  get because(): Readonly<Record<keyof Outcomes, readonly string[]>> {
    const found = this.traces.map((one) => [one.name, one.because]);
    return Object.fromEntries(found) as Record<keyof Outcomes, readonly string[]>;
  }

  explain(): Explanation {
    return new Explanation(this.traces);
  }

  toJSON(): object {
    return { decisions: tracesAsJson(this.traces) };
  }
}

/** Why each decision came out as it did: a text for people, JSON for logs. */
export class Explanation {
  readonly traces: readonly DecisionTrace[];

  constructor(traces: readonly DecisionTrace[]) {
    this.traces = traces;
  }

  toString(): string {
    const lines = this.traces.flatMap((taken) => [...explanationLines(taken)]);
    return lines.map(oneLine).join("\n");
  }

  toJSON(): object {
    const found = this.traces.map((taken) => {
      const parts = STATUSES.map((status) => [
        status,
        taken.parts.filter((part) => part.status === status).map(partAsJson),
      ]);
      return [taken.name, { ...taken.toJSON(), ...Object.fromEntries(parts), unknown: {} }];
    });
    return { decisions: Object.fromEntries(found) };
  }
}

const STATUSES = ["standing", "overridden", "superseded", "ignored"] as const;

/** A rule that applied or an instruction that was given, and what became of it. */
export interface CandidateTrace {
  readonly name: string;
  readonly text: string;
  readonly rank: string;
  readonly status: (typeof STATUSES)[number];
  readonly instruction: boolean;
  readonly permits: boolean;
  readonly excludes: readonly string[];
  readonly lifts: readonly string[];
  readonly by: readonly string[];
  readonly because: string;
}

function partAsJson(part: CandidateTrace): object {
  const found = { name: part.name, says: part.text, rank: part.rank, by: part.by };
  return part.because ? { ...found, because: part.because } : found;
}

function tracesAsJson(traces: readonly DecisionTrace[]): object {
  return Object.fromEntries(traces.map((one) => [one.name, one.toJSON()]));
}

function* explanationLines(taken: DecisionTrace): Iterable<string> {
  yield `${taken.name}: ${outcomeSummary(taken)}`;
  const width = Math.max(0, ...taken.parts.map((part) => Array.from(part.name).length));
  for (const part of taken.parts) {
    const wins = taken.because.includes(part.name) && part.status === "standing";
    let state: string = wins ? "wins" : part.status;
    if (part.by.length > 0) {
      state += part.status === "ignored" ? `: ${part.by.join(", ")}` : ` by ${part.by.join(", ")}`;
    }
    yield `  ${part.name.padEnd(width)}  ${part.rank}  ->  ${part.text}  ${state}`;
    if (wins && part.because) {
      yield `  ${"".padEnd(width)}  ${part.because}`;
    }
  }
  if (taken.failed) {
    for (const rules of taken.clashes.slice(0, MAX_CLASHES)) {
      yield `  contradiction between ${joinNames(rules)}`;
    }
  }
}

function outcomeSummary(taken: DecisionTrace): string {
  if (taken.failed) return "contradiction";
  if (taken.outcome === null) return "not taken, because a decision that it reads failed";
  if (taken.conflicted) return `${taken.outcome}, settled by \`on conflict\``;
  if (!taken.decided) return `${taken.outcome}, the default`;
  return `${taken.outcome}, because of ${[...new Set(taken.because)].join(" and ")}`;
}

function joinNames(names: readonly string[]): string {
  const last = names[names.length - 1] ?? "";
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${last}` : last;
}

function isPrintable(char: string): boolean {
  return char === " " || !/^[\p{C}\p{Z}]$/u.test(char);
}

function oneLine(text: string): string {
  return Array.from(text, (char) => (isPrintable(char) ? char : "\ufffd")).join("");
}
