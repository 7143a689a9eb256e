"""Limits and budgets of loading, checking and reporting, each with its unit and its reason.

The runtime, the reference interpreter and the second opinion have limits of their own, since they
share no code with the rest. The limits of a query are `Limits` in `reasoning/sat/engine.py`.
"""

from __future__ import annotations

# --- What a spec may hold -------------------------------------------------------------------------
# A spec beyond a limit is refused, with the limit in the message. The limits lie far beyond what a
# person writes and keep one text from blocking a check: `tests/hostile` has texts of such shapes.

MAX_TEXT = 64 * 1024 * 1024
"""Characters of a file."""
MAX_NESTED = 100
"""Brackets, `if` and policies inside each other: the passes over a tree recurse, and Python allows
a thousand calls."""
MAX_OPERATORS = 150
"""Operators of a chain: each is a call of the passes that recurse."""
MAX_LITERAL_DIGITS = 400
"""Digits of a number as it is written."""
MAX_PATTERN = 1_000
"""Characters of a pattern: its automaton has a state for each."""
MAX_CONSTANT_DIGITS = 900
"""Digits of a computed constant: repeated squares must end."""
MAX_CHOICES = 256
"""Values of an `if else` of constants as a factor: they multiply."""
MAX_OUTCOMES = 64
"""Outcomes of a decision: the cost of conflicts grows with their square."""
MAX_FILES_DEEP = 100
"""Files that use each other, one inside the other: reading recurses."""
MAX_OVERRIDES = 500_000
"""Pairs of rules of which one overrides the other: each is an edge of the priority graph."""
MAX_CASES = 1_000
"""Cases of `if else`, `min` and `max` in one comparison: they multiply."""
MAX_CASE_PAIRS = 100_000
"""Pairs of cases that are compared, in all conditions of a spec."""
MAX_RELATION_BITS = 10_000
"""Bits of the numbers of a relation, together: exact arithmetic slows down with them."""

# --- Reports --------------------------------------------------------------------------------------
# Lengths of messages and reports that are still read. The golden documents show them.

MAX_NEIGHBOUR_FILES = 1000
"""Files of a folder that a misspelt name is compared with."""
MAX_HINTS = 20
"""Unknown names for which a similar one is proposed: each is compared with all known names."""
MAX_CYCLE_SHOWN = 40
"""Steps of a cycle in a message."""
MAX_MISSPELT_PLACES = 20
"""Places of one misspelt name."""
MAX_EDGE_LANES = 300
"""Rows that the edges of a picture skip, each with a lane of its own: more lanes are wider than the
boxes."""
MAX_RULES_IN_BOX = 120
"""Rules in one box of a picture, by their names."""
MAX_RANK_CHANGES_SHOWN = 20
"""Pairs of a base's rules whose ranks a layer changes."""
MAX_SIMILAR_NAMED = 3
"""Rules with the same finding that are named."""
MAX_UNPROVED_NAMED = 8
"""Unproved parts that are named."""
MAX_LABELS = 8
"""Rules that cause a finding and get a label."""
MAX_EXAMPLE_CONFLICTS = 3
"""Contradictions that an example runs into."""
SHORT_REGION = 60
"""Characters of a region in the message; a longer one is a note."""
MAX_PLACE_LINES = 12
"""Lines of one place without a mark."""
MAX_NOTES = 5
"""Notes of one code with a line each."""
MAX_SHOWN_OF_CODE = 50
"""Findings of one code that are shown in full: some 600 lines, which nobody reads to the end."""
MAX_SHOWN_BITS = 13_000
"""Bits of a number in a situation: Python writes and reads so many whatever its settings (4,300
digits)."""
MAX_DECIMALS = 1_000
"""Decimals of a number in a situation."""

# --- Results --------------------------------------------------------------------------------------
# How many results are searched for.

MAX_CONFLICTS = 20_000
"""Contradictions of one decision; `check.py 5000 --random` has 3,650 in all."""
MAX_FIRST_CONFLICTS = 250
"""Contradictions of one decision that are searched for if only the first `MAX_SHOWN_OF_CODE` are
shown: each takes some milliseconds, and `benchmarks.shapes --shapes council --rules 500` has
thousands. More than `MAX_CONFLICTS_FIXED`: whether fixes are tried does not depend on the format.
"""
MAX_REGIONS = 20
"""Regions of undecided situations."""
MAX_GAPS = 40
"""Numbers next to which a gap is searched for."""
MAX_EXAMPLE_WINNERS = 500
"""Sets of standing rules in the completions of one example; with more it is unproved."""
MAX_EDIT_SETS = 20
"""Sets of several edits of one kind of difference that are minimized; the rest is one region."""
MAX_MISSING = 20
"""Missing examples that are written out."""
MAX_WINNING_WAYS = 100
"""Sets of standing candidates in the situations of one example; with more it is undetermined."""
MAX_MUTANTS = 100
"""Mutants of a spec, unless the command says otherwise."""
MAX_BLOCKING_SETS = 8
"""Sets of rules that block a speaker from an outcome."""
MAX_SAY_WORK = 3_000_000
"""Work for an entry of the two tables of `steer` that are compared: most need a hundredth of it."""

# --- Situations -----------------------------------------------------------------------------------
# The search for simple situations: greater limits make a check longer (`benchmarks.shapes`),
# smaller ones leave more facts in a situation (`test_shrink.py`).

MAX_SHRUNK_CONFLICTS = 60
"""Contradictions of one decision whose situations are shrunk."""
MAX_SHORTER_TEXTS = 40
"""Candidates for a shorter text in a situation: each is tested, the shortest is taken."""
MAX_SIMPLE_CONFLICTS = 20
"""Of these, those whose situations the solver simplifies."""
SMALL_DECISION = 200
"""Nodes of a decision up to which the solver simplifies a situation."""
SHRINK_STARTS = 4
"""Situations that are shrunk, of which the smallest is taken."""
SHRINK_ORDERS = 8
"""Orders in which facts of each start are dropped."""
NECESSITY_TRIALS = (3, 24)
"""Trials, in rounds, to show that a fact is needed; else the solver is asked."""
MAX_REGION_PREDICATES = 1_500
"""Regions times the predicates of each."""

# --- Samples --------------------------------------------------------------------------------------
# Bit-parallel simulation before a solver is asked. `benchmarks/check.py 300 --all` has queries and
# seconds of each check: more samples save queries, and cost time themselves.

OUTCOME_SAMPLES = 16
"""Samples for an outcome."""
REACH_MIN_YIELD = 10
"""Another round follows if one rule in so many was reached for the first time."""
REACH_SAMPLES = 4
"""Samples for a rule that the first round did not reach."""
MAX_SAMPLED_PAIRS = 4_096
"""Pairs of rules for which samples are drawn."""
MAX_CONFLICTS_OF_SAMPLE = 100
"""Contradictions that are enumerated in one sample."""
MAX_COVER_STEPS = 2_000
"""Steps of that enumeration."""
CONFLICT_MIN_YIELD = 100
"""Sampling goes on while one sample in so many shows a new contradiction."""
MAX_DECISION_BITS = 1 << 16
"""Samples in which a decision is evaluated at once, as bits of one number."""
MAX_REMOVAL_SAMPLES = 256
"""Samples of a round of removal analysis."""
REMOVAL_ROUNDS = 12
"""Rounds of sampling in removal analysis."""
REMOVAL_MIN_YIELD = 10
"""Another round follows if one part in so many was shown to be relevant."""
MAX_STARTS_KEPT = 32
"""Samples to start from, for each list of instructions."""
MAX_FACT_PAIRS = 1_024
"""Pairs of samples that differ in a fact, at a time."""
MAX_PAIR_VALUES = 100_000
"""Values that are drawn in a round: with very many facts some are left to the solver."""
UNKNOWN_ROUNDS = 16
"""Rounds of sampling whether an unknown fact matters."""
VALUE_ROUNDS = 4
"""Rounds of sampling whether another value of a fact matters."""
MAX_FACT_PAIRS_KEPT = 4
"""Pairs that are kept of a fact that matters if it is unknown."""
MAX_TRIED_VALUES = 8
"""Values of a column that are tried for a sample."""
SAMPLE_SWEEPS = 2
"""Sweeps over all columns of a sample."""
REPAIR_ROUNDS = 24
"""Steps of the local search for samples in which one rule alone applies: with thirty rules on a
decision, most samples need ten."""
SILENT_SHARE = 0.3
"""The share of stimuli without instructions."""
BELOW_SHARE = 0.8
"""Up to this share, beyond `SILENT_SHARE`, stimuli have an instruction of a lower level; the rest
have one of a higher level."""
MAX_DRAWING_ROUNDS = 12
"""Rounds of drawing the random cases of `specdsl sample`; where there are few situations, later
ones draw nothing new."""
MAX_TWIN_TRIES = 60
"""Changed facts that are decided in search of a twin of a sampled case: of the shipped specs, most
cases have one within ten."""
MAX_CLAIMS_NAMED = 20
"""Claims of one kind that are named below a sampled set; the rest are counted."""

# --- Solvers --------------------------------------------------------------------------------------
# Sizes of encodings and of candidate lists inside the provers. `benchmarks/check.py 300 --all` and
# `benchmarks.shapes` show what they cost.

MIN_QUERY_SHARE = 1 / 64
"""The least share of the limits that a query gets after others were given up, each of which halves
it."""
EASY_WORK = 200_000
"""Propagations of MiniSat in one query before Glucose goes on: nearly all queries need a tenth, and
`benchmarks.shapes --shapes council --rules 200` has some that take MiniSat a hundred times more."""
MAX_CONJUNCTIONS_KNOWN = 100_000
"""Conjunctions that a graph knows by the literals as they were given: some 20 MB."""
MAX_CLAUSES_KEPT = 300_000
"""Clauses of a prover up to which they are kept for another solver: some 30 MB."""
MAX_PAIRWISE_LITERALS = 6
"""Literals that exclude each other by pairwise clauses: their number is quadratic, so more of them
get auxiliary variables."""
MAX_CONFLICT_RELATIONS = 8
"""Relations of an arithmetic conflict that is generalized: elimination takes cubic time, and larger
conflicts recur less."""
MODEL_DECIMALS = 6
"""Decimals of seconds in a model, if it has one of so few: a person can read it."""
MAX_ELIMINATED_SUMS = 24
"""Relations between several numbers of which a point is sought by elimination before Z3 is asked:
`benchmarks.shapes --shapes company,moderation`."""
MAX_ELIMINATION_ROWS = 80
"""Inequalities at which such an elimination is given up."""
MAX_SMALL_NUMBERS = 10
"""Small integers that are candidate values of a number in a relation."""
MAX_SUBSET_MEMBERS = 10
"""Members of a set of which all subsets are candidate values: 2 to the power of this many."""
MAX_SET_VALUES = 16
"""Subsets that represent a set in samples; of further members only single ones do."""
WITNESS_WORK = 4_000_000
"""Propagations of one query while a witness is simplified: without an answer it stays as it is."""
MAX_WITNESS_VALUES = 40
"""Candidate values of a fact in a witness: each is evaluated, and may be a query."""
MAX_SOLVED_VALUES = 4
"""Candidates of a number in a relation for which the solver may change other numbers, too."""
WITNESS_ROUNDS = 3
"""Rounds of simplifying values that depend on each other."""
FEW_FACTS = 1
"""A witness with so few facts is not compared with others: none can be much simpler."""
UNLIKE_MODELS = 2
"""Further models, unlike the first, that may have fewer facts."""
MAX_SAMPLES = 2_048
"""Samples of a batch, as bits of one number for each node: memory is nodes times this."""
MAX_RELATION_SAMPLES = 100_000
"""Relations of several facts times samples of a batch: these are evaluated one by one."""
MAX_JUSTIFICATION_STEPS = 200
"""Steps from a literal to the atoms that justify it."""

# --- Texts ----------------------------------------------------------------------------------------
# The automata and searches of the theory of texts. Beyond a limit classes are not listed, or a set
# of tests is undetermined; `tests/reasoning/test_text_classes.py` has groups near them.

MAX_TEXT_STATES = 20_000
"""States of an automaton or a search, and signatures of a group: they fit in memory."""
MAX_CLASSES_READ = 1_000_000
"""Characters read by single tests while the classes of a group are listed: about a second."""
MAX_JOINT_READ = 300_000
"""The same for some relations and tests of several texts: some 0.3 s, for each of many queries."""
MAX_SAMPLES_READ = 10_000
"""The same for sample texts, which need not be exhaustive: some 5 ms."""
MAX_SEARCH_READ = 400_000
"""Characters read by single tests while one text is searched for: some 0.3 s."""
MAX_RELATED_TEXTS = 6
"""Texts that are ordered among each other: the ways to split them grow exponentially."""
MAX_TEXT_CHOICES = 2_000
"""Choices of one of the texts of each fact that are tried for relations between them."""
MAX_UNDETERMINED_TEXTS = 10
"""Undetermined sets of tests after which a group is given up: each takes 0.3 s or more."""
MAX_GAP_CHARS = 600
"""Characters between two named ones that are all part of an alphabet, if too few stand for them."""
ASSIGNED_CHARS_WITHIN = 4_096
"""Characters of a gap among which assigned ones are preferred."""
MANY_TESTS = 8
"""Tests from which on a text for a single one of them is no candidate: it rarely satisfies all."""
SHORTEST_TEXT_TESTS = 2
"""Positive tests up to which the shortest text is found; for more, any text is."""
VIOLATED_AT_ONCE = 3
"""Violated tests that are added to a search at once: fewer searches, but larger ones."""
MAX_SPREAD_TEXTS = 40
"""Candidates for texts early and late in the order of texts."""
MAX_SAMPLED_PATTERNS = 12
"""Patterns of a group up to which it is tried to list its classes for samples."""
MAX_PATTERN_PAIRS = 64
"""Pairs of patterns for which a common sample text is constructed."""
MAX_SAMPLES_KEPT = 256
"""Groups whose sample texts are kept."""
MAX_ANSWERS_KEPT = 20_000
"""Texts and answers that are kept for the tests of one text."""

# --- Definitions of tools -------------------------------------------------------------------------
# Schemas may contain themselves; `tests/facts/test_tool_facts.py`.

MAX_NESTED_OBJECTS = 8
"""Objects within objects whose fields become facts, and references in a row."""
MAX_TOOL_ARGUMENTS = 1_000
"""Arguments of a tool: nobody writes rules about more."""

# --- Open facts -----------------------------------------------------------------------------------
# Which unknown facts can still change an outcome, asked in service: `python -m tests.facts`.

MAX_TABLE_CASES = 1 << 14
"""Combinations of values of unknown facts that are all evaluated: up to a millisecond."""
OPEN_FACTS_SAMPLES = 32
"""Samples in which each fact is changed before a solver is asked."""
MAX_OPEN_FACTS_CASES = 400_000
"""Samples times unknown facts times unknown facts: fewer samples if there are many facts."""
MAX_JOINT_RESULTS = 256
"""Joint results of several decisions that are distinguished to order facts."""
OPEN_FACTS_WORK = 3_000_000
"""Propagations of a query about a fact: without an answer the fact is named as unproved."""
OPEN_FACTS_SECONDS = 5.0
"""The same limit where only Z3 can answer."""
MAX_KNOWN_INSTRUCTIONS = 64
"""Lists of instructions whose circuits are kept."""
MAX_KNOWN_SITUATIONS = 2_048
"""Partial situations whose open facts are kept."""
MAX_KNOWN_TEXT = 1_000
"""Characters of a text in a situation that is kept: longer ones would take much memory."""

# --- Queries --------------------------------------------------------------------------------------
# The number and size of queries to a solver: `benchmarks/check.py 300 --all` and `10000 --all`.

MANY_RULES = 250
"""Rules from which on another process pays: `check.py 300`, with `--jobs 1` and without."""
MAX_PEERS = 2_000
"""Pairs of rules in one query whether any of them overlap: a table without a mistake is proved by
it."""
MAX_PAIRS_COMPARED = 400_000
"""Pairs of rules that are compared: twenty thousand similar rules take seconds."""
MAX_PAIR_ROWS = 16_384
"""Rules whose pairs are all kept in memory at a time."""
MAX_SHADOW_QUESTIONS = 500
"""Queries of one decision to minimize the sets of rules that shadow others."""
MAX_OUTCOME_BLOCKERS = 40
"""Rules that exclude an outcome, each with a query whether it is needed."""
MAX_PARTS_AT_ONCE = 64
"""Parts in one query."""
MAX_EXPLAINED = 30
"""Redundant parts of a decision that are explained."""
MAX_DELETIONS = 60
"""Rules without effect that are tried for a help, since others may rank by them:
`benchmarks.shapes --shapes chain --rules 2000`."""
MAX_RANKING_COST = 3_000_000
"""The cost of resolving a decision under counterfactual ranks: `CLASS_COST` for a class of rules, 1
for each class that outranks it."""
CLASS_COST = 20
"""The cost of a class of rules, see `MAX_RANKING_COST`."""
MAX_RANK_SAMPLES = 12
"""Samples in which a decision is resolved under other ranks before a solver is asked:
`benchmarks.shapes --shapes chain`."""
FIRST_RANK_SAMPLES = 3
"""The samples among them that are tried first: they mostly suffice."""
MAX_REASONS = 40
"""Rules that make another one redundant, each of which is removed to see whether it is needed."""
PINNING_ROUNDS = 2
"""Rounds in which a spurious counterexample pins only the rules that it violates; then all are."""
QUICK_WORK = 50_000
"""Propagations of a query about many facts at once."""
SLOW_WORK = 1_000_000
"""Propagations of the same once equal nodes are known; then the fact gets a query of its own."""
SAME_WORK = 100_000
"""Propagations to prove inner nodes of two worlds equal; beyond it the solver is not told. Also
those for a part in a query about many parts, before it gets one of its own."""
SIMPLE_WORK = 300_000
"""Propagations of a query for a situation, with one instruction at most, that shows that a part of
a rule matters: most need a tenth."""
QUICK_FAILURES = 3
"""Quick queries about single parts that may fail before they are given up, if most of them failed:
`benchmarks.shapes --shapes council`."""
FEW_RULES = 200
"""Rules of a decision up to which it is resolved anew for each query about it:
`benchmarks.shapes`."""
MAX_PARTIAL_EDITS = 60_000
"""Edits times rules: each edit makes a spec of its own, and this many take long."""
MAX_CYCLE_WORK = 2_000_000
"""Starts times edges: below it every start is tried, and the cycle is a shortest one."""
MAX_LEVEL_COMPARED = 1_000
"""Rules of a level that is compared with itself without a part."""

# --- Fixes ----------------------------------------------------------------------------------------
# The cost of trying fixes, in rules that are checked again: `benchmarks.shapes` has their times. An
# example counts as a rule, and so does reading some rules again.

MENDS = ("all", "few", "none")
"""How many fixes may be asked for."""
FEW_FIXES_SHARE = 2
"""Rules checked again for few fixes, in multiples of the spec's rules: they take a third of a
check."""
MIN_FEW_FIXES_COST = 80
"""Rules checked again at least: everything is tried for a small spec."""
MAX_FEW_FIXES_COST = 2_000
"""Rules checked again at most: a fix of a larger spec takes seconds."""
READ_FOR_ONE_RULE = 4
"""Rules that are read again in the time in which one is checked."""
CLAIMS_FOR_RULES = 4
"""Assertions that are proved in the time in which all their rules are checked; one that compares
two situations counts twice."""
MAX_FEW_FIXED = 6
"""Findings that get few fixes; the others say how to get them."""
MAX_FIXES_PER_FINDING = 6
"""Fixes of a finding that are enough: one of each kind."""
MAX_ALL_FIXED = 1_000
"""Findings, and fixes of one, if all are asked for."""
MAX_TRIED_RULES = 50_000
"""Rules checked again if all fixes are asked for: some minutes."""
MAX_FIXES_SHOWN = 8
"""Fixes that are shown with a finding; the best come first."""
MAX_CONFLICTS_FIXED = 200
"""Contradictions of a spec that get fixes of their own."""
MAX_NARROWER_PAIRS = 100
"""Pairs of conflicting rules that are compared for which one is narrower."""
MAX_NARROWER_SHOWN = 3
"""Of those, how many a fix names."""
MAX_YIELDING_RULES = 6
"""Rules of one finding that are tried, each in turn, as the one that yields."""
MAX_ASSUMED_PAIRS = 6
"""Pairs of facts of a finding for which an assumption is tried."""
SIDE_EFFECT_WORK = 300_000
"""Propagations of a query about side effects of a fix: most need fewer."""
MAX_SIDE_EFFECTS_SHOWN = 2
"""Changes of one decision that are shown with a fix."""

# --- Emitted modules ------------------------------------------------------------------------------

MAX_AXIS_CONE = 2_000
"""Nodes of a condition that may depend on one fact alone, so this is tried."""
MAX_TOLD_RANKS = 60
"""Ranks of the rules of a level, in a query that reads instructions: each is a step of it, and
engines plan long chains of steps slowly."""

# --- Guidance -------------------------------------------------------------------------------------

MAX_MEMBERS_PROPOSED = 24
"""Texts that a fact is compared with for which an enumeration is proposed: a longer list is
probably kept elsewhere."""

# --- Published pages ------------------------------------------------------------------------------

MAX_PUBLISHED_QUESTIONS = 80
"""Questions about who can steer what, in the pages of a spec unless all are asked for: each takes
some hundredths of a second."""
MAX_PUBLISHED_RULES = 200
"""Rules of both specs in all pairs of versions whose decisions are compared: a comparison takes
seconds for a hundred rules."""

# --- The cache ------------------------------------------------------------------------------------
# Bytes; what was read longest ago goes first. `tests/cache/test_store.py`.

MAX_IN_ENTRY = 8 << 20
"""Bytes of one entry: a larger report is not cached."""
MAX_IN_ALL = 64 << 20
"""Bytes of the folder."""

MAX_SESSION_ANSWERS = 20_000
"""Answers about parts of a spec that a session of edits remembers, of one or two kilobytes each:
those of many texts."""

MAX_PAUSE = 60.0
"""Seconds between the check for errors and the one for everything, within which the second goes on
where the first stopped: both have the deadline of the first."""

# --- Guards in front of tool calls ----------------------------------------------------------------

MAX_OUTPUT_KEPT = 50_000
"""Characters of a tool's output in which a conversation looks for the calls that it names."""
MAX_OUTPUTS_KEPT = 200
"""Outputs of a conversation that are kept, the newest: all of them are searched at each call."""
MAX_SESSIONS_KEPT = 10_000
"""Sessions of which an adapter keeps the conversation in memory."""
MAX_REACHABLE_KEPT = 10_000
"""Answers whether a tool can be used, which are kept for one version of a policy."""
MAX_OUTPUT_NOTED = 8_000
"""Characters of an output that a hook notes for the next call: these are read at each call."""
MAX_NOTES_READ = 400_000
"""Bytes of notes that a hook reads back, the newest: some milliseconds."""
MAX_REQUEST = 1 << 20
"""Bytes of a request to a server."""
MAX_EVALUATIONS = 1_000
"""Questions of one request: no other request is answered meanwhile."""
MAX_LOG_WAIT = 10.0
"""Seconds that an answer waits until its lines are safe."""

# --- Records and feedback -------------------------------------------------------------------------

MAX_JSON_DIGITS = 4_000
"""Digits of a whole number in JSON: Python itself refuses to convert somewhat more."""
MAX_LOG_BYTES = 16 << 20
"""Bytes of a log file before the next one is begun, and this one is compressed."""
MAX_JSON_DIGITS = 4_000
"""Digits of a whole number in JSON: Python refuses to read more than 4,300."""
MAX_REPORT_TITLE = 60
"""Characters of a report's text in the title of its example: it fits a line."""

# --- Imported rules -------------------------------------------------------------------------------

MAX_PREFIXES = 200
"""Prefixes of one command rule: each choice between its alternatives makes another, so they
multiply."""

# --- Tables ---------------------------------------------------------------------------------------

LEAST_VECTOR_RULES = 100
"""Rules of a decision from which on NumPy takes it in less time than an expression of SQL:
`benchmarks.decide_many`."""
MAX_BLOCK_ROWS = 500_000
"""Rows of a table in memory that are decided at once: some 100 bytes each."""

# --- Logs measured against a spec -----------------------------------------------------------------

MAX_EXPLAINED_SITUATIONS = 300
"""Situations of a decision of which the unknown facts are looked at, the most frequent ones."""
MAX_NAMED_MEMBERS = 24
"""Members of an enumeration that classes tell apart though no rule does."""
MAX_NAMED_COMBINATIONS = 1_000
"""Combinations of the values of facts that a decision does not read, up to which they count."""
MAX_REGION_CONDITIONS = 8
"""Conditions of a region: one with more is read by nobody."""
MAX_DISAGREEMENT_REGIONS = 50
"""Regions of one way to disagree."""
MAX_CHANGED_ROWS = 3
"""Rows that are shown of each region."""
MAX_SHOWN_DISAGREEMENTS = 20
"""Regions and rows of one kind that the text shows."""
MAX_FAULTY_ROWS = 20
"""Bad rows whose faults are kept; all are counted."""
