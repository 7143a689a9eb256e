"""Prompt: a spec as plain instructions for a language model, with only what can matter."""

from specdsl.analyses.prompt.prompt_contents import NoCircumstances, Prompt, select_contents
from specdsl.analyses.prompt.prompt_json import render_prompt_json
from specdsl.analyses.prompt.prompt_markdown import render_prompt_markdown
from specdsl.reports.formats import Formats

FORMATS: Formats[Prompt] = {
    "markdown": render_prompt_markdown,
    "json": render_prompt_json,
}

__all__ = ["FORMATS", "NoCircumstances", "Prompt", "select_contents"]
