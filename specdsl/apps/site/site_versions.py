"""Versions of a spec: their names, their folders, the pages between any two of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from specdsl.api import Spec
from specdsl.apps.site.anchors import unique_slugs
from specdsl.base.limits import MAX_PUBLISHED_RULES
from specdsl.base.quick_dataclass import dataclass


@dataclass(frozen=True, eq=False)
class SiteVersion:
    """A version. Its pages are in a folder; those of the current version are at the top."""

    spec: Spec
    label: str
    slug: str
    is_current: bool

    @property
    def folder(self) -> str:
        return "" if self.is_current else f"versions/{self.slug}/"


@dataclass(frozen=True, slots=True)
class VersionPair:
    old: SiteVersion
    new: SiteVersion

    @property
    def file(self) -> str:
        return f"changes/{self.old.slug}-to-{self.new.slug}.html"


def site_versions(specs: Sequence[Spec]) -> tuple[SiteVersion, ...]:
    """Return the versions, the current one first. One without a version, or with that of another,
    is called as its file or its revision is.
    """
    stated = [spec.model.version for spec in specs]
    labels = [
        version
        if version and stated.count(version) == 1
        else f"{version} {spec.file.partition(':./')[0]}".strip()
        for version, spec in zip(stated, specs, strict=True)
    ]
    slugs = unique_slugs(labels, "version")
    return tuple(
        SiteVersion(spec, label, slug, i == 0)
        for i, (spec, label, slug) in enumerate(zip(specs, labels, slugs, strict=True))
    )


def version_pairs(versions: Sequence[SiteVersion]) -> tuple[VersionPair, ...]:
    """Return every pair of versions, the newest first."""
    return tuple(VersionPair(old, new) for new, old in combinations(versions, 2))


def is_affordable(pairs: Sequence[VersionPair]) -> bool:
    """Return whether the decisions of all pairs are compared without being asked for."""
    rules = sum(len(v.spec.model.rules) for pair in pairs for v in (pair.old, pair.new))
    return rules <= MAX_PUBLISHED_RULES
