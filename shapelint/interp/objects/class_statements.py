"""Class statements: bases, body, and the constructor that ``@dataclass`` writes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import libcst as cst

from ...shapes import Unknown
from ..machine.blocks import run_block
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.class_names import ClassNames
from ..model.classes import Class, Instance
from ..model.frame import Frame, private_name
from ..model.functions import Builtin, ClassMethod
from ..model.module_tree import MODULE
from ..model.values import Choice, External, Thrown
from .attribute_writes import set_attribute
from .calls import call_method
from .class_namespace import all_fields, make_members
from .descriptors import PROPERTY
from .dict_classes import DICT
from .mapping_classes import MAPPING, MAPPINGS
from .named_tuples import add_methods, late_defaults
from .parameters import Args, Kwargs

__all__ = ["build_class", "dataclass_init", "make_dataclass"]

_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
_HARMLESS = frozenset(
    {
        "object",
        "abc.ABC",
        "typing.Generic",
        "typing.Protocol",
        "typing.NamedTuple",
        "builtins.object",
        "typing_extensions.Protocol",
    }
)


def build_class(machine: Machine, node: cst.ClassDef, frame: Frame) -> Class:
    """Execute the class body and find the bases; a base that is not known is remembered by name.

    One whose base is not found is a module if it defines ``forward(self, x)``.
    """
    bases: list[Class] = []
    unknown_base: str | None = None
    kinds: set[str] = set()
    for arg in node.bases:
        base = machine.evaluate(arg.value, frame)
        match base:
            case Class():
                bases.append(base)
            case External() if base.dotted in MAPPINGS:
                bases.append(MAPPING)
            case External():
                kinds.add(base.dotted)
                if base.dotted not in _HARMLESS and base.dotted not in _ENUMS and not _is_lazy(unknown_base):
                    unknown_base = base.dotted
            case Builtin(name="property"):
                bases.append(PROPERTY)
            case Builtin() if base.name in ("dict", "OrderedDict"):
                bases.append(DICT)
            case Choice() | Unknown():
                unknown_base = "an unknown class"
            case _:
                pass
    # `from .base import BaseModel` of a file that is not there, or a base that torch keeps to itself (`_BatchNorm`)
    is_module = unknown_base is not None and (_has_forward(node) or unknown_base.rpartition("_")[0] == "torch.nn.")
    if is_module and not any(MODULE in base.mro for base in bases):
        bases.append(MODULE)
    cls = Class(node.name.value, tuple(bases), ClassNames(), frame.module, node, unknown_base=unknown_base)
    inner = Frame(frame.module, cls.names, None if frame.outer is None and frame.node is None else frame, is_class=True)
    inner.owner = cls
    inner.node = frame.node
    run_block(machine, node.body.body, inner)
    for name in [name for name in cls.names if name[:2] == "__" != name[-2:]]:
        cls.names[private_name(name, cls.name)] = cls.names.pop(name)
    if "typing.NamedTuple" in kinds or any(_is_dataclass(d) for d in node.decorators):
        make_dataclass(cls)
    if "typing.NamedTuple" in kinds:
        add_methods(cls, cls.fields)
    if kinds & _ENUMS or any(base.members is not None for base in bases):
        make_members(cls)
    _tell_bases(machine, cls, node, frame)
    return cls


def _tell_bases(machine: Machine, cls: Class, node: cst.ClassDef, frame: Frame) -> None:
    """``__init_subclass__`` of the next base that has one, which may make a dataclass of ``cls``, or register it."""
    found = cls.find("__init_subclass__", after=cls)
    if found is None:
        return
    hook = found[1].function if isinstance(found[1], ClassMethod) else found[1]
    options = {
        arg.keyword.value: machine.evaluate(arg.value, frame)
        for arg in node.keywords
        if arg.keyword is not None and arg.keyword.value != "metaclass"
    }
    with suppress(Thrown):  # more is known in a real run, where the class can be defined
        call(machine, hook, (cls,), options, node, frame)


def make_dataclass(cls: Class) -> None:
    """What ``@dataclass`` does to ``cls``: a constructor of its fields, unless it has one of its own."""
    cls.dataclass = True
    cls.names.setdefault("__init__", Builtin("__init__", dataclass_init(cls)))


def _is_lazy(base: str | None) -> bool:
    """Whether a base is the one that matters most: of a lazy module nothing is known, whatever else it derives from."""
    return base is not None and base.endswith("LazyModuleMixin")


def _has_forward(node: cst.ClassDef) -> bool:
    """Whether the body defines ``forward(self, x, ...)``, by which a class shows that it is a module."""
    return any(
        type(part) is cst.FunctionDef
        and part.name.value == "forward"
        and len(part.params.params) > 1
        and part.params.params[0].name.value == "self"
        and not part.decorators
        for part in node.body.body
    )


def _is_dataclass(decorator: cst.Decorator) -> bool:
    callee = decorator.decorator.func if isinstance(decorator.decorator, cst.Call) else decorator.decorator
    name = callee.attr if isinstance(callee, cst.Attribute) else callee
    return isinstance(name, cst.Name) and name.value in ("dataclass", "define", "frozen")


def dataclass_init(owner: Class) -> Callable[[Machine, Args, Kwargs, cst.CSTNode | None, Frame], None]:
    """The constructor that ``@dataclass`` (or ``NamedTuple``) writes for ``owner``."""

    def initialize(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> None:
        instance, *given = args
        if not isinstance(instance, Instance):
            return  # ``Point.__init__(x)`` of something unknown
        names = all_fields(owner)
        values = {**late_defaults(owner, names), **dict(zip(names, given, strict=False)), **kwargs}
        for name in names:
            if name in values:
                set_attribute(machine, instance, name, values[name])
                continue
            default = owner.find(name)
            if default is None:
                raise Thrown("TypeError")
            value = default[1]
            if isinstance(value, Instance) and value.cls.name == "Field":
                factory = value.attributes.get("default_factory")
                known = value.attributes.get("default", Unknown(f"field '{name}' has no default"))
                value = known if factory is None else call(machine, factory, (), {}, node, frame)
            set_attribute(machine, instance, name, value)
        if instance.cls.find("__post_init__"):
            call_method(machine, instance, "__post_init__", (), node, frame)

    return initialize
