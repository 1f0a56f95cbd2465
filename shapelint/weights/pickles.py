"""A pickle, decoded into names, numbers, lists, dicts and the sizes of tensors, and into nothing else.

Python's unpickler calls whatever a pickle names.  This one is a stack machine over ``pickletools.genops`` that has no way
to call or import anything: what a pickle would call is a :class:`Made` with its name, unless it is one of the few
functions by which torch rebuilds tensors, of which the sizes are taken from the arguments.
"""

from __future__ import annotations

import pickletools
import struct
from collections.abc import Callable, Mapping
from typing import Any

from ..records import dataclass, field
from .bounded import MOST_BYTES, BadFile, Saved, is_shape, is_size

__all__ = ["Made", "Stored", "decode"]

_MOST_OPERATIONS = 10_000_000
_MOST_TEXT = 4 * MOST_BYTES


@dataclass(frozen=True, slots=True, eq=False)
class _Named:
    """A class or function that a pickle names."""

    module: str
    name: str


@dataclass(slots=True, eq=False)
class Made:
    """An object of a class that is not looked at; ``state``: what its attributes are set to."""

    of: str
    state: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """The memory behind a tensor: its number in the archive, and how many elements of which dtype it has."""

    key: str
    dtype: str
    count: int


@dataclass(slots=True, eq=False)
class _Machine:
    """``marks``: the stacks below the marks that are open.  ``stored``: the memory that tensors rest on, by key."""

    stack: list[Any] = field(default_factory=list)
    marks: list[list[Any]] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)
    stored: dict[str, Stored] = field(default_factory=dict)

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def mark(self) -> None:
        self.marks.append(self.stack)
        self.stack = []

    def since_mark(self) -> list[Any]:
        above, self.stack = self.stack, self.marks.pop()
        return above

    def replace(self, count: int, value: Any) -> None:
        del self.stack[len(self.stack) - count :]
        self.stack.append(value)


def decode(file: Any) -> tuple[Any, Mapping[str, Stored]]:
    """The value of the pickle that begins at the position of ``file``, and what its tensors rest on.

    Raises BadFile.
    """
    machine = _Machine()
    try:
        room, texts = _MOST_OPERATIONS, _MOST_TEXT
        for operation, argument, _ in pickletools.genops(file):
            room -= 1
            texts -= len(argument) if isinstance(argument, (str, bytes, bytearray)) else 0
            if room < 0 or texts < 0:
                raise BadFile("its pickle is larger than that of any checkpoint")
            if operation.name == "STOP":
                return machine.stack.pop(), machine.stored
            _perform(machine, operation.name, argument)
    except (ValueError, IndexError, KeyError, TypeError, OverflowError, RecursionError, struct.error) as error:
        raise BadFile(f"its pickle is malformed: {error}") from None
    raise BadFile("its pickle is cut short")


def _perform(machine: _Machine, name: str, argument: Any) -> None:
    if name in _EMPTY:
        machine.push(_EMPTY[name]())
    elif name in _STEPS:
        _STEPS[name](machine, argument)
    elif name not in _NOTHING:
        if argument is None:
            raise ValueError(f"operation {name} has no place in a checkpoint")
        machine.push(argument)  # a number, a text or bytes


def _key(value: Any) -> Any:
    """A key of a dict.  Others than these could be nested so deeply that hashing them overflows the stack."""
    return value if isinstance(value, (str, int, float, bytes, type(None))) else Made("a key")


def _set_items(holder: Any, items: list[Any]) -> None:
    if isinstance(holder, dict):
        holder.update((_key(key), value) for key, value in zip(items[::2], items[1::2], strict=True))
    elif not isinstance(holder, Made):
        raise ValueError("items of what is no dict")


def _add_items(holder: Any, items: list[Any]) -> None:
    if isinstance(holder, list):
        holder.extend(items)
    elif not isinstance(holder, Made):
        raise ValueError("elements of what is no list")


def _global(machine: _Machine, argument: str) -> None:
    module, _, name = argument.partition(" ")
    machine.push(_Named(module, name))


def _stack_global(machine: _Machine, argument: Any) -> None:
    match machine.stack[-2:]:
        case [str(module), str(name)]:
            machine.replace(2, _Named(module, name))
        case _:
            raise ValueError("a name that is no text")


def _dict(machine: _Machine, argument: Any) -> None:
    items, made = machine.since_mark(), dict[Any, Any]()
    _set_items(made, items)
    machine.push(made)


def _tuple(count: int) -> Callable[[_Machine, Any], None]:
    def step(machine: _Machine, argument: Any) -> None:
        if len(machine.stack) < count:
            raise IndexError("the stack is empty")
        machine.replace(count, tuple(machine.stack[len(machine.stack) - count :]))

    return step


def _set_item(machine: _Machine, argument: Any) -> None:
    holder, key, value = machine.stack[-3:]
    _set_items(holder, [key, value])
    machine.replace(2, holder)
    machine.stack.pop()


def _append(machine: _Machine, argument: Any) -> None:
    value = machine.stack.pop()
    _add_items(machine.stack[-1], [value])


def _each(add: Callable[[Any, list[Any]], None]) -> Callable[[_Machine, Any], None]:
    def step(machine: _Machine, argument: Any) -> None:
        items = machine.since_mark()
        add(machine.stack[-1], items)

    return step


def _memoize(machine: _Machine, argument: Any) -> None:
    machine.memo[len(machine.memo) if argument is None else argument] = machine.stack[-1]


def _reduce(machine: _Machine, argument: Any) -> None:
    function, given = machine.stack[-2:]
    machine.replace(2, called(machine, function, given))


def _new_object(machine: _Machine, argument: Any) -> None:
    machine.replace(2, called(machine, machine.stack[-2], ()))


def _new_object_with_keywords(machine: _Machine, argument: Any) -> None:
    machine.replace(3, called(machine, machine.stack[-3], ()))


def _instance(machine: _Machine, argument: str) -> None:
    machine.since_mark()
    machine.push(Made(argument.replace(" ", ".")))


def _object(machine: _Machine, argument: Any) -> None:
    first = machine.since_mark()[0]
    machine.push(called(machine, first, ()))


def _build(machine: _Machine, argument: Any) -> None:
    state = machine.stack.pop()
    if isinstance(machine.stack[-1], Made):
        machine.stack[-1].state = state[0] if isinstance(state, tuple) and state else state
    elif isinstance(machine.stack[-1], Ordered) and isinstance(state, dict):
        machine.stack[-1].metadata = state.get("_metadata")


def _persistent(machine: _Machine, argument: Any) -> None:
    """``('storage', FloatStorage, '0', 'cpu', 9408)``: the memory of a tensor."""
    match machine.stack.pop() if argument is None else argument:
        case ("storage", _Named(name=kind), str(key), _, int(count), *_) if is_size(count):
            machine.stored[key] = Stored(key, _DTYPES.get(kind.removesuffix("Storage"), ""), count)
            machine.push(machine.stored[key])
        case ("storage", *_):
            raise ValueError("the storage of a tensor is not described")
        case _:
            machine.push(Made("a persistent object"))


class Ordered(dict[Any, Any]):
    """An ``OrderedDict``; ``metadata``: the versions of the modules, which torch keeps beside a ``state_dict``."""

    metadata: Any = None


def called(machine: _Machine, function: Any, given: Any) -> Any:
    """What a call would give, as far as that is known without making it."""
    if not isinstance(function, _Named) or not isinstance(given, tuple):
        return Made("an unknown call")
    name = f"{function.module}.{function.name}"
    if name in ("collections.OrderedDict", "collections.defaultdict", "builtins.dict", "__builtin__.dict"):
        made = Ordered()
        for pair in given[0] if given and isinstance(given[0], list) else ():
            _set_items(made, list(pair))
        return made
    if name in _LISTS:
        return list(given[0]) if given and isinstance(given[0], list) else []
    if name in ("torch.Size", "builtins.tuple"):
        return tuple(given[0]) if given else ()
    if name == "torch._tensor._rebuild_from_type_v2":
        return called(machine, given[0], given[2])
    if name in _REBUILT_FROM:
        return given[0]
    if name in _REBUILT:
        return _rebuilt(name, given)
    return Made(name)


def _rebuilt(name: str, given: tuple[Any, ...]) -> Saved:
    """A tensor of the size among the arguments, which must not be more than its memory holds."""
    place = _REBUILT[name]
    memory, size, stride = given[0], given[place], given[place + 1]
    if not is_shape(size):
        raise ValueError("a tensor of an impossible size")
    dtype = next((each.name for each in given if isinstance(each, _Named) and each.module == "torch"), "")
    if not isinstance(memory, Stored):
        return Saved(size, dtype)
    offset = given[1]
    if not is_shape(stride) or len(stride) != len(size) or not is_size(offset):
        raise ValueError("a tensor of impossible strides")
    last = offset + sum((dim - 1) * step for dim, step in zip(size, stride, strict=True))
    if memory.dtype and 0 not in size and last >= memory.count:
        raise ValueError(f"a tensor of shape {size} in a storage of {memory.count:,} elements")
    return Saved(size, memory.dtype or dtype)


_DTYPES = {
    "Float": "float32", "Double": "float64", "Half": "float16", "BFloat16": "bfloat16", "Long": "int64", "Int": "int32",
    "Short": "int16", "Char": "int8", "Byte": "uint8", "Bool": "bool", "ComplexFloat": "complex64",
    "ComplexDouble": "complex128",
}  # fmt: skip
# where the size is among the arguments; the strides come after it
_REBUILT = {
    "torch._utils._rebuild_tensor": 2, "torch._utils._rebuild_tensor_v2": 2, "torch._utils._rebuild_tensor_v3": 2,
    "torch._utils._rebuild_qtensor": 2, "torch._utils._rebuild_meta_tensor_no_storage": 1,
}  # fmt: skip
# the first argument is the tensor itself
_REBUILT_FROM = frozenset(
    f"torch._utils.{name}"
    for name in ("_rebuild_parameter", "_rebuild_parameter_with_state", "_rebuild_device_tensor_from_cpu_tensor")
)
_LISTS = frozenset(
    f"{module}.{kind}" for module in ("builtins", "__builtin__") for kind in ("set", "frozenset", "list")
)
_NOTHING = frozenset({"PROTO", "FRAME"})
_EMPTY: Mapping[str, Callable[[], Any]] = {
    "NONE": lambda: None, "NEWTRUE": lambda: True, "NEWFALSE": lambda: False, "EMPTY_LIST": list, "EMPTY_TUPLE": tuple,
    "EMPTY_DICT": dict, "EMPTY_SET": list,
}  # fmt: skip
_STEPS: Mapping[str, Callable[[_Machine, Any], object]] = {
    "MARK": lambda machine, _: machine.mark(),
    "POP": lambda machine, _: machine.stack.pop() if machine.stack else machine.since_mark(),
    "POP_MARK": lambda machine, _: machine.since_mark(),
    "DUP": lambda machine, _: machine.push(machine.stack[-1]),
    "GET": lambda machine, key: machine.push(machine.memo[int(key)]),
    "BINGET": lambda machine, key: machine.push(machine.memo[key]),
    "LONG_BINGET": lambda machine, key: machine.push(machine.memo[key]),
    "PUT": lambda machine, key: _memoize(machine, int(key)),
    "LIST": lambda machine, _: machine.push(machine.since_mark()),
    "TUPLE": lambda machine, _: machine.push(tuple(machine.since_mark())),
    "FROZENSET": lambda machine, _: machine.push(machine.since_mark()),
    "BINPUT": _memoize, "LONG_BINPUT": _memoize, "MEMOIZE": _memoize,
    "TUPLE1": _tuple(1), "TUPLE2": _tuple(2), "TUPLE3": _tuple(3), "DICT": _dict,
    "APPEND": _append, "APPENDS": _each(_add_items), "ADDITEMS": _each(_add_items),
    "SETITEM": _set_item, "SETITEMS": _each(_set_items),
    "GLOBAL": _global, "STACK_GLOBAL": _stack_global, "REDUCE": _reduce, "BUILD": _build,
    "NEWOBJ": _new_object, "NEWOBJ_EX": _new_object_with_keywords, "INST": _instance, "OBJ": _object,
    "BINPERSID": _persistent, "PERSID": _persistent,
}  # fmt: skip
