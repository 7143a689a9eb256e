/** The decision of a situation. Throws `BadInput` with every fault, and `Contradiction`. */
export function decide(facts: Facts, says: Iterable<Instruction> = []): Decision {
  return decideUntyped(facts, says);
}

/** The same for what comes from JSON: what the types promise is checked in any case. */
export function decideUntyped(facts: unknown, says: unknown = []): Decision {
  const [values, given] = readSituation(facts, says);
  const traces = traceDecisions(values, given);
  if (traces.some((one) => one.outcome === null)) {
    throw new Contradiction(traces);
  }
  return new Decision(traces);
}

/** The outcomes of the decisions that were taken so far. */
type Taken = { readonly [D in keyof Outcomes]?: string };

/** A fact and the values that it can have. */
interface FactRow {
  readonly name: string;
  readonly read: (row: FactRow, got: unknown) => Value;
  readonly expected: string;
  readonly optional?: boolean;
  readonly members?: readonly string[];
  readonly low?: Quantity;
  readonly high?: Quantity;
  readonly secret?: boolean;
}

type Value = string | boolean | Quantity | ReadonlySet<string> | null;

/** A principal, with the places of its levels, highest first. */
interface PrincipalRow {
  readonly name: string;
  readonly level: number | null;
  readonly implied: number | null;
}

/** A delegation: to whom a level is lent, for which decisions, and when. */
interface DelegateRow {
  readonly principal: string;
  readonly level: number;
  readonly decisions: readonly string[];
  readonly active: (f: Values, d: Taken) => boolean;
}

/** A rule: masks of the outcomes that it names, and of the rules of its level above it. */
interface RuleRow {
  readonly name: string;
  readonly outcomes: bigint;
  readonly permits: boolean;
  readonly above: bigint;
  readonly because: string;
}

/** A decision, with its rules by level. */
interface DecisionRow {
  readonly name: string;
  readonly outcomes: readonly string[];
  readonly defaultOutcome: number | null;
  readonly onConflict: number | null;
  readonly steered: readonly string[] | null;
  readonly reads: readonly string[];
  readonly rules: readonly (readonly RuleRow[])[];
  readonly applies: (f: Values, d: Taken) => number[];
}

/** What the spec means. */
interface Tables {
  readonly levels: readonly string[];
  readonly facts: readonly FactRow[];
  readonly principals: readonly PrincipalRow[];
  readonly delegates: readonly DelegateRow[];
  readonly decisions: readonly DecisionRow[];
  readonly assumes: readonly { readonly name: string; readonly holds: (f: Values) => boolean }[];
}

function rule(
  name: string,
  outcomes: bigint,
  permits: boolean,
  above: bigint,
  because = "",
): RuleRow {
  return { name, outcomes, permits, above, because };
}
