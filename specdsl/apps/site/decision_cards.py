"""Decisions as cards: their outcomes, the rules about them, and who can steer them."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from specdsl.analyses.steering.steering_powers import (
    SpeakerPowers,
    count_questions,
    steering_powers,
)
from specdsl.analyses.steering.steering_result import CONTRADICTION, SpeechManner, SteeringGoal
from specdsl.apps.pictures.rank_boxes import decision_picture
from specdsl.apps.site.anchors import decision_anchor
from specdsl.apps.site.page_context import PageContext
from specdsl.apps.site.page_model import DecisionCard, LevelBadge, PageLink, SteeringRow
from specdsl.apps.site.ranks_figure import ranks_figure
from specdsl.base.limits import MAX_PUBLISHED_QUESTIONS
from specdsl.frontend.model.nodes import DecisionModel

MANNERS = {
    SpeechManner.STATED: "says so",
    SpeechManner.IMPLIED: "implies it",
    SpeechManner.LENT: "with lent authority",
}
GOALS = {SteeringGoal.SET: "bring about", SteeringGoal.STOP: "prevent"}


def decision_cards(page: PageContext) -> tuple[DecisionCard, ...]:
    """Return a card for each decision. Steering is computed for all of them or, where that takes
    too many questions, only where nobody has a say.
    """
    questions = {one: count_questions(page.model, one.name) for one in page.model.decisions}
    affordable = page.options.thorough or sum(questions.values()) <= MAX_PUBLISHED_QUESTIONS
    if not page.proofs.has_situations:
        return tuple(_decision_card(page, one, False) for one in questions)
    found: list[DecisionCard] = []
    for one, count in questions.items():
        page.options.progress(f"who can steer {one.name}", len(found), len(questions))
        found.append(_decision_card(page, one, affordable or not count))
    return tuple(found)


def _decision_card(page: PageContext, decision: DecisionModel, with_steering: bool) -> DecisionCard:
    powers = steering_powers(page.spec.circuit, decision.name) if with_steering else None
    clashes = powers is not None and any(
        one.powers.get((CONTRADICTION, SteeringGoal.SET)) is not False
        for one in powers
        if one.powers
    )
    outcomes = (*decision.outcomes, *([CONTRADICTION] if clashes else []))
    rows = None if powers is None else tuple(_steering_row(one, outcomes) for one in powers)
    conflict = decision.on_conflict
    return DecisionCard(
        decision_anchor(decision),
        decision.name,
        decision.doc,
        decision.outcomes,
        decision.outcomes[decision.fallback],
        decision.default is not None,
        None if conflict is None else decision.outcomes[conflict],
        _steered_text(decision),
        rows,
        outcomes,
        _ranks_picture(page, decision),
        tuple(_rules_by_level(page, decision)),
    )


def _steered_text(decision: DecisionModel) -> str:
    if decision.steered is None:
        return "everyone with authority"
    return ", ".join(principal.name for principal in decision.steered) or "nobody"


def _steering_row(powers: SpeakerPowers, outcomes: tuple[str, ...]) -> SteeringRow:
    speaker = f"{powers.principal} {MANNERS[powers.manner]}"
    if powers.unheard:
        return SteeringRow(speaker, powers.unheard, ())
    return SteeringRow(speaker, "", tuple(_steering_cell(powers, one) for one in outcomes))


def _steering_cell(powers: SpeakerPowers, outcome: str) -> str:
    answers = {goal: powers.powers[outcome, goal] for goal in SteeringGoal}
    words = [
        GOALS[goal] + ("" if answer else " (not settled)")
        for goal, answer in answers.items()
        if answer is not False
    ]
    return "both" if words == list(GOALS.values()) else ", ".join(words) or "neither"


def _ranks_picture(page: PageContext, decision: DecisionModel) -> Markup | None:
    """Return the picture of a decision that has rules at several levels, or ranked ones."""
    levels = page.spec.circuit.ranks.levels[decision]
    picture = decision_picture(page.model, decision, levels)
    if not picture.edges and len(picture.bands) < 2:
        return None
    title = f"Which rules about {decision.name} outrank which"
    return ranks_figure(picture, title)


def _rules_by_level(
    page: PageContext, decision: DecisionModel
) -> Iterator[tuple[LevelBadge, tuple[PageLink, ...]]]:
    for ranked in page.spec.circuit.ranks.levels[decision]:
        if ranked.rules:
            yield page.badge(ranked.level), page.rule_links(ranked.rules)
