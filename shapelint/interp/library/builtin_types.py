"""What Python's built-in functions say of types: ``isinstance``, ``issubclass``, ``type``, ``super``, ``callable``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...ops import Op
from ...ops.elements import Array
from ...shapes import Expr, Tensor, Unknown
from ..machine.machine import Machine
from ..model.classes import Class, Instance, Module, Super
from ..model.frame import Frame
from ..model.functions import Bound, Builtin, Function, Partial
from ..model.module_tree import is_module
from ..model.open_shape import ShapeOf
from ..model.values import Choice, External, Parameter

__all__ = ["TYPES"]


def _isinstance(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    value, kinds = args
    kinds = _flatten(kinds)
    if isinstance(value, (Unknown, Expr)) and not _is_size(value):
        return machine.comparison(("isinstance", id(value) if isinstance(value, Unknown) else value, str(kinds)))
    if isinstance(value, Choice):
        answers = {_one_of(option, kind) for option in value.options for kind in kinds}
        return answers.pop() if len(answers) == 1 and None not in answers else Unknown("a condition on unknown values")
    answers = {_one_of(value, kind) for kind in kinds}
    return True if True in answers else Unknown("a condition on unknown types") if None in answers else False


def _is_size(value: Any) -> bool:
    return isinstance(value, Expr) and not (value.as_symbol is not None and not value.as_symbol.uid)


def _flatten(kinds: Any) -> list[Any]:
    return [k for kind in kinds for k in _flatten(kind)] if isinstance(kinds, tuple) else [kinds]


_HOST_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int, Expr), "float": (float,), "str": (str,), "bool": (bool,), "tuple": (tuple, ShapeOf), "list": (list,),
    "dict": (dict,), "set": (set,), "Iterable": (list, tuple, dict, set, str, range), "Sequence": (list, tuple, str, range),
    "Mapping": (dict,), "OrderedDict": (dict,), "Number": (int, float, Expr), "Integral": (int, Expr), "Real": (int, float, Expr),
    "Callable": (Function, Bound, Builtin, Class, Partial, Op), "FunctionType": (Function,), "LambdaType": (Function,),
    "MethodType": (Bound,), "partial": (Partial,), "type": (Class,), "ModuleType": (Module,), "Size": (tuple, ShapeOf),
    "Collection": (list, tuple, dict, set, str, range),
    "complex": (complex,), "bytes": (bytes,), "Hashable": (int, str, tuple), "Iterator": (),
}  # fmt: skip


def _may_be_a_tensor(value: Any) -> bool:
    """Whether it is unknown, or a parameter that nobody gave a value."""
    return isinstance(value, Unknown) or (isinstance(value, Expr) and value.as_parameter is not None)


def _one_of(value: Any, kind: Any) -> bool | None:
    match kind:
        case Class():
            if isinstance(value, Instance):
                known = value.cls.derives(kind)
                return None if not known and value.cls.unknown_base else known
            return None if _may_be_a_tensor(value) else False
        case Builtin() | External():
            name = kind.name if isinstance(kind, Builtin) else kind.dotted
            if name in ("torch.Tensor", "torch.nn.Parameter", "torch.FloatTensor", "torch.nn.parameter.Parameter"):
                return None if _may_be_a_tensor(value) else isinstance(value, Tensor) and not isinstance(value, Array)
            short = name.rpartition(".")[2]
            if short == "NoneType":
                return value is None
            if short == "type" and isinstance(value, (Builtin, External)):
                return None
            if short in ("EnumMeta", "EnumType") and not _may_be_a_tensor(value):
                return isinstance(value, Class) and "__members__" in value.names
            if isinstance(value, Instance) and short in ("Enum", "Callable"):
                return _is_member(value) if short == "Enum" else _is_callable(value)
            if isinstance(value, Instance) or value is None or isinstance(value, Tensor):
                return False if short in _HOST_TYPES and not _iterable(value, short) else None
            if short in _HOST_TYPES:
                return isinstance(value, _HOST_TYPES[short])
            return False if isinstance(value, (int, float, str, list, tuple, dict, set, Expr)) else None
        case None:
            return value is None
        case _:
            return None


def _is_member(value: Instance) -> bool:
    return "__members__" in value.cls.names


def _is_callable(value: Instance) -> bool | None:
    return True if is_module(value) or value.cls.find("__call__") else None


def _iterable(value: Any, short: str) -> bool:
    return isinstance(value, Instance) and short in ("Iterable", "Callable", "Sequence", "Mapping", "Iterator")


def _issubclass(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    if not isinstance(args[0], Class):
        return Unknown("a condition on unknown types")
    kinds = [kind for kind in _flatten(args[1]) if isinstance(kind, Class)]
    return any(args[0].derives(kind) for kind in kinds) or (Unknown("unknown base") if args[0].unknown_base else False)


def _type(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    value = args[0]
    if len(args) == 1:
        if isinstance(value, Instance):
            return value.cls
        if isinstance(value, Tensor):
            return machine.project.external("torch.nn.Parameter" if isinstance(value, Parameter) else "torch.Tensor")
        name = next(
            (n for n in ("bool", "int", "float", "str", "list", "tuple", "dict", "set") if type(value).__name__ == n),
            None,
        )
        return machine.project.builtin(name) if name else Unknown("an unknown type")
    return Unknown("a class made at run time")


def _super(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    owner, self = frame.owner, frame.self
    if len(args) == 2:
        self = args[1]
        if isinstance(args[0], Class):
            owner = args[0]
    here: Frame | None = frame
    while self is None and here is not None:
        owner, self, here = here.owner, here.self, here.outer
    if owner is None or not isinstance(self, (Instance, Class)):
        return Unknown("super() outside a class")
    cls = self if isinstance(self, Class) else self.cls
    # The wrong class name in super(_NetD, self) is a slip that the class statement above corrects.
    return Super(owner if owner in cls.mro else cls, self)


def _callable(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    if isinstance(args[0], (Function, Class, Builtin, Bound, Partial)):
        return True
    return (
        False if isinstance(args[0], (int, str, float, list, tuple, dict)) or args[0] is None else Unknown("callable")
    )


TYPES: dict[str, Callable[..., Any]] = {
    "isinstance": _isinstance, "issubclass": _issubclass, "type": _type, "super": _super, "callable": _callable,
}  # fmt: skip
