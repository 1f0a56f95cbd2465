"""What a class body leaves in the namespace of its class beside methods: the fields of a dataclass, the members of an enum.

They are kept under the names ``__fields__`` and ``__members__``, where subclasses find them too.
"""

from __future__ import annotations

from ...shapes import Value
from ..model.values import Class, ClassMethod, Function, Instance, Property, StaticMethod

__all__ = ["all_fields", "declare_field", "has_members", "make_members", "members_of", "own_fields"]

_FIELDS, _MEMBERS = "__fields__", "__members__"


def declare_field(names: dict[str, Value], field: str) -> None:
    """Note that a class body annotates ``field``; ``names`` is the namespace of the class."""
    fields = names.setdefault(_FIELDS, {})
    if isinstance(fields, dict):
        fields[field] = None


def own_fields(cls: Class) -> list[str]:
    """The names that the body of ``cls`` annotates, in order."""
    fields = cls.names.get(_FIELDS)
    return list(fields) if isinstance(fields, dict) else []


def all_fields(cls: Class) -> list[str]:
    """The names that ``cls`` and its bases annotate, those of bases first, as ``@dataclass`` orders its parameters."""
    return list(dict.fromkeys(name for base in reversed(cls.mro) for name in own_fields(base)))


def make_members(cls: Class) -> None:
    """Turn what the body of an enum assigns into its members."""
    members: dict[str, Value] = {}
    for name, value in list(cls.names.items()):
        if name.startswith("__") or isinstance(value, (Function, Property, ClassMethod, StaticMethod)):
            continue
        members[name] = Instance(cls, {"name": name, "value": value, "_name_": name, "_value_": value})
        cls.names[name] = members[name]
    cls.names[_MEMBERS] = members


def has_members(cls: Class) -> bool:
    """Whether ``cls`` is an enum whose members are known."""
    return _MEMBERS in cls.names


def members_of(cls: Class) -> dict[str, Value] | None:
    """The members of an enum by name; None of any other class."""
    members = cls.names.get(_MEMBERS)
    return members if isinstance(members, dict) else None
