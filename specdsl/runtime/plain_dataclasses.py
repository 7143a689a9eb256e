"""Plain dataclasses: the part of the standard `dataclasses` that the runtime uses, for emitted
modules.

The import of the standard module takes longer than all else that an emitted module does at the
start. In the library the standard one is used.
"""

from __future__ import annotations

from collections.abc import Callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
    from typing import Any

__all__ = ["dataclass", "field", "replace"]


class PlainField:
    """The default of a field: made anew for each object (`default_factory`), or a value. A field
    that is not compared is not shown either.
    """

    def __init__(
        self, default: Any = None, default_factory: Any = None, compare: bool = True, **_: Any
    ) -> None:
        self.make = default_factory if default_factory is not None else lambda: default
        self.compare = compare


def plain_dataclass(cls: Any = None, frozen: bool = False) -> Any:
    """Make a dataclass of a class, as `dataclasses.dataclass` does; its methods are slower."""
    if cls is None:
        return lambda one: plain_dataclass(one, frozen)
    names = tuple(cls.__annotations__)
    defaults = {name: cls.__dict__[name] for name in names if name in cls.__dict__}
    made = {name: one for name, one in defaults.items() if type(one) is PlainField}
    for name in made:
        delattr(cls, name)
    compared = tuple(name for name in names if name not in made or made[name].compare)
    methods: dict[str, Any] = {
        "__match_args__": names,
        "__init__": _initializer(names, defaults, made),
        "__repr__": _representation(compared),
        "__eq__": _comparison(compared),
        "__hash__": _hash_function(compared) if frozen else None,
    }
    if frozen:
        methods |= {"__setattr__": _refuse_change, "__delattr__": _refuse_change}
    for name, method in methods.items():
        if cls.__dict__.get(name) is None:
            setattr(cls, name, method)
    return cls


def _initializer(
    names: tuple[str, ...], defaults: dict[str, Any], made: dict[str, PlainField]
) -> Callable[..., None]:
    def initialize(self: Any, *given: Any, **named: Any) -> None:
        state = dict(defaults)
        for name, one in made.items():
            state[name] = one.make()
        state.update(zip(names, given, strict=False))
        if len(given) > len(names) or not named.keys().isdisjoint(names[: len(given)]):
            raise TypeError(f"{type(self).__name__} has the fields {', '.join(names)}")
        state.update(named)
        if len(state) != len(names) or not state.keys() <= set(names):
            raise TypeError(f"{type(self).__name__} needs the fields {', '.join(names)}")
        self.__dict__.update(state)

    return initialize


def _representation(names: tuple[str, ...]) -> Callable[[Any], str]:
    def represent(self: Any) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({', '.join(shown)})"

    return represent


def _comparison(names: tuple[str, ...]) -> Callable[[Any, object], Any]:
    def compare(self: Any, other: object) -> Any:
        if type(other) is not type(self):
            return NotImplemented
        return [getattr(self, name) for name in names] == [getattr(other, name) for name in names]

    return compare


def _hash_function(names: tuple[str, ...]) -> Callable[[Any], int]:
    return lambda self: hash(tuple(getattr(self, name) for name in names))


def _refuse_change(self: object, name: str, *_: object) -> None:
    raise AttributeError(f"cannot assign to field {name!r}")


def plain_replace(one: Any, **changes: Any) -> Any:
    """Return a copy with some fields changed."""
    fields = {name: getattr(one, name) for name in type(one).__match_args__}
    return type(one)(**{**fields, **changes})


if not TYPE_CHECKING:
    dataclass, field, replace = plain_dataclass, PlainField, plain_replace
