"""Examples as cards: the situation, good and bad answers side by side, what is decided."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from specdsl.apps.site.page_context import PageContext
from specdsl.apps.site.page_model import AnswerLine, ExampleCard, ExpectedOutcome, PageLink
from specdsl.frontend.model.nodes import Expectation, Principal, Rule
from specdsl.frontend.syntax import tree as t

MASK = "(secret)"
FEW_UNKNOWN = 6  # So many unknown facts are listed among the others.


def example_card(page: PageContext, node: t.ExampleNode) -> ExampleCard:
    """Return the card of an example; what it takes over from another one is a link to that."""
    example = page.examples[node.title.value]
    given = [item for c in node.clauses if isinstance(c, t.GivenClauseNode) for item in c.items]
    unknown = [item for item in given if item.value is None]
    unknown = unknown if len(unknown) > FEW_UNKNOWN else []
    talk = [_answer_line(page, clause) for clause in node.clauses if isinstance(clause, t.TalkNode)]
    like = next((c for c in node.clauses if isinstance(c, t.LikeExampleNode)), None)
    return ExampleCard(
        page.example_anchors[example.title],
        example.title,
        page.example_link(like.title.value) if like is not None else None,
        tuple(_given_text(page, item) for item in given if item not in unknown),
        tuple(page.code(item.fact.span) for item in unknown),
        tuple(page.code(c.span) for c in node.clauses if isinstance(c, t.SaysNode)),
        tuple(line for line in talk if not line.grade),
        tuple(line for line in talk if line.grade in ("good", "ok")),
        tuple(line for line in talk if line.grade == "bad"),
        tuple(_expected_outcome(page, one) for one in example.expectations),
        page.proofs.example_mark(example),
    )


def subject_of(page: PageContext, node: t.ExampleNode) -> Rule | None:
    """Return the rule that an example is about: the first that it names."""
    return next(rules_named(page, node), None)


def rules_named(page: PageContext, node: t.ExampleNode) -> Iterator[Rule]:
    """Yield the rules that an example names, those of its expectations first, each once."""
    expected = [c for c in node.clauses if isinstance(c, t.ExpectNode)]
    names = [name.text for clause in expected for name in clause.because]
    talk = [c for c in node.clauses if isinstance(c, t.TalkNode)]
    names += [c.because.text for c in talk if c.because is not None]
    yield from (page.rules[name] for name in dict.fromkeys(names) if name in page.rules)


def _given_text(page: PageContext, item: t.GivenNode) -> Markup:
    """Return what is given; the value of a secret fact is masked."""
    if item.fact.text in page.secrets and item.value is not None:
        return page.code(item.fact.span) + f" {MASK}"
    return page.code(item.span)


def _answer_line(page: PageContext, node: t.TalkNode) -> AnswerLine:
    speaker = node.speaker.text
    because = page.rules.get(node.because.text) if node.because is not None else None
    link = page.rule_links([because])[0] if because is not None else None
    grade = speaker if speaker in ("good", "ok", "bad") else ""
    return AnswerLine(speaker, grade, node.text.value, link)


def _expected_outcome(page: PageContext, one: Expectation) -> ExpectedOutcome:
    links = [_winner_link(page, winner) for winner in one.because]
    return ExpectedOutcome(page.code(one.effect.span), tuple(links))


def _winner_link(page: PageContext, winner: Rule | Principal) -> PageLink:
    if isinstance(winner, Rule):
        return page.rule_links([winner])[0]
    return PageLink(winner.name, f"#principal-{winner.name}")
