"""Imports of agent frameworks, when an adapter is used."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType


def import_sdk(module: str, package: str) -> ModuleType:
    """Import a framework; raises `ImportError` that names the package to install."""
    try:
        return import_module(module)
    except ModuleNotFoundError as problem:
        raise ImportError(f"this needs `pip install {package}`") from problem
