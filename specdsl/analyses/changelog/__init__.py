"""Changelog: the entry that tells people what a new version of a spec decides differently."""

from specdsl.analyses.changelog.changelog_entry import ChangelogEntry
from specdsl.analyses.changelog.changelog_json import render_changelog_json
from specdsl.analyses.changelog.changelog_markdown import render_changelog_markdown
from specdsl.analyses.changelog.write_changelog import write_changelog
from specdsl.reports.formats import Formats

FORMATS: Formats[ChangelogEntry] = {
    "markdown": render_changelog_markdown,
    "json": render_changelog_json,
}

__all__ = ["FORMATS", "ChangelogEntry", "write_changelog"]
