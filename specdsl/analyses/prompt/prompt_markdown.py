"""A prompt as Markdown: plain instructions for a language model, in rank order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specdsl.analyses.prompt.prompt_contents import Prompt, PromptDecision, PromptRule
from specdsl.analyses.steering.say_wording import join_words
from specdsl.base.plain_text import visible
from specdsl.frontend.model.nodes import (
    Define,
    Expr,
    Fact,
    IfElse,
    Kind,
    Level,
    Or,
    Principal,
    SpecModel,
)
from specdsl.reports.style import Style
from specdsl.semantics.circuit import Clause
from specdsl.situations.situation import effect_text, fact_text

ORDER = (
    "These rules are in order of rank: where two of them disagree, follow the one that comes "
    "first. A rule that says `may be` lifts what later rules forbid. An exception (`unless`) "
    "counts only if you know that it holds."
)


def render_prompt_markdown(prompt: Prompt, style: Style) -> str:
    """Return the prompt as Markdown."""
    model = prompt.spec.model
    blocks = [f"# {model.title or model.name}", *_given_blocks(prompt)]
    if prompt.decisions:
        blocks += ["## What you decide", _bullets(map(_decision_text, prompt.decisions))]
    if prompt.rules:
        blocks += ["## Rules", ORDER]
    for level in model.levels:
        blocks += _level_blocks(prompt, level)
    words = [*map(_fact_text, prompt.facts), *map(_define_text, prompt.defines)]
    if words:
        blocks += ["## What the words mean", _bullets(words)]
    if not prompt.rules:
        blocks.append("No rule can matter here: decide by what you are asked for.")
    return "\n\n".join("\n".join(map(visible, block.split("\n"))) for block in blocks) + "\n"


def _bullets(texts: Iterable[str]) -> str:
    """Return a line for each text, also for one whose value breaks lines."""
    return "\n".join(f"- {visible(text)}" for text in texts)


def _given_blocks(prompt: Prompt) -> Iterator[str]:
    if prompt.given:
        yield "## What is known"
        yield _bullets(
            f"`{fact.name}` is given" if fact.secret else fact_text(fact, value)
            for fact, value in prompt.given.items()
        )


def _decision_text(one: PromptDecision) -> str:
    decision = one.decision
    what = f"`{decision.name}`" + (f" ({decision.doc})" if decision.doc else "")
    if not one.outcomes:
        return f"{what}: its rules contradict each other here, whatever else is so."
    if len(one.outcomes) == 1:
        return f"{what}: always `{one.outcomes[0]}` here."
    names = join_words([f"`{name}`" for name in one.outcomes], "or")
    default = decision.outcomes[decision.fallback]
    usual = f" If nothing speaks against it, `{default}`." if default in one.outcomes else ""
    return f"{what}: {names}.{usual}{_steering_text(decision.steered)}"


def _steering_text(steered: tuple[Principal, ...] | None) -> str:
    if steered is None:
        return ""
    if not steered:
        return " Nobody's instructions count on it."
    names = join_words([f"`{one.name}`" for one in steered], "and")
    return f" Only instructions of {names} count on it."


def _level_blocks(prompt: Prompt, level: Level) -> Iterator[str]:
    rules = prompt.rules_at(level)
    if rules:
        yield f"### {level.name}"
        yield _override_text(prompt.spec.model, level)
        yield _bullets(map(_rule_text, rules))


def _override_text(spec: SpecModel, level: Level) -> str:
    """Return who may say otherwise, by its own authority."""
    names = [
        f"`{one.name}`" for one in spec.principals if one.level and one.level.rank <= level.rank
    ]
    if not names:
        return "Nobody's instructions set these aside."
    hints = [
        f"`{one.name}`" for one in spec.principals if one.implied and one.implied.rank <= level.rank
    ]
    implied = f", and what {join_words(hints, 'or')} only implies" if hints else ""
    return f"Instructions of {join_words(names, 'or')}{implied} may set these aside; nothing else."


def _rule_text(one: PromptRule) -> str:
    rule = one.rule
    head = f"**{rule.doc}**" if rule.doc else f"**{rule.name}**"
    effects = " and ".join(effect_text(e.decision, e.outcomes, e.permits) for e in one.effects)
    end = "" if rule.because.endswith((".", "!", "?")) else "."
    because = f" Why: {rule.because}{end}" if rule.because else ""
    return f"{head}: {_condition_text(one.clauses)}{effects}.{because}"


def _condition_text(clauses: tuple[Clause, ...]) -> str:
    whens = [clause.expr for clause in clauses if clause.keyword == "when"]
    unlesses = [clause.expr for clause in clauses if clause.keyword != "when"]
    parts = [f"when {' and '.join(_operand_text(e, len(whens)) for e in whens)}"] if whens else []
    parts += [f"unless {expr.span.in_a_line}" for expr in unlesses]
    return f"{', '.join(parts)}, " if parts else "always, "


def _operand_text(expr: Expr, count: int) -> str:
    text = expr.span.in_a_line
    return f"({text})" if count > 1 and isinstance(expr, Or | IfElse) else text


def _fact_text(fact: Fact) -> str:
    kind = fact.type.kind
    if kind in (Kind.ENUM, Kind.SET):
        what = join_words(fact.type.members, "or")
        what = f"any of {what}" if kind is Kind.SET else what
    else:
        what = "yes or no" if kind is Kind.BOOL else fact.type_span.in_a_line.removesuffix("?")
    unknown = "; it may be unknown" if fact.optional else ""
    return f"`{fact.name}`: {what}{unknown}" + (f" ({fact.doc})" if fact.doc else "")


def _define_text(define: Define) -> str:
    doc = f" ({define.doc})" if define.doc else ""
    return f"`{define.name}`: {define.expr.span.in_a_line}{doc}"
