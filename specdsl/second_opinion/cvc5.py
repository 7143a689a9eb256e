"""Asks cvc5, an SMT solver that shares no code with the solver of the checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from specdsl.second_opinion.question import Answer, SmtQuestion

SECONDS = 10.0  # The time limit of one question.

AskSolver = Callable[[SmtQuestion, float], Answer | None]
"""A solver: takes a question and a limit in seconds, returns the answer or None."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """The questions by the answer of another solver. `left_open` were left unproved by the check
    itself, so they were not asked; `unanswered` had no answer within the limit."""

    solver: str
    agreed: tuple[SmtQuestion, ...]
    differing: tuple[tuple[SmtQuestion, Answer], ...]
    unanswered: tuple[SmtQuestion, ...]
    left_open: tuple[SmtQuestion, ...]

    @property
    def asked_count(self) -> int:
        return len(self.agreed) + len(self.differing) + len(self.unanswered)


class NoSolver(Exception):
    """The extra `second-opinion` is not installed."""


def second_opinion(
    questions: Iterable[SmtQuestion],
    ask: AskSolver,
    solver: str,
    seconds: float = SECONDS,
    progress: Callable[[int], None] = lambda done: None,
) -> Opinion:
    """Ask another solver and compare its answers with the answers of the checks."""
    agreed: list[SmtQuestion] = []
    differing: list[tuple[SmtQuestion, Answer]] = []
    silent: list[SmtQuestion] = []
    left_open: list[SmtQuestion] = []
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


def cvc5_version() -> str:
    """Return the solver's name and version. Raises `NoSolver` if it is not installed."""
    try:
        import cvc5
    except ImportError:
        raise NoSolver from None
    return f"cvc5 {cvc5.__version__}"


def ask_cvc5(question: SmtQuestion, seconds: float) -> Answer | None:
    """Return cvc5's answer, or None if it gives up or reaches the limit. Raises `RuntimeError` with
    its message if it cannot read the question."""
    import cvc5

    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("tlimit-per", str(max(1, round(seconds * 1000))))
    solver.setOption("strings-exp", "true")
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, question.script_text, "question")
    symbols = parser.getSymbolManager()
    answer = ""
    while not (command := parser.nextCommand()).isNull():
        answer = command.invoke(solver, symbols).strip()
        if answer.startswith("(error"):
            raise RuntimeError(answer)
    found: dict[str, Answer] = {"sat": "sat", "unsat": "unsat"}
    return found.get(answer)
