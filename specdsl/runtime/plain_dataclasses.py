"""Plain dataclasses: the part of the standard `dataclasses` that the runtime uses, for emitted
modules.

The import of the standard module takes longer than all else that an emitted module does at the
start. In the library the standard one is used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass
    from typing import Any

__all__ = ["dataclass"]


def plain_dataclass(cls: Any = None, frozen: bool = False) -> Any:
    """Make a dataclass of a class, as `dataclasses.dataclass` does; its methods are slower."""
    if cls is None:
        return lambda one: plain_dataclass(one, frozen)
    names = tuple(cls.__annotations__)
    fields = set(names)
    defaults = {name: vars(cls)[name] for name in names if name in vars(cls)}

    def initialize(self: Any, *given: Any, **named: Any) -> None:
        state = {**defaults, **dict(zip(names, given, strict=False)), **named}
        twice = named and not named.keys().isdisjoint(names[: len(given)])
        if twice or len(given) > len(names) or state.keys() != fields:
            raise TypeError(f"{cls.__name__} has the fields {', '.join(names)}")
        vars(self).update(state)

    def represent(self: Any) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in names)
        return f"{cls.__qualname__}({', '.join(shown)})"

    def compare(self: Any, other: object) -> Any:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in names)

    def refuse_change(self: object, name: str, *_: object) -> None:
        raise AttributeError(f"cannot assign to field {name!r}")

    made: dict[str, Any] = {"__match_args__": names, "__init__": initialize}
    made |= {"__repr__": represent, "__eq__": compare, "__hash__": None}
    if frozen:
        made["__hash__"] = lambda self: hash(tuple(getattr(self, name) for name in names))
        made["__setattr__"] = made["__delattr__"] = refuse_change
    for name, method in made.items():
        if name not in vars(cls):
            setattr(cls, name, method)
    return cls


if not TYPE_CHECKING:
    dataclass = plain_dataclass
