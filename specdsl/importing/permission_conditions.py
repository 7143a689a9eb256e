"""Permission rules of Claude Code, `Tool` or `Tool(specifier)`, as conditions on a tool call.

Their form is documented at https://code.claude.com/docs/en/permissions.
"""

from __future__ import annotations

import re

from specdsl.importing.imported_spec import NotImportable, exact_text, test_of_text
from specdsl.importing.path_patterns import Anchors, path_condition

_RULE = re.compile(r"(?P<tool>[A-Za-z][\w-]*(?:\*)?|\*)(?:\((?P<specifier>.*)\))?", re.DOTALL)
SHELLS = ("Bash", "PowerShell")
READING = ("Read", "Glob", "Grep", "LS", "NotebookRead")
EDITING = ("Edit", "MultiEdit", "NotebookEdit", "Write")
AGENTS = ("Agent", "Task")
MCP_SERVER = re.compile(r"mcp__(?:(?!__).)+")


def rule_condition(rule: str, anchors: Anchors) -> str:
    """Return the condition that a permission rule matches; empty where it matches every call.
    Raises `NotImportable`.
    """
    found = _RULE.fullmatch(rule.strip())
    if found is None:
        raise NotImportable("it is not `Tool` or `Tool(specifier)`")
    tool, specifier = found["tool"], found["specifier"]
    if specifier in (None, "", "*"):
        return _tool_condition(tool)
    if tool in SHELLS:
        return f"{_tool_condition(tool)} and {command_condition(specifier)}"
    if tool in READING or tool in EDITING:
        return f"{_path_tools(tool)} and {path_condition('path', specifier, anchors)}"
    if tool == "WebFetch" and specifier.startswith("domain:"):
        domain = specifier.removeprefix("domain:")
        return f"{_tool_condition(tool)} and {test_of_text('domain', domain)}"
    if tool in AGENTS:
        return f"{one_of_tools(AGENTS)} and {test_of_text('agent', specifier)}"
    raise NotImportable(f"what `{tool}(…)` compares is not among the facts of a call")


def _tool_condition(tool: str) -> str:
    if tool == "*":
        return ""
    if MCP_SERVER.fullmatch(tool):
        return f"(tool = {exact_text(tool)} or {test_of_text('tool', f'{tool}__*')})"
    if tool in AGENTS:
        return one_of_tools(AGENTS)
    return test_of_text("tool", tool)


def _path_tools(tool: str) -> str:
    """Return the condition on the tool: a rule for `Read` concerns all that reads files, one for
    `Edit` all that changes them.
    """
    tools = {"Read": READING, "Edit": EDITING}.get(tool, (tool,))
    return one_of_tools(tools)


def one_of_tools(tools: tuple[str, ...]) -> str:
    """Return the condition that the tool is one of these."""
    if len(tools) == 1:
        return f"tool = {exact_text(tools[0])}"
    return f"tool in {{{', '.join(map(exact_text, tools))}}}"


def command_condition(specifier: str) -> str:
    """Return the condition on a simple command. A star at the end after a blank, or `:*`, begins a
    new word, and there may be none; any other star stands for any run of characters.
    """
    start = next((specifier.removesuffix(e) for e in (":*", " *") if specifier.endswith(e)), None)
    if start is None:
        return test_of_text("command", specifier)
    longer = test_of_text("command", f"{start} *")
    if "*" in start and not specifier.endswith(":*"):
        return longer  # Only a star that is the one of its rule may stand for nothing.
    return f"({test_of_text('command', start)} or {longer})"
