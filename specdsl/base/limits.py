"""Limits and budgets of loading, checking and reporting, each with its unit and its reason.

The runtime, the reference interpreter and the second opinion have limits of their own, since they
share no code with the rest. The limits of a query are `Limits` in `reasoning/sat/engine.py`.
"""

from __future__ import annotations

# --- What a spec may hold -------------------------------------------------------------------------
# What goes beyond is refused, with the limit in the message. They lie far beyond what a person
# writes and keep one text from holding a check up: `tests/hostile` has texts of such shapes.

MAX_TEXT = 64 * 1024 * 1024
"""Characters of a file."""
MAX_NESTED = 100
"""Brackets, `if` and policies inside each other: passes over a tree recurse, and Python allows a
thousand calls."""
MAX_OPERATORS = 150
"""Operators of a chain: each is a call of the passes that recurse."""
MAX_LITERAL_DIGITS = 400
"""Digits of a number as it is written."""
MAX_PATTERN = 1_000
"""Characters of a pattern: its automaton has a state for each."""
MAX_CONSTANT_DIGITS = 900
"""Digits of a constant that is worked out: squares of squares end."""
MAX_CHOICES = 256
"""Values of an `if else` of constants as a factor: they multiply."""
MAX_OUTCOMES = 64
"""Outcomes of a decision: what a clash costs grows with their square."""
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

# --- What is told ---------------------------------------------------------------------------------
# Lengths of messages and reports: more nobody reads. The golden documents show them.

MAX_BESIDE = 1000
"""Files of a folder that a misspelt name is compared with."""
MAX_HINTS = 20
"""Unknown names for which another one is proposed: each is compared with all that are known."""
MAX_CIRCLE_SHOWN = 40
"""Steps of a circle in a message."""
MAX_MISSPELT_PLACES = 20
"""Places of one misspelt name."""
MAX_RULES_IN_BOX = 120
"""Rules in one box of a picture, by their names."""
MAX_MOVED_SHOWN = 20
"""Pairs of a base's rules whose order a layer changes."""
MAX_ALIKE_NAMED = 3
"""Rules with the same finding, by their names."""
MAX_OPEN_NAMED = 8
"""Parts that could not be settled, by their names."""
MAX_LABELS = 8
"""Rules that are the reason of a finding, in their places."""
MAX_EXAMPLE_CLASHES = 3
"""Contradictions that an example meets."""
SHORT_REGION = 60
"""Characters of a region in the message; a longer one stands in a note."""
MAX_PLACE_LINES = 12
"""Lines of one place that are shown without a mark."""
MAX_NOTES = 5
"""Notes of one code of a spec that have a line each."""
MAX_SHOWN_OF_CODE = 200
"""Findings of one code of a spec that are shown in full."""
MAX_SHOWN_BITS = 13_000
"""Bits of a number in a situation: as many as Python writes and reads whatever its settings (4,300
digits)."""
MAX_DECIMALS = 1_000
"""Decimals of a number in a situation."""

# --- What is looked for ---------------------------------------------------------------------------
# How much of what there is to say is found.

MAX_CLASHES = 20_000
"""Contradictions of one decision; `check.py 5000 --random` has 3,650 in all."""
MAX_REGIONS = 20
"""Regions in which nothing decides."""
MAX_GAPS = 40
"""Numbers beside which a gap is looked for."""
MAX_EXAMPLE_WAYS = 500
"""Different sets of standing rules in the completions of one example; with more it is unproved."""
MAX_EDIT_SETS = 20
"""Sets of several edits of one kind of difference that are minimized; the rest is one region."""
MAX_MISSING = 20
"""Examples that are missing, written out."""
MAX_WINNING_WAYS = 100
"""Different sets of standing candidates in the situations of one example; with more it is
unsettled."""
MAX_MUTANTS = 100
"""Small changes of a spec that are tried, unless the command says otherwise."""
MAX_STOPPING_SETS = 8
"""Sets of rules that keep somebody from an outcome."""

# --- Situations -----------------------------------------------------------------------------------
# Guesses and choices on the way to a simple situation: with more of them the check takes longer
# (`benchmarks.shapes`), with fewer a situation has more facts (`test_shrink.py`).

MAX_LEAN_CLASHES = 60
"""Contradictions of one decision whose situation is made lean."""
MAX_SIMPLE_CLASHES = 20
"""Of these, those whose situation is made as simple as it can be with the solver."""
SMALL_DECISION = 200
"""Nodes of a decision of which the simplest situation is looked for by the solver."""
LEAN_STARTS = 4
"""Situations that are made lean, of which the leanest is taken."""
LEAN_ORDERS = 8
"""Orders in which facts are left out of each start."""
LEAN_TRIALS = (3, 24)
"""Trials, in rounds, to see that a fact is needed; else the solver is asked."""
MAX_REGION_TERMS = 1_500
"""Regions times what may be said in each."""

# --- Points ---------------------------------------------------------------------------------------
# Situations that are looked at as bits before a solver is asked. `benchmarks/check.py 300 --all`
# has questions and seconds of each check: more points save questions, and cost time themselves.

OUTCOME_POINTS = 16
"""Points that are drawn for an outcome."""
REACH_FRUITFUL = 10
"""A round follows one that shows something of one rule in so many."""
REACH_POINTS = 4
"""Points for a rule that the first round did not show."""
MAX_SEEN_PAIRS = 4_096
"""Pairs of rules inside which points are drawn."""
MAX_SEEN_SETS = 100
"""Contradictions that are listed at one point."""
MAX_SEEN_STEPS = 2_000
"""Steps on the way to them."""
CLASHES_FRUITFUL = 100
"""Points are drawn as long as one in so many shows something new."""
MAX_TOLD_BITS = 1 << 16
"""Points that are decided at once, as bits of one number."""
MAX_TRIAL_POINTS = 256
"""Points of a round of trials."""
TRIAL_ROUNDS = 12
"""Rounds of trials."""
TRIALS_FRUITFUL = 10
"""A round follows one that shows one part in so many."""
MAX_TRIALS_KEPT = 32
"""Points to start from, for each list of instructions."""
MAX_FLIPS = 1_024
"""Pairs of points at a time."""
MAX_FLIPS_PICKED = 100_000
"""Values that are drawn in a round: of very many facts some are left to the solver."""
UNKNOWN_ROUNDS = 16
"""Rounds of looking for where it matters that a fact is unknown."""
VALUE_ROUNDS = 4
"""Rounds of looking for where another value changes something."""
MAX_FLIPS_KEPT = 4
"""Pairs that are kept of a fact that matters where it is unknown."""
MAX_TRIED_VALUES = 8
"""Values of a column that are tried for a point."""
POINT_SWEEPS = 2
"""Times that all columns of a point are gone through."""
SILENT_SHARE = 0.3
"""The share of attempts without instructions."""
BELOW_SHARE = 0.8
"""Up to this share, beyond `SILENT_SHARE`, attempts have an instruction of a lower level; the rest
have one of a higher level."""

# --- Solvers --------------------------------------------------------------------------------------
# Sizes of encodings and of candidate lists inside the provers. `benchmarks/check.py 300 --all` and
# `benchmarks.shapes` show what they cost.

MIN_QUERY_SHARE = 1 / 64
"""The least share of the limits that a query gets after others were given up, each of which halves
it."""
MAX_PAIRWISE_LITERALS = 6
"""Literals that exclude each other by pairwise clauses: their number is quadratic, so more of them
get auxiliary variables."""
MAX_CONFLICT_RELATIONS = 8
"""Relations of an arithmetic conflict that is generalized: elimination takes cubic time, and larger
conflicts recur less."""
MODEL_DECIMALS = 6
"""Decimals of seconds in a model, if it has one of so few: a person can read it."""
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

# --- Questions ------------------------------------------------------------------------------------
# What the solver is asked, how often and about how much at once. `benchmarks/check.py 300 --all`
# and `10000 --all` show what becomes of them.

MANY_RULES = 250
"""Rules from which on another process pays: `check.py 300`, with `--jobs 1` and without."""
MAX_PEERS = 2_000
"""Pairs of which the solver is told that one of them meets: a table without a slip is proved at
once."""
MAX_PAIRS_LOOKED_AT = 400_000
"""Pairs of rules that are looked at: twenty thousand rules alike take seconds."""
MAX_PAIR_ROWS = 16_384
"""Rules of which all pairs are held at a time."""
MAX_SHADOW_QUESTIONS = 500
"""Questions of one decision, to make the sets of rules that shadow others minimal."""
MAX_CLOSING = 40
"""Rules that exclude an outcome, for each of which the solver is asked whether it is needed."""
MAX_AT_ONCE = 64
"""Parts of which one question is asked."""
MAX_EXPLAINED = 30
"""Redundant parts of a decision that are explained."""
MAX_RANKED = 3_000_000
"""Times that a decision is ranked otherwise, by what each costs: `TEAM_COST` for a team, 1 for each
that is above it."""
TEAM_COST = 20
"""What a team of rules costs, see `MAX_RANKED`."""
MAX_REASONS = 40
"""Rules that make another one redundant, each of which is removed to see whether it is needed."""
HELD_TIMES = 2
"""Times that rules are held to their conditions as they are found to be needed; then all are."""
QUICK_WORK = 50_000
"""Work for a question about many facts at once."""
SLOW_WORK = 1_000_000
"""Work for the same once it is known what is the same; then the fact is asked about alone."""
SAME_WORK = 100_000
"""Work to prove that inner nodes of two worlds are equal; beyond it the solver is not told. Also
the work for a part in a query about many parts, before it is asked about alone."""
FEW_RULES = 200
"""Rules of a decision that is decided anew for each question about it: `benchmarks.shapes`."""
MAX_MIXED = 60_000
"""Edits times rules: each edit makes a spec of its own, and for more of that nobody waits."""
MAX_CIRCLE_WORK = 2_000_000
"""Starts times edges: below it every start is tried, and the circle is a shortest one."""
MAX_LEVEL_COMPARED = 1_000
"""Rules of a level that are compared with what they are without a part."""

# --- Mends ----------------------------------------------------------------------------------------
# What is tried, in rules that are looked at again: `benchmarks.shapes` has what that takes
# beside the check. An example counts as a rule, and so does reading some rules again.

MENDS = ("all", "few", "none")
"""How many mends may be asked for."""
FEW_MENDS_SHARE = 2
"""Times the rules of a spec that are looked at for few mends: they take a third of a check then."""
FEW_MENDS_LEAST = 80
"""Rules that are looked at at least: of a small spec everything is tried."""
FEW_MENDS_MOST = 2_000
"""Rules that are looked at at most: of a larger spec a mend takes seconds."""
READ_FOR_ONE_RULE = 4
"""Rules that are read again in the time in which one is looked at."""
CLAIMS_FOR_RULES = 4
"""Assertions that are proved in the time in which all rules that they are about are looked at; one
that something cannot change a decision counts twice, since two situations are compared."""
MAX_MENDED = 6
"""Findings for which few mends are looked for; the others say how to get them."""
MAX_MENDS = 6
"""Mends that are enough for a finding: one of each kind."""
MAX_MENDED_OF_ALL = 1_000
"""Findings, and mends of one, where all are asked for."""
MAX_TRIED_RULES = 50_000
"""Rules that are looked at where all mends are asked for: some minutes."""
MAX_MENDS_OFFERED = 8
"""Mends that are shown with a finding; the best come first."""
MAX_MENDED_CLASHES = 200
"""Contradictions of a spec: of more none is mended by itself."""
MAX_NARROWER_PAIRS = 100
"""Pairs of conflicting rules that are compared for which one is narrower."""
MAX_NARROWER_SAID = 3
"""Of those, how many a mend names."""
MAX_GIVING_WAY = 6
"""Rules of one finding that are tried, each in turn, as the one that yields."""
MAX_ASSUMED_PAIRS = 6
"""Pairs of facts of a finding that are looked at for an assumption about them."""
ELSEWHERE_WORK = 300_000
"""Propagations for a question what a mend changes elsewhere: most are settled with fewer."""
MAX_SHIFTS_SHOWN = 2
"""Ways of one decision that a mend changes, as it is told."""

# --- Guidance -------------------------------------------------------------------------------------

MAX_MEMBERS_PROPOSED = 24
"""Texts that a fact is compared with, for which an enumeration is proposed: more are a list that
somebody keeps elsewhere."""

# --- The cache ------------------------------------------------------------------------------------
# Bytes; what was read longest ago goes first. `tests/cache/test_store.py`.

MAX_IN_ENTRY = 8 << 20
"""Bytes of one entry: a larger report is made again."""
MAX_IN_ALL = 64 << 20
"""Bytes of the folder."""
