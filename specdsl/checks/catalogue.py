"""Registry of all codes, sorted by number."""

from __future__ import annotations

from specdsl.base.diagnostics import Code, did_you_mean

GROUPS = ("all", "guidance")


def codes() -> tuple[Code, ...]:
    """Collect the codes of all stages."""
    from specdsl.checks import CHECKS
    from specdsl.checks.empty_spec import CODES as OF_THE_EMPTY
    from specdsl.checks.guidance_codes import CODES as OF_GUIDANCE
    from specdsl.checks.suppression import CODES as OF_SUPPRESSION
    from specdsl.checks.trial_codes import CODES as OF_TRIALS
    from specdsl.frontend.model.model_codes import CODES as OF_MODELS
    from specdsl.frontend.ranking.ranking_codes import CODES as OF_PRIORITIES
    from specdsl.frontend.syntax.syntax_codes import CODES as OF_SYNTAX
    from specdsl.second_opinion.opinion_codes import CODES as OF_OPINIONS
    from specdsl.semantics.lowering_codes import CODES as OF_CIRCUITS

    of_checks = tuple(code for check in CHECKS for code in (check.code, *check.further_codes))
    found = (*OF_SYNTAX, *OF_MODELS, *OF_CIRCUITS, *OF_PRIORITIES, *of_checks, *OF_SUPPRESSION)
    found = (*found, *OF_TRIALS, *OF_THE_EMPTY, *OF_GUIDANCE, *OF_OPINIONS)
    return tuple(sorted(found, key=lambda code: code.id))


def codes_of(word: str) -> tuple[Code, ...]:
    """Return the code of an id or name, the codes of `guidance` (which are only checked on
    request), or those of `all` (the others); empty for any other word.
    """
    from specdsl.checks.guidance_codes import CODES as OF_GUIDANCE

    match word.lower():
        case "guidance":
            return OF_GUIDANCE
        case "all":
            return tuple(code for code in codes() if code not in OF_GUIDANCE)
        case _:
            found = code_of(word)
            return () if found is None else (found,)


def code_of(word: str) -> Code | None:
    """Return the code with that id (in any case) or name."""
    return next((c for c in codes() if word.upper() == c.id or word.lower() == c.name), None)


def unknown_code(word: str) -> str:
    """Return the message for a word that is no code."""
    names = [*(code.name for code in codes()), *GROUPS]
    return f"there is no code `{word}`{did_you_mean(word, names)}"
