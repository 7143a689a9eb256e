type Place = "stated" | "lowered" | "implied" | "lent" | "rules";

const MAX_STEPS = 5_000; // Of the search for the minimal clashes of one decision.
const LEAST_STEPS = 100;
const MAX_WORK = 2_000_000;

/** A rule that applies or an instruction that counts; `above`: a mask of candidates before it. */
interface Candidate {
  readonly name: string;
  readonly text: string | null; // Of an instruction.
  readonly rank: string;
  readonly level: number;
  readonly place: Place;
  readonly because: string;
  outcomes: bigint;
  permits: boolean;
  above: bigint;
  stands: boolean;
  leaves: bigint;
  lifts: bigint;
}

/** What the candidates so far leave and permit; `own`: what those of this level permit. */
interface Remaining {
  readonly left: bigint;
  readonly permitted: bigint;
  readonly own: bigint;
  readonly level: number;
}

/** How one decision came out. Its reasons are worked out when somebody asks. */
export class DecisionTrace {
  readonly name: string;
  readonly outcome: string | null;
  readonly decided: boolean;
  readonly conflicted: boolean;
  readonly failed: boolean;
  private readonly run: Resolution | null;
  private reasons: readonly string[] | null = null;
  private candidates: readonly CandidateTrace[] | null = null;
  private covers: readonly [readonly (readonly string[])[], boolean] | null = null;

  constructor(row: DecisionRow, run: Resolution | null) {
    this.name = row.name;
    this.run = run;
    this.conflicted = run !== null && run.left === 0n;
    this.failed = this.conflicted && row.onConflict === null;
    const chosen = run === null || this.failed ? null : run.chosen();
    this.outcome = chosen === null ? null : (row.outcomes[chosen] ?? null);
    this.decided = !this.failed && run !== null && run.candidates.some(restricts);
  }

  /** The rules, and those who gave instructions, that the outcome is due to, in order of rank. */
  get because(): readonly string[] {
    const settled = this.run === null || this.conflicted;
    this.reasons ??= settled || this.run === null ? [] : winners(this.run);
    return this.reasons;
  }

  /** What became of each rule that applied and of each instruction. */
  get parts(): readonly CandidateTrace[] {
    this.candidates ??= this.run === null ? [] : [...traceCandidates(this.run), ...this.run.ignored];
    return this.candidates;
  }

  /** The rules of each minimal clash, fewest first. */
  get clashes(): readonly (readonly string[])[] {
    return this.foundClashes()[0];
  }

  /** Whether these are all clashes. */
  get complete(): boolean {
    return this.foundClashes()[1];
  }

  toJSON(): object {
    const { outcome, decided, conflicted, because } = this;
    return { outcome, decided, conflicted, because };
  }

  private foundClashes(): readonly [readonly (readonly string[])[], boolean] {
    this.covers ??= this.run !== null && this.conflicted ? minimalClashes(this.run) : [[], true];
    return this.covers;
  }
}

/** The resolution of one decision in one situation. */
class Resolution {
  readonly row: DecisionRow;
  readonly every: bigint;
  readonly candidates: Candidate[] = [];
  readonly ignored: CandidateTrace[] = [];
  left: bigint;
  leftAboveClash: bigint;

  constructor(row: DecisionRow) {
    this.row = row;
    this.every = fullMask(row);
    this.left = this.every;
    this.leftAboveClash = this.every;
  }

  /** The position of the outcome: the one that is named for the case, or the first that is left. */
  chosen(): number {
    const clash = this.left === 0n;
    const mask = clash ? this.leftAboveClash : this.left;
    const named = clash ? this.row.onConflict : this.row.defaultOutcome;
    return named !== null && hasBit(mask, named) ? named : lowestBit(mask);
  }

  names(mask: bigint): string[] {
    return this.row.outcomes.filter((_, i) => hasBit(mask, i));
  }

  effectText(mask: bigint, permits: boolean): string {
    const { name } = this.row;
    const named = this.names(mask);
    const out = this.names(this.every & ~mask);
    if (permits) return `${name} may be ${named.join(" or ")}`;
    if (named.length === 1) return `${name} is ${named[0] ?? ""}`;
    return out.length === 1 ? `${name} is not ${out[0] ?? ""}` : `${name} in {${named.join(", ")}}`;
  }
}

function fullMask(row: DecisionRow): bigint {
  return (1n << BigInt(row.outcomes.length)) - 1n;
}

function hasBit(mask: bigint, bit: number): boolean {
  return ((mask >> BigInt(bit)) & 1n) === 1n;
}

function lowestBit(mask: bigint): number {
  let bit = 0;
  while (bit < 100_000 && !hasBit(mask, bit)) bit += 1;
  return bit;
}

function countBits(mask: bigint): number {
  let many = 0;
  for (let rest = mask; rest !== 0n; rest &= rest - 1n) many += 1;
  return many;
}

function restricts(one: Candidate): boolean {
  return one.stands && !one.permits;
}

function traceDecisions(values: Values, given: readonly Given[]): DecisionTrace[] {
  const taken = Object.create(null) as Record<string, string>;
  return TABLES.decisions.map((row) => {
    const ready = row.reads.every((name) => name in taken);
    const trace = new DecisionTrace(row, ready ? resolveDecision(row, values, taken, given) : null);
    if (trace.outcome !== null) taken[row.name] = trace.outcome;
    return trace;
  });
}

function resolveDecision(
  row: DecisionRow,
  values: Values,
  taken: Taken,
  given: readonly Given[],
): Resolution {
  const run = new Resolution(row);
  const placed = new Map<string, Given[]>();
  for (const one of given) {
    const place = one.decision === row.name ? effectivePlace(run, values, taken, one) : null;
    if (place !== null) {
      const key = place.join(" ");
      placed.set(key, [one, ...(placed.get(key) ?? [])]);
    }
  }
  const applying = row.applies(values, taken).sort((one, other) => one - other);
  if (applying.length === 0 && placed.size === 0) return run;
  let first = 0;
  row.rules.forEach((rules, level) => {
    if (placed.size > 0) {
      for (const place of ["stated", "lowered", "implied", "lent"] as const) {
        for (const one of placed.get(`${level} ${place}`) ?? []) {
          addInstruction(run, one, level, place);
        }
      }
    }
    const here = applying.filter((at) => first <= at && at < first + rules.length);
    if (here.length > 0) addRules(run, level, rules, here.map((at) => at - first));
    first += rules.length;
  });
  determineStanding(run);
  return run;
}

function effectivePlace(
  run: Resolution,
  values: Values,
  taken: Taken,
  one: Given,
): [number, Place] | null {
  const { level, implied, name } = one.by;
  if (level === null) return delegatedPlace(run, values, taken, one);
  if (run.row.steered !== null && !run.row.steered.includes(name)) {
    ignore(run, one, `does not steer ${run.row.name}`);
    return null;
  }
  if (one.implied) {
    if (implied !== null) return [one.at ?? implied, "implied"];
    ignore(run, one, "cannot imply: it has no `implied at`");
    return null;
  }
  const speaks = one.at ?? level;
  return [speaks, speaks === level ? "stated" : "lowered"];
}

function delegatedPlace(
  run: Resolution,
  values: Values,
  taken: Taken,
  one: Given,
): [number, Place] | null {
  if (one.implied) {
    ignore(run, one, "cannot imply: it has no `implied at`");
    return null;
  }
  const lent = TABLES.delegates.filter(
    (row) =>
      row.principal === one.by.name &&
      row.decisions.includes(run.row.name) &&
      row.active(values, taken),
  );
  if (lent.length === 0) {
    ignore(run, one, "has no authority here: nobody lends it any");
    return null;
  }
  const highest = Math.min(...lent.map((row) => row.level));
  if (one.at !== null && one.at < highest) {
    ignore(run, one, `is lent no authority at ${TABLES.levels[one.at] ?? ""}`);
    return null;
  }
  return [one.at ?? highest, "lent"];
}

function ignore(run: Resolution, one: Given, why: string): void {
  run.ignored.push({
    name: one.by.name,
    text: one.text,
    rank: "no place",
    status: "ignored",
    instruction: true,
    permits: false,
    excludes: [],
    lifts: [],
    by: [why],
    because: "",
  });
}

function addInstruction(run: Resolution, one: Given, level: number, place: Place): void {
  run.candidates.push({
    name: one.by.name,
    text: one.text,
    rank: `${TABLES.levels[level] ?? ""}, ${place}`,
    level,
    place,
    because: "",
    outcomes: one.outcomes,
    permits: one.permits,
    above: (1n << BigInt(run.candidates.length)) - 1n,
    stands: false,
    leaves: 0n,
    lifts: 0n,
  });
}

function addRules(
  run: Resolution,
  level: number,
  rules: readonly RuleRow[],
  applying: readonly number[],
): void {
  const before = run.candidates.length;
  const over = (1n << BigInt(before)) - 1n;
  applying.forEach((at) => {
    const row = rules[at];
    if (row === undefined) return;
    let higher = over;
    applying.forEach((other, i) => {
      if (other < at && hasBit(row.above, other)) higher |= 1n << BigInt(before + i);
    });
    run.candidates.push({
      name: row.name,
      text: null,
      rank: TABLES.levels[level] ?? "",
      level,
      place: "rules",
      because: row.because,
      outcomes: row.outcomes,
      permits: row.permits,
      above: higher,
      stands: false,
      leaves: 0n,
      lifts: 0n,
    });
  });
}

function determineStanding(run: Resolution): void {
  const asked = run.candidates.some((one) => one.place !== "rules")
    ? askedBelow(run.candidates)
    : new Map<number, bigint>();
  evaluateCandidates(run, run.candidates, asked);
  for (const group of groupsByPlace(run.candidates)) {
    let after = run.left;
    for (const one of group) {
      if (restricts(one)) after &= one.leaves;
    }
    if (after === 0n) {
      run.leftAboveClash = run.left;
      run.left = 0n;
      return;
    }
    run.left = after;
  }
}

/** Decide which candidates stand; what is left and permitted before each of them, and at last. */
function evaluateCandidates(
  run: Resolution,
  candidates: readonly Candidate[],
  asked: ReadonlyMap<number, bigint>,
): Remaining[] {
  let last: Remaining = { left: run.every, permitted: 0n, own: 0n, level: -1 };
  const firsts = [last];
  candidates.forEach((one) => {
    const under = atLevel(stateBelow(firsts, candidates, one.above), one.level);
    one.stands = (one.outcomes & under.left) !== 0n;
    one.leaves = 0n;
    one.lifts = 0n;
    if (one.permits) {
      one.lifts = one.outcomes & under.left;
    } else if (one.place === "rules") {
      one.leaves = one.outcomes | under.permitted;
    } else {
      // A permission of a higher level counts if a lower level asks for the outcome.
      one.leaves = one.outcomes | under.own | (under.permitted & (asked.get(one.level) ?? 0n));
    }
    last = afterCandidate(last, one);
    firsts.push(last);
  });
  return firsts;
}

function atLevel(state: Remaining, level: number): Remaining {
  const { left, permitted } = state;
  return level === state.level ? state : { left, permitted, own: 0n, level };
}

function afterCandidate(state: Remaining, one: Candidate): Remaining {
  const here = atLevel(state, one.level);
  if (!one.stands) return here;
  return {
    left: one.permits ? here.left : here.left & one.leaves,
    permitted: here.permitted | one.lifts,
    own: here.own | one.lifts,
    level: here.level,
  };
}

/** What the candidates of a mask leave and permit. */
function stateBelow(
  firsts: readonly Remaining[],
  candidates: readonly Candidate[],
  above: bigint,
): Remaining {
  let many = 0;
  while (hasBit(above, many)) many += 1;
  let found = firsts[many] ?? { left: 0n, permitted: 0n, own: 0n, level: -1 };
  for (let i = many + 1; above >> BigInt(i) !== 0n; i += 1) {
    const one = candidates[i];
    if (hasBit(above, i) && one !== undefined) found = afterCandidate(found, one);
  }
  return found;
}

/** By level: the outcomes that principals of lower levels state a wish for. */
function askedBelow(candidates: readonly Candidate[]): Map<number, bigint> {
  const stated = new Map<number, bigint>();
  for (const one of candidates) {
    const named = one.place === "stated" && !one.permits ? one.outcomes : 0n;
    stated.set(one.level, (stated.get(one.level) ?? 0n) | named);
  }
  const found = new Map<number, bigint>();
  let lower = 0n;
  for (const level of [...stated.keys()].sort((one, other) => other - one)) {
    found.set(level, lower);
    lower |= stated.get(level) ?? 0n;
  }
  return found;
}

function groupsByPlace(candidates: readonly Candidate[]): Iterable<Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const one of candidates) {
    const key = `${one.level} ${one.place}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups.values();
}

/** The names of the candidates that the outcome is due to. */
function winners(run: Resolution): string[] {
  const chosen = run.chosen();
  const bit = 1n << BigInt(chosen);
  const restricting = run.candidates.filter(restricts);
  const naming = restricting.filter((one) => (one.outcomes & bit) !== 0n);
  const others = restricting.filter((one) => (one.outcomes & bit) === 0n);
  let earlier = preferredOutcomes(run.row, chosen);
  let kept: Candidate[] = [];
  if (earlier !== 0n) {
    for (const one of [...byRankAndName(run, naming), ...byRankAndName(run, others)]) {
      if ((earlier & ~one.leaves) !== 0n) {
        earlier &= one.leaves;
        kept.push(one);
      }
    }
  } else {
    const fewest = Math.min(...naming.map((one) => countBits(one.leaves)));
    kept = naming.filter((one) => countBits(one.leaves) === fewest);
  }
  const aboveOthers = others.reduce((mask, one) => mask | one.above, 0n);
  const permitting = run.candidates.filter(
    (one, i) => hasBit(aboveOthers, i) && (one.lifts & bit) !== 0n,
  );
  return byRankAndName(run, [...kept, ...permitting]).map((one) => one.name);
}

/** The outcomes that come before the chosen one in choice order. */
function preferredOutcomes(row: DecisionRow, chosen: number): bigint {
  if (chosen === row.defaultOutcome) return 0n;
  const first = row.defaultOutcome === null ? 0n : 1n << BigInt(row.defaultOutcome);
  return ((1n << BigInt(chosen)) - 1n) | first;
}

/** Some candidates, the highest first; of rules that are not ordered, the first by name. */
function byRankAndName(run: Resolution, some: readonly Candidate[]): Candidate[] {
  const wanted = new Set(some);
  const found: Candidate[] = [];
  for (const group of groupsByPlace(run.candidates)) {
    const here = group.filter((one) => wanted.has(one));
    if (here[0]?.place !== "rules") {
      found.push(...here);
      continue;
    }
    let rest = here.map((one) => ({ one, bit: 1n << BigInt(run.candidates.indexOf(one)) }));
    while (rest.length > 0) {
      const mask = rest.reduce((all, { bit }) => all | bit, 0n);
      const free = rest.filter(({ one }) => (one.above & mask) === 0n);
      const next = free.reduce((best, item) => (item.one.name < best.one.name ? item : best));
      found.push(next.one);
      rest = rest.filter((item) => item !== next);
    }
  }
  return found;
}

/** The minimal sets of standing restrictions that leave nothing, as names of rules. */
function minimalClashes(run: Resolution): [string[][], boolean] {
  // Instructions with equal effects are interchangeable.
  const distinct = new Map<string, Candidate>();
  run.candidates.filter(restricts).forEach((one, i) => {
    const key = `${one.leaves} ${one.place === "rules" ? i : -1}`;
    if (one.leaves !== run.every && !distinct.has(key)) distinct.set(key, one);
  });
  const excluding = [...distinct.values()];
  const masks = excluding.map((one) => run.every & ~one.leaves);
  const work = Math.floor(MAX_WORK / (1 + masks.length * run.row.outcomes.length));
  const steps = Math.min(MAX_STEPS, Math.max(LEAST_STEPS, work));
  const [covers, complete] = minimalCovers(masks, run.every, steps);
  const named = new Map<string, string[]>();
  for (const cover of covers) {
    const rules = cover.flatMap((i) => excluding[i] ?? []).filter((one) => one.place === "rules");
    const names = rules.map((one) => one.name).sort();
    named.set(names.join(" "), names);
  }
  const found = [...named.values()].sort(
    (one, other) => one.length - other.length || (one.join(" ") < other.join(" ") ? -1 : 1),
  );
  return [found, complete];
}

/** The minimal sets of masks that cover every bit, and whether these are all. */
function minimalCovers(
  masks: readonly bigint[],
  every: bigint,
  mostSteps: number,
): [number[][], boolean] {
  const found = new Map<string, number[]>();
  let steps = 0;
  for (let most = 1; most <= countBits(every); most += 1) {
    let deeper = false;
    for (const step of searchCovers(masks, every, most, [])) {
      steps += 1;
      if (steps > mostSteps) {
        for (const cover of firstCovers(masks, every, mostSteps)) found.set(cover.join(" "), cover);
        return [[...found.values()], false];
      }
      if (step === null) continue;
      deeper ||= step.rest !== 0n && step.taken.length === most;
      if (step.rest === 0n) found.set(step.taken.join(" "), step.taken);
    }
    if (!deeper) break;
  }
  return [[...found.values()], true];
}

interface CoverStep {
  readonly rest: bigint;
  readonly taken: number[];
}

function* searchCovers(
  masks: readonly bigint[],
  rest: bigint,
  most: number,
  taken: number[],
): Generator<CoverStep | null> {
  if (!taken.every((one) => isNeeded(masks, taken, one))) {
    yield null; // No superset is irredundant either.
    return;
  }
  yield { rest, taken };
  if (rest === 0n || taken.length >= most) return;
  let fewest: number[] | null = null;
  for (let bit = 0; rest >> BigInt(bit) !== 0n; bit += 1) {
    if (!hasBit(rest, bit)) continue;
    const having = masks.flatMap((mask, i) => (hasBit(mask, bit) ? [i] : []));
    if (fewest === null || having.length < fewest.length) fewest = having;
  }
  for (const i of fewest ?? []) {
    const more = taken.includes(i) ? taken : [...taken, i].sort((one, other) => one - other);
    yield* searchCovers(masks, rest & ~(masks[i] ?? 0n), most, more);
  }
}

function* firstCovers(
  masks: readonly bigint[],
  every: bigint,
  mostSteps: number,
): Generator<number[]> {
  let met = false;
  let i = 0;
  for (const step of searchCovers(masks, every, countBits(every), [])) {
    if (met && i >= mostSteps) return;
    i += 1;
    if (step !== null && step.rest === 0n) {
      met = true;
      yield step.taken;
    }
  }
}

function isNeeded(masks: readonly bigint[], taken: readonly number[], one: number): boolean {
  const others = taken.reduce((all, i) => (i === one ? all : all | (masks[i] ?? 0n)), 0n);
  return ((masks[one] ?? 0n) & ~others) !== 0n;
}

function* traceCandidates(run: Resolution): Iterable<CandidateTrace> {
  let before: Candidate[] = []; // The last candidates that exclude what all earlier ones do.
  let over: Candidate[] = []; // The same without the rules of this level.
  let rules: Candidate[] = [];
  let start = 0;
  for (const [i, one] of run.candidates.entries()) {
    let higher = before;
    if (one.place === "rules") {
      const previous = rules[rules.length - 1];
      if (previous === undefined || previous.level !== one.level) {
        rules = [];
        over = before;
        start = i;
      }
      const ranked = rules.filter((_, j) => hasBit(one.above, start + j));
      higher = lastExcluders(run, [...over, ...ranked]);
      rules.push(one);
    }
    yield traceCandidate(run, one, higher);
    before = lastExcluders(run, [...before, one]);
  }
}

function traceCandidate(
  run: Resolution,
  one: Candidate,
  higher: readonly Candidate[],
): CandidateTrace {
  const fallen = isSuperseded(run, one) ? "superseded" : "overridden";
  return {
    name: one.name,
    text: one.text ?? run.effectText(one.outcomes, one.permits),
    rank: one.rank,
    status: one.stands ? "standing" : fallen,
    instruction: one.place !== "rules",
    permits: one.permits,
    excludes: restricts(one) ? run.names(run.every & ~one.leaves) : [],
    lifts: run.names(one.lifts),
    by: one.stands ? [] : overriders(one, higher).map((other) => other.name),
    because: one.because,
  };
}

function lastExcluders(run: Resolution, some: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  let excluded = 0n;
  for (const one of [...some].reverse()) {
    const more = restricts(one) ? run.every & ~one.leaves : 0n;
    if ((more & ~excluded) !== 0n) {
      excluded |= more;
      kept.push(one);
    }
  }
  return kept.reverse();
}

/** A minimal set of those above a candidate that leaves nothing of it. */
function overriders(one: Candidate, higher: readonly Candidate[]): readonly Candidate[] {
  let kept = higher;
  for (const other of higher) {
    const rest = kept.filter((each) => each !== other);
    if (rest.reduce((mask, each) => mask & each.leaves, one.outcomes) === 0n) kept = rest;
  }
  return kept;
}

/** Whether an instruction would stand without the others of its place. */
function isSuperseded(run: Resolution, one: Candidate): boolean {
  if (one.place === "rules" || one.stands) return false;
  const others = run.candidates.map((each) => ({ ...each }));
  const start = others.findIndex((each) => each.level === one.level && each.place === one.place);
  for (const each of others) {
    if (each.level === one.level && each.place === one.place) {
      each.outcomes = 0n;
      each.permits = true;
    }
  }
  const firsts = evaluateCandidates(run, others, askedBelow([...others, one]));
  return (one.outcomes & (firsts[start]?.left ?? 0n)) !== 0n;
}
