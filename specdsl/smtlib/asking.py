"""Questions put to cvc5, which shares nothing with the solver of the checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from specdsl.smtlib.question import Answer, Question

SECONDS = 10.0  # for one question

Ask = Callable[[Question, float], Answer | None]
"""From a question and a limit in seconds to the answer, None where it gives up."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What became of the questions. `open`: left open by the check itself, so not asked."""

    solver: str
    agreed: tuple[Question, ...]
    differing: tuple[tuple[Question, Answer], ...]
    silent: tuple[Question, ...]  # no answer within the limit
    open: tuple[Question, ...]

    @property
    def asked(self) -> int:
        return len(self.agreed) + len(self.differing) + len(self.silent)


class NoSolver(Exception):
    """The extra `second-opinion` is not installed."""


def second_opinion(
    questions: Iterable[Question],
    ask: Ask,
    solver: str,
    seconds: float = SECONDS,
    progress: Callable[[int], None] = lambda done: None,
) -> Opinion:
    """The answers of another solver, compared with those of the checks."""
    agreed: list[Question] = []
    differing: list[tuple[Question, Answer]] = []
    silent: list[Question] = []
    left_open: list[Question] = []
    for done, question in enumerate(questions):
        if question.expected is None:
            left_open.append(question)
            continue
        progress(done)
        answer = ask(question, seconds)
        if answer is None:
            silent.append(question)
        elif answer == question.expected:
            agreed.append(question)
        else:
            differing.append((question, answer))
    return Opinion(solver, tuple(agreed), tuple(differing), tuple(silent), tuple(left_open))


def cvc5_name() -> str:
    """The solver with its version. Raises `NoSolver` where it is not installed."""
    try:
        import cvc5
    except ImportError:
        raise NoSolver from None
    return f"cvc5 {cvc5.__version__}"


def ask_cvc5(question: Question, seconds: float) -> Answer | None:
    """What it answers, None where it does not know or the limit is reached. Raises `RuntimeError`
    with its message where it cannot read the question."""
    import cvc5

    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("tlimit-per", str(max(1, round(seconds * 1000))))
    solver.setOption("strings-exp", "true")
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, question.body, "question")
    symbols = parser.getSymbolManager()
    answer = ""
    while not (command := parser.nextCommand()).isNull():
        answer = command.invoke(solver, symbols).strip()
        if answer.startswith("(error"):
            raise RuntimeError(answer)
    found: dict[str, Answer] = {"sat": "sat", "unsat": "unsat"}
    return found.get(answer)
