"""What a class body leaves in the namespace of its class beside methods: the fields of a dataclass, the members of an enum.

They are kept under the names ``__fields__`` and ``__members__``, where
:class:`~shapelint.interp.model.classes.Class` reads them (``fields``, ``members``).
"""

from __future__ import annotations

from ...shapes import Value
from ..model.classes import Class, Instance
from ..model.functions import ClassMethod, Function, Property, StaticMethod

__all__ = ["OF_CLASSES", "all_fields", "declare_field", "make_members"]

_FIELDS, _MEMBERS = "__fields__", "__members__"
OF_CLASSES = frozenset({_FIELDS, _MEMBERS})
"""Names in the namespace of a class that Python does not have there."""


def declare_field(names: dict[str, Value], field: str) -> None:
    """Note that a class body annotates ``field``; ``names`` is the namespace of the class."""
    fields = names.setdefault(_FIELDS, {})
    if isinstance(fields, dict):
        fields[field] = None


def all_fields(cls: Class) -> list[str]:
    """The names that ``cls`` and its bases annotate, those of bases first, as ``@dataclass`` orders its parameters.

    A base that is no dataclass has no fields; one with decorators may be made one by a decorator of another name.
    """
    bases = [
        base for base in reversed(cls.mro) if base is cls or base.dataclass or (base.node and base.node.decorators)
    ]
    return list(dict.fromkeys(name for base in bases for name in base.fields))


def make_members(cls: Class) -> None:
    """Turn what the body of an enum assigns into its members."""
    members: dict[str, Value] = {}
    for name, value in list(cls.names.items()):
        if name.startswith("__") or isinstance(value, (Function, Property, ClassMethod, StaticMethod)):
            continue
        members[name] = Instance(cls, {"name": name, "value": value, "_name_": name, "_value_": value})
        cls.names[name] = members[name]
    cls.names[_MEMBERS] = members
