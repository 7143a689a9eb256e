"""Lists of instructions: how a query reads the column `says` of a table.

Each instruction becomes an integer. Its lowest bits are the outcomes that it names, one more says
that it permits them, and the bits above are its address: the decision, and who speaks how (the
principal, stated or implied, at which level). The list of them has the last instruction first,
since a later one outranks an earlier one. An instruction at fault is -1; its row does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from specdsl.backends.artifact_proof import UnsupportedArtifact
from specdsl.backends.sql import sql_terms as s
from specdsl.backends.sql.sql_dialects import ListWords, SqlDialect
from specdsl.frontend.model.nodes import DecisionModel, Level, Principal, SpecModel
from specdsl.runtime.read_situation import MAX_SAID

SAYS = "says"  # The column of the table; no fact can have that name.
SAID = "_said"  # The instructions of a row as integers, the last one first.
SILENT = "_is_silent"  # Nobody gives an instruction.
FAULTY = -1
MOST_OUTCOMES = 30  # A state has two bits for each of them.
ADDRESS_BITS = 30
LONGEST_EFFECT = 100_000  # Characters of an effect, as in a call.
BLANK = r"[ \t\n\r]"
WORDS = frozenset(("is", "not", "in", "may", "be", "or"))
ITEM = "_one"


@dataclass(frozen=True, slots=True)
class InstructionAddress:
    """A way to give an instruction: by whom, implied or stated, and at a level or at none."""

    principal: Principal
    implied: bool
    at: Level | None


@dataclass(frozen=True, eq=False)
class InstructionList:
    """The integers of the instructions of a spec. Raises `UnsupportedArtifact`."""

    spec: SpecModel
    dialect: SqlDialect
    words: ListWords = field(init=False)
    speakers: tuple[InstructionAddress, ...] = field(init=False)
    width: int = field(init=False)  # Bits of outcomes.

    def __post_init__(self) -> None:
        levels = (None, *self.spec.levels)
        speakers = (
            InstructionAddress(one, implied, at)
            for one in self.spec.principals
            for implied in (False, True)
            for at in levels
        )
        object.__setattr__(self, "speakers", tuple(speakers))
        width = max((len(one.outcomes) for one in self.spec.decisions), default=0)
        object.__setattr__(self, "width", width)
        object.__setattr__(self, "words", self._list_words())
        self._check_fits()

    def _list_words(self) -> ListWords:
        if self.dialect.lists is None:
            raise UnsupportedArtifact(
                f"instructions are not read in {self.dialect.title}: lists are not folded in it"
            )
        return self.dialect.lists

    def _check_fits(self) -> None:
        for decision in self.spec.decisions:
            if len(decision.outcomes) > MOST_OUTCOMES:
                raise UnsupportedArtifact(
                    f"instructions on `{decision.name}` are not read: it has more than "
                    f"{MOST_OUTCOMES} outcomes"
                )
            if not WORDS.isdisjoint(decision.outcomes):
                raise UnsupportedArtifact(
                    f"instructions on `{decision.name}` are not read: an outcome is named like a "
                    "word of instructions"
                )
        if (len(self.spec.decisions) * len(self.speakers)).bit_length() > ADDRESS_BITS:
            raise UnsupportedArtifact("instructions are not read: there are too many speakers")

    # --- integers ---

    @property
    def permit_bit(self) -> int:
        return 1 << self.width

    @property
    def address_mask(self) -> int:
        """Return the bits of an address; no integer of an instruction has bits above."""
        count = len(self.spec.decisions) * len(self.speakers)
        return ((1 << count.bit_length()) - 1) << (self.width + 1)

    def address(self, decision: DecisionModel, speaker: InstructionAddress | None = None) -> int:
        """Return the address of instructions on a decision, at its place in an integer; without a
        speaker that of the first.
        """
        number = self.spec.decisions.index(decision) * len(self.speakers)
        more = 0 if speaker is None else self.speakers.index(speaker)
        return (number + more) << (self.width + 1)

    # --- columns ---

    def columns(self) -> Iterator[tuple[str, s.Sql]]:
        """Yield the names and values of the columns that are computed from `says`."""
        said = exp.Transform(this=s.column(SAYS), expression=s.lambda_of([ITEM], self._item_code()))
        yield SAID, self.words.backwards(said)
        nobody = s.comparison(self._length(), "=", s.integer(0))
        yield SILENT, s.disjunction([s.is_null(s.column(SAYS)), nobody])

    def fitting_list(self) -> s.Sql:
        """Return the test that no instruction of a row is at fault."""
        bad = exp.ArrayContains(this=s.column(SAID), expression=s.integer(FAULTY))
        few = s.comparison(self._length(), "<=", s.integer(MAX_SAID))
        return s.coalesce([s.conjunction([s.negation(bad), few]), s.truth(True)])

    def _length(self) -> s.Sql:
        return exp.ArraySize(this=s.column(SAYS))

    def _item_code(self) -> s.Sql:
        """Return the integer of an instruction."""
        groups: dict[tuple[int, ...], list[DecisionModel]] = {}
        for decision in self.spec.decisions:
            valid = (
                i for i, one in enumerate(self.speakers) if may_speak(self.spec, one, decision)
            )
            groups.setdefault(tuple(valid), []).append(decision)
        cases = (self._code_on(some, valid) for valid, some in groups.items() if valid)
        code = s.coalesce([*cases, s.integer(FAULTY)])
        return s.cast(code, "bigint")

    def _code_on(self, decisions: Sequence[DecisionModel], valid: Sequence[int]) -> s.Sql:
        """Return the integer of an instruction on one of these decisions, on which so many may
        speak; NULL if it is none, or at fault.
        """
        number = self._number_of_speaker()
        address = exp.Mul(
            this=s.in_brackets(s.cast(number, "bigint")), expression=s.integer(2 * self.permit_bit)
        )
        effects = s.coalesce([self._effect_code(one) for one in decisions])
        total = exp.Add(this=effects, expression=address)
        speaks = s.one_of(s.in_brackets(number.copy()), [s.integer(one) for one in valid])
        return s.case_of([(speaks, total)])

    def _number_of_speaker(self) -> s.Sql:
        """Return the number of the way to speak; NULL if there is none such."""
        levels = self.spec.levels
        by, implied, at = _part("by"), _part("implied"), _part("at")
        step = 2 * (len(levels) + 1)
        who = [
            (s.comparison(by.copy(), "=", s.text(one.name)), s.integer(i * step))
            for i, one in enumerate(self.spec.principals)
        ]
        how = [(s.coalesce([implied, s.truth(False)]), s.integer(len(levels) + 1))]
        where = [(s.is_null(at), s.integer(0))]
        where += [
            (s.comparison(at.copy(), "=", s.text(one.name)), s.integer(i + 1))
            for i, one in enumerate(levels)
        ]
        found = exp.Add(this=s.case_of(who), expression=s.case_of(how, s.integer(0)))
        return exp.Add(this=found, expression=s.case_of(where))

    def _effect_code(self, decision: DecisionModel) -> s.Sql:
        """Return the decision of an effect on it, and the outcomes that it leaves or permits; NULL
        for a text that is no such effect. Plain texts come first, since most are.
        """
        effect, name, start = _part("effect"), decision.name, self.address(decision)
        every, cases = decision.all_outcomes, list[s.Case]()
        for i, outcome in enumerate(decision.outcomes):
            for words, code in (
                ("is", 1 << i),
                ("is not", every & ~(1 << i)),
                ("may be", self.permit_bit | 1 << i),
            ):
                if code not in (0, every):
                    test = s.comparison(effect.copy(), "=", s.text(f"{name} {words} {outcome}"))
                    cases.append((test, s.integer(start | code)))
        length = s.comparison(exp.Length(this=effect.copy()), "<=", s.integer(LONGEST_EFFECT))
        return s.case_of([*cases, (length, self._any_effect_code(decision, start))])

    def _any_effect_code(self, decision: DecisionModel, start: int) -> s.Sql:
        """Return the same of a text of any form: the outcomes that it names, or the others."""
        leaves, excludes, permits = (
            exp.RegexpLike(this=_part("effect"), expression=s.text(rf"\A(?:{pattern})\z"))
            for pattern in _effect_patterns(decision)
        )
        every = decision.all_outcomes
        sign = s.case_of([(excludes, s.integer(-1))], s.integer(1))
        named = exp.Mul(this=sign, expression=_named_outcomes(decision))
        offsets = [
            (leaves, s.integer(start)),
            (excludes.copy(), s.integer(start | every)),
            (permits, s.integer(start | self.permit_bit)),
        ]
        code = exp.Add(this=named, expression=s.case_of(offsets))
        some = exp.Nullif(this=code, expression=s.integer(start))
        return exp.Nullif(this=some, expression=s.integer(start | every))


def _part(name: str) -> s.Sql:
    """Return a part of the instruction."""
    return exp.Dot(
        this=exp.Identifier(this=ITEM, quoted=False),
        expression=exp.Identifier(this=name, quoted=True),
    )


def _effect_patterns(decision: DecisionModel) -> tuple[str, str, str]:
    """Return the patterns of effects that name what they leave, what they do not, and what they
    permit.
    """
    outcome = f"(?:{'|'.join(decision.outcomes)})"
    listed = rf"{BLANK}*\{{{BLANK}*{outcome}{BLANK}*(?:,{BLANK}*{outcome}{BLANK}*)*\}}"
    before, after = f"{BLANK}*{decision.name}{BLANK}+", f"{BLANK}*"
    one = f"{BLANK}+{outcome}"
    several = f"{one}(?:{BLANK}+or{one})*"
    return (
        f"{before}(?:is{one}|in{listed}){after}",
        f"{before}(?:is{BLANK}+not{one}|not{BLANK}+in{listed}){after}",
        f"{before}may{BLANK}+be{several}{after}",
    )


def _named_outcomes(decision: DecisionModel) -> s.Sql:
    """Return the mask of the outcomes that an effect names, which has one of the forms."""
    total: s.Sql | None = None
    for i, outcome in enumerate(decision.outcomes):
        before = rf"(?:{BLANK}(?:is|not|be|or){BLANK}+|[{{,]{BLANK}*)"
        after = rf"(?:{BLANK}*[,}}]|{BLANK}*\z|{BLANK}+or{BLANK})"
        test = exp.RegexpLike(this=_part("effect"), expression=s.text(f"{before}{outcome}{after}"))
        one = s.case_of([(test, s.integer(1 << i))], s.integer(0))
        total = one if total is None else exp.Add(this=total, expression=one)
    assert total is not None
    return exp.Paren(this=total)


def may_speak(spec: SpecModel, speaker: InstructionAddress, decision: DecisionModel) -> bool:
    """Return whether such an instruction is not at fault, though it may be ignored."""
    if speaker.at is None:
        return True
    who = speaker.principal
    if who.level is not None:
        top = who.implied if speaker.implied and who.implied is not None else who.level
        return speaker.at.rank >= top.rank
    lent = [
        one.level.rank
        for one in spec.delegates
        if one.principal is who and decision in one.decisions
    ]
    return not lent or speaker.at.rank >= min(lent)
