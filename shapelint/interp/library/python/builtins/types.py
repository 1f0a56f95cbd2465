"""Built-in functions of types: ``isinstance``, ``issubclass``, ``type``, ``super``, ``callable``."""

from __future__ import annotations

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.model.classes import Class, Instance, Module, Super
from shapelint.interp.model.frame import Frame
from shapelint.interp.model.functions import Bound, Builtin, Function, Partial
from shapelint.interp.model.module_tree import MODULE, is_module
from shapelint.interp.model.open_shape import ShapeOf
from shapelint.interp.model.values import Choice, DefaultDict, External
from shapelint.interp.objects.comparisons import question
from shapelint.interp.objects.dict_classes import DICT
from shapelint.interp.objects.mapping_classes import MAPPING
from shapelint.ops import Op
from shapelint.ops.elements import Array
from shapelint.shapes import Expr, Parameter, Tensor, Unknown, Value

_HOST_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int, Expr), "float": (float,), "str": (str,), "bool": (bool,), "tuple": (tuple, ShapeOf), "list": (list,),
    "dict": (dict,), "set": (set,), "Iterable": (list, tuple, dict, set, str, range), "Sequence": (list, tuple, str, range),
    "Mapping": (dict,), "OrderedDict": (dict,), "Number": (int, float, Expr), "Integral": (int, Expr), "Real": (int, float, Expr),
    "Callable": (Function, Bound, Builtin, Class, Partial, Op), "FunctionType": (Function,), "LambdaType": (Function,),
    "MethodType": (Bound,), "partial": (Partial,), "type": (Class,), "ModuleType": (Module,), "Size": (tuple, ShapeOf),
    "Collection": (list, tuple, dict, set, str, range), "MutableSequence": (list,), "MutableMapping": (dict,),
    "Tuple": (tuple, ShapeOf), "List": (list,), "Dict": (dict,), "Set": (set,), "Text": (str,), "defaultdict": (DefaultDict,),
    "complex": (complex,), "bytes": (bytes,), "Iterator": (),
}  # fmt: skip


@models("builtins.isinstance", "object, kinds")
def is_instance(at: Invocation, object: Value, kinds: Value) -> Value:
    """Whether a value is of one of these types; asked again, the answer is the same."""
    listed = _flatten(kinds)
    if isinstance(object, (Unknown, Expr)) and not _is_size(object):
        return at.machine.comparison(("isinstance", question(object), *map(question, listed)))
    if isinstance(object, Choice):
        answers = {_one_of(option, kind) for option in object.options for kind in listed}
        return answers.pop() if len(answers) == 1 and None not in answers else Unknown("a condition on unknown values")
    answers = {_one_of(object, kind) for kind in listed}
    return True if True in answers else Unknown("a condition on unknown types") if None in answers else False


def _is_size(value: Value) -> bool:
    return isinstance(value, Expr) and not (value.as_symbol is not None and not value.as_symbol.uid)


def _flatten(kinds: Value) -> list[Value]:
    return [k for kind in kinds for k in _flatten(kind)] if isinstance(kinds, tuple) else [kinds]


def _may_be_a_tensor(value: Value) -> bool:
    """Whether it is unknown, or a parameter that nobody gave a value."""
    return isinstance(value, Unknown) or (isinstance(value, Expr) and value.as_parameter is not None)


def _one_of(value: Value, kind: Value) -> bool | None:
    match kind:
        case Class():
            if isinstance(value, Instance):
                known = value.cls.derives(kind)
                return None if not known and value.cls.unknown_base else known
            return None if _may_be_a_tensor(value) else False
        case Builtin() | External():
            name = kind.name if isinstance(kind, Builtin) else kind.dotted
            if isinstance(kind, Builtin) and name in ("Tensor", "Parameter", "FloatTensor"):
                return None if _may_be_a_tensor(value) else isinstance(value, Tensor) and not isinstance(value, Array)
            short = name.rpartition(".")[2]
            if short == "Hashable":
                return _is_hashable(value)
            if short == "NoneType":
                return value is None
            if value is None and name.startswith("torch.") and short[:1].isupper():
                return False  # a class of torch's that is not modelled
            if short == "type" and isinstance(value, (Builtin, External)):
                return None
            if short in ("EnumMeta", "EnumType") and not _may_be_a_tensor(value):
                return isinstance(value, Class) and "__members__" in value.names
            if isinstance(value, Instance) and short in ("Enum", "Callable"):
                return _is_member(value) if short == "Enum" else _is_callable(value)
            if isinstance(value, Instance) or value is None or isinstance(value, Tensor):
                return _is_host(value, short)
            if short in _HOST_TYPES:
                return isinstance(value, _HOST_TYPES[short])
            return False if isinstance(value, (int, float, str, list, tuple, dict, set, Expr)) else None
        case None:
            return value is None
        case _:
            return None


def _is_member(value: Instance) -> bool:
    return "__members__" in value.cls.names


def _is_hashable(value: Value) -> bool | None:
    if isinstance(value, Instance) and any("__eq__" in cls.names or cls.dataclass for cls in value.cls.mro):
        return None  # whether it has a hash as well depends on how it is compared
    return None if _may_be_a_tensor(value) else not isinstance(value, (list, dict, set))


def _is_callable(value: Instance) -> bool | None:
    return True if is_module(value) or value.cls.find("__call__") else None


def _is_host(value: Value, short: str) -> bool | None:
    """Whether an object, a tensor or None is of a type of Python's own, or of one of the kinds that such types are of."""
    if short not in _HOST_TYPES:
        return None
    if not isinstance(value, Instance):
        return False
    if value.cls.find("_fields"):
        return short in ("tuple", "Tuple", "Iterable", "Sequence", "Collection", "Hashable")  # a named tuple
    if DICT in value.cls.mro or MAPPING in value.cls.mro:
        is_dict = short in ("dict", "Dict") and DICT in value.cls.mro
        is_open = short in ("OrderedDict", "MutableMapping", *_KINDS)
        return True if is_dict or short in ("Mapping", "Iterable", "Collection") else None if is_open else False
    if short not in _KINDS:
        return False
    if short in _STRUCTURAL:
        return True if value.cls.find(_STRUCTURAL[short]) else None
    # A sequence or a mapping says so by a base, and all bases are known of a class that only derives from others in the code.
    known = all(cls.node is not None or cls is MODULE for cls in value.cls.mro) and value.cls.unknown_base is None
    return False if known else None


_STRUCTURAL = {"Iterable": "__iter__", "Iterator": "__next__", "Callable": "__call__"}
_KINDS = frozenset({*_STRUCTURAL, "Sequence", "Mapping", "MutableSequence", "MutableMapping", "Collection"})


@models("builtins.issubclass", "cls, kinds")
def is_subclass(at: Invocation, cls: Value, kinds: Value) -> Value:
    """Whether a class of the linted code derives from one of these."""
    if not isinstance(cls, Class):
        return Unknown("a condition on unknown types")
    known = [kind for kind in _flatten(kinds) if isinstance(kind, Class)]
    return any(cls.derives(kind) for kind in known) or (Unknown("unknown base") if cls.unknown_base else False)


@models("builtins.type", "object, *definition")
def type_of(at: Invocation, object: Value, definition: tuple[Value, ...]) -> Value:
    """The class of a value."""
    if definition:
        return Unknown("a class made at run time")
    if isinstance(object, Instance):
        return object.cls
    if isinstance(object, Tensor):
        return at.machine.project.external("torch.nn.Parameter" if isinstance(object, Parameter) else "torch.Tensor")
    name = type(object).__name__
    if name in ("bool", "int", "float", "str", "list", "tuple", "dict", "set"):
        return at.machine.project.builtin(name)
    return Unknown("an unknown type")


@models("builtins.super", "cls=..., object=...")
def parent(at: Invocation, cls: Value, object: Value) -> Value:
    """Without arguments, what they are in the method that is being executed."""
    owner, self = at.frame.owner, at.frame.self
    if object is not ...:
        self, owner = object, cls if isinstance(cls, Class) else owner
    here: Frame | None = at.frame
    while self is None and here is not None:
        owner, self, here = here.owner, here.self, here.outer
    if owner is None or not isinstance(self, (Instance, Class)):
        return Unknown("super() outside a class")
    cls = self if isinstance(self, Class) else self.cls
    # The wrong class name in super(_NetD, self) is a slip that the class statement above corrects.
    return Super(owner if owner in cls.mro else cls, self)


@models("builtins.callable", "object")
def is_callable(at: Invocation, object: Value) -> Value:
    """Whether it can be called."""
    if isinstance(object, (Function, Class, Builtin, Bound, Partial)):
        return True
    if isinstance(object, Instance) and _is_callable(object):
        return True
    is_plain = isinstance(object, (int, str, float, list, tuple, dict, Tensor)) or object is None
    return False if is_plain else Unknown("callable")
