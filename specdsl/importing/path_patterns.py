"""Patterns of paths in the manner of gitignore, as conditions on an absolute path.

`*` stays within a folder, `**` crosses folders, and a pattern that matches a folder matches what is
below it (https://git-scm.com/docs/gitignore). `like` of a spec knows only a star that crosses
everything, so a `*` within a name is said by counting slashes, and is taken to name files; what
cannot be said so is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from specdsl.base.quick_dataclass import dataclass
from specdsl.importing.imported_spec import NotImportable, test_of_text

_UNKNOWN = re.compile(r"[?\[\]{}!\\]")
_SUFFIX = re.compile(r"\*[^*]+")


@dataclass(frozen=True, slots=True)
class Anchors:
    """The absolute folders that patterns begin at: the home, the project, the folder of work, and
    the one that a single leading slash stands for.
    """

    home: str
    project: str
    slash: str


def path_condition(fact: str, pattern: str, anchors: Anchors) -> str:
    """Return the condition that a path matches a pattern. Raises `NotImportable`."""
    if _UNKNOWN.search(pattern):
        raise NotImportable("only `*` and `**` are read in a pattern of paths")
    root, rest = _split_anchor(pattern, anchors)
    if not rest:
        return test_of_text(fact, f"{root}/*")
    if pattern.endswith("/") and not rest.endswith("**"):
        rest += "/**"  # It names a folder, and so what is below.
    tests = list(dict.fromkeys(_path_tests(fact, root, rest)))
    return tests[0] if len(tests) == 1 else f"({' or '.join(tests)})"


def _split_anchor(pattern: str, anchors: Anchors) -> tuple[str, str]:
    """Return the folder that a pattern begins at, and the rest of it."""
    for prefix, root in (("//", ""), ("~/", anchors.home), ("/", anchors.slash)):
        if pattern.startswith(prefix):
            return root, pattern.removeprefix(prefix).strip("/")
    inner = pattern.removeprefix("./").strip("/")
    floating = "/" not in inner and not pattern.startswith("./") and inner != "**"
    return anchors.project, f"**/{inner}" if floating else inner


def _path_tests(fact: str, root: str, rest: str) -> Iterator[str]:
    """Yield conditions, one of which holds where the pattern matches."""
    segments = rest.split("/")
    all_below = segments[-1] in ("*", "**")
    folders = segments[:-1] if all_below else segments
    if any("*" in segment and segment != "**" for segment in folders):
        yield _starred_test(fact, root, folders, all_below)
        return
    for path in _expand(root, folders):
        if not all_below:
            yield test_of_text(fact, path)
        yield test_of_text(fact, f"{path}/*")


def _expand(root: str, segments: list[str]) -> list[str]:
    """Return the paths of a pattern with `*` for any run of characters: each `**` stands for no
    folder, or for some.
    """
    paths = [root]
    for segment in segments:
        if segment == "**":
            paths = [*paths, *(f"{path}/*" for path in paths)]
        else:
            paths = [f"{path}/{segment}" for path in paths]
    return paths


def _starred_test(fact: str, root: str, segments: list[str], all_below: bool) -> str:
    """Return the test of a pattern with a `*` within a name, which names files."""
    *folders, last = segments
    if all_below:
        raise NotImportable("a `*` within a name, before what crosses folders")
    if folders[-1:] == ["**"] and "*" not in "".join(folders[:-1]) and _SUFFIX.fullmatch(last):
        path = "/".join([root, *folders[:-1], last])
        return test_of_text(fact, path)  # The path ends so, in whatever folder.
    if "**" in folders:
        raise NotImportable("a `*` within a name, beside a `**`")
    path = "/".join([root, *segments])
    # With as many slashes as the pattern, no star holds one.
    more = "*/" * (path.count("/") + 1) + "*"
    return f"({test_of_text(fact, path)} and not {test_of_text(fact, more)})"
