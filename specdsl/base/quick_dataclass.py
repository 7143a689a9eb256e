"""The `dataclass` of the standard library, which makes frozen classes ten times as fast.

The one of the standard library compiles six methods for each class. With hundreds of classes that
takes longer than all else that a check of a small spec does. Here a method is compiled when it is
called for the first time; of most classes no object is made in a run. Nothing can be assigned to an
object, not even in a subclass that is no dataclass.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from reprlib import recursive_repr
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

Field = dataclasses.Field[Any]
Method = Callable[..., Any]


def _dataclass(cls: type | None = None, /, **options: bool) -> Any:
    """Make a dataclass of a class, as `dataclasses.dataclass` does."""
    if cls is None:
        return lambda one: _dataclass(one, **options)
    if options.keys() - {"frozen", "eq", "slots"} or not options.get("frozen"):
        return dataclasses.dataclass(**options)(cls)
    return _make_frozen(cls, options.get("eq", True), options.get("slots", False))


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _dataclass


def _make_frozen(cls: type, eq: bool, slots: bool) -> type:
    cls.__doc__ = cls.__doc__ or cls.__name__  # Without one, the signature would be looked up.
    made: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    methods: dict[str, Method] = {
        "__init__": _compiled_later(made, "__init__", _initializer_source),
        "__repr__": _represent,
        "__setattr__": _refuse_assignment,
        "__delattr__": _refuse_deletion,
    }
    if eq:
        methods["__eq__"] = _compiled_later(made, "__eq__", _comparison_source)
        methods["__hash__"] = _compiled_later(made, "__hash__", _hash_source)
    if slots:
        methods |= {"__getstate__": _slot_values, "__setstate__": _restore_slots}
    for name, method in methods.items():
        if vars(cls).get(name) is None:  # A class with an own `__eq__` has None for `__hash__`.
            setattr(made, name, method)
    return made


def _compiled_later(
    made: type, name: str, source_of: Callable[[type, dict[str, Any]], str]
) -> Method:
    """Return a method that replaces itself by the compiled one, and calls that."""

    def compile_and_call(*values: Any, **more: Any) -> Any:
        names: dict[str, Any] = {}
        exec(source_of(made, names), names)
        compiled: Method = names[name]
        compiled.__qualname__ = f"{made.__qualname__}.{name}"
        setattr(made, name, compiled)
        return compiled(*values, **more)

    return compile_and_call


# --- compiled methods ----------------------------------------------------------------------------


def _initializer_source(made: type, names: dict[str, Any]) -> str:
    """Return the source of `__init__`; `names` receives what it refers to."""
    names["_missing"], names["_set"] = dataclasses.MISSING, object.__setattr__
    parameters, body = ["self"], []
    for one in dataclasses.fields(made):
        default, value = _default_and_value(one, names)
        if one.init:
            parameters.append(one.name + default)
        if value:
            body.append(_assignment(made, one.name, value, names))
    if hasattr(made, "__post_init__"):
        body.append("self.__post_init__()")
    return _function_source("__init__", parameters, *(body or ["pass"]))


def _default_and_value(one: Field, names: dict[str, Any]) -> tuple[str, str]:
    """Return the default of the parameter of a field, and the expression of its value; each is
    empty if there is none.
    """
    name = one.name
    if one.default_factory is not dataclasses.MISSING:
        names[f"_make_{name}"] = one.default_factory
        value = f"_make_{name}() if {name} is _missing else {name}"
        return "=_missing", value if one.init else f"_make_{name}()"
    if one.default is not dataclasses.MISSING:
        names[f"_default_{name}"] = one.default
        return f"=_default_{name}", name if one.init else f"_default_{name}"
    return "", name if one.init else ""


def _assignment(made: type, name: str, value: str, names: dict[str, Any]) -> str:
    """Return the statement that sets a field: by its slot if there is one, which is faster."""
    slot = getattr(made, name, None)
    if isinstance(slot, MemberDescriptorType):
        names[f"_set_{name}"] = slot.__set__
        return f"_set_{name}(self, {value})"
    return f"_set(self, {name!r}, {value})"


def _comparison_source(made: type, names: dict[str, Any]) -> str:
    one, other = (_compared_values(made, name) for name in ("self", "other"))
    return _function_source(
        "__eq__",
        ["self", "other"],
        f"return {one} == {other} if other.__class__ is self.__class__ else NotImplemented",
    )


def _hash_source(made: type, names: dict[str, Any]) -> str:
    return _function_source("__hash__", ["self"], f"return hash({_compared_values(made, 'self')})")


def _compared_values(made: type, owner: str) -> str:
    names = (one.name for one in dataclasses.fields(made) if one.compare)
    return f"({''.join(f'{owner}.{name}, ' for name in names)})"


def _function_source(name: str, parameters: Sequence[str], *body: str) -> str:
    return f"def {name}({', '.join(parameters)}):\n " + "\n ".join(body)


# --- methods that all classes share --------------------------------------------------------------


@recursive_repr()
def _represent(self: Any) -> str:
    shown = (one.name for one in dataclasses.fields(self) if one.repr)
    values = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
    return f"{type(self).__qualname__}({values})"


def _refuse_assignment(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deletion(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _slot_values(self: Any) -> list[Any]:
    """Return the state of an object with slots for pickling and copying."""
    return [getattr(self, one.name) for one in dataclasses.fields(self)]


def _restore_slots(self: Any, state: Sequence[Any]) -> None:
    for one, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)
