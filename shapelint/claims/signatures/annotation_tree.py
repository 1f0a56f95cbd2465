"""Which tensors an annotation speaks of: one, the members of a union, the elements of a list, the parts of a tuple."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from ...interp.paths.tensor_hints import last_name, tensor_hint
from ...records import dataclass
from .stated import Every, Step

__all__ = ["Aliases", "PlacedHint", "placed_hints"]

Aliases = Mapping[str, cst.BaseExpression]
"""Annotations by the names that a module gives them."""

_TRANSPARENT = frozenset({"Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly", "InitVar", "Mapped"})
_TUPLES = frozenset({"tuple", "Tuple"})
_LISTS = frozenset({"list", "List", "Sequence", "MutableSequence", "Collection", "deque", "Deque"})
_DICTS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict", "DefaultDict"})
_NO_TENSORS = frozenset({"None", "int", "float", "bool", "str", "bytes", "complex", "slice", "range"})
_DEEPEST = 8  # aliases may name each other


@dataclass(frozen=True, slots=True, eq=False)
class PlacedHint:
    """The annotations of the tensors at ``path`` of a value: several where it may be any of them."""

    path: tuple[Step, ...]
    members: tuple[cst.Subscript, ...]


def placed_hints(node: cst.BaseExpression, aliases: Aliases, depth: int = 0) -> Sequence[PlacedHint]:
    """All that ``node`` says of tensors; nothing where it also allows what nobody knows (``Float[...] | Tensor``)."""
    if depth > _DEEPEST:
        return ()
    if isinstance(node, cst.Name):
        named = aliases.get(node.value)
        return () if named is None else placed_hints(named, aliases, depth + 1)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitOr):
        return _union(list(_members(node)), aliases, depth)
    if not isinstance(node, cst.Subscript):
        return ()
    if tensor_hint(node) is not None or is_nested_hint(node, aliases):
        return (PlacedHint((), (node,)),)
    values = [element.slice.value for element in node.slice if isinstance(element.slice, cst.Index)]
    match last_name(node.value), values:
        case "Optional", [value]:
            return _union([value], aliases, depth)
        case "Union", _:
            return _union(values, aliases, depth)
        case name, [value, *_] if name in _TRANSPARENT:
            return placed_hints(value, aliases, depth + 1)
        case (name, [value, cst.Ellipsis()]) if name in _TUPLES:
            return _within(Every.ELEMENT, value, aliases, depth)
        case name, _ if name in _TUPLES:
            return [placed for at, value in enumerate(values) for placed in _within(at, value, aliases, depth)]
        case name, [value] if name in _LISTS:
            return _within(Every.ELEMENT, value, aliases, depth)
        case name, [_, value] if name in _DICTS:
            return _within(Every.VALUE, value, aliases, depth)
    return ()


def is_nested_hint(node: cst.Subscript, aliases: Aliases) -> bool:
    """Whether this is ``Float[Images, "t"]``, which puts axes before those of another annotation."""
    match node.slice:
        case [
            cst.SubscriptElement(slice=cst.Index(value=inner)),
            cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString())),
        ]:
            found = placed_hints(inner, aliases, 1)
            return len(found) == 1 and not found[0].path and len(found[0].members) == 1
    return False


def _within(step: Step, node: cst.BaseExpression, aliases: Aliases, depth: int) -> list[PlacedHint]:
    found = placed_hints(node, aliases, depth + 1)
    return [PlacedHint((step, *placed.path), placed.members) for placed in found]


def _members(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitOr):
        yield from _members(node.left)
        yield from _members(node.right)
    else:
        yield node


def _union(nodes: Sequence[cst.BaseExpression], aliases: Aliases, depth: int) -> Sequence[PlacedHint]:
    """The tensors that a union allows as one hint; what is in its only container by itself."""
    tensors: list[cst.Subscript] = []
    inner: list[PlacedHint] = []
    containers = 0
    for node in nodes:
        if isinstance(node, cst.Name) and node.value in _NO_TENSORS:
            continue
        found = placed_hints(node, aliases, depth + 1)
        if len(found) == 1 and not found[0].path:
            tensors.extend(found[0].members)
        elif isinstance(node, cst.Subscript) and last_name(node.value) in _TUPLES | _LISTS | _DICTS:
            containers += 1
            inner.extend(found)
        else:
            return ()
    if containers > 1:  # which of them a value is, is not asked
        inner = []
    return [*([PlacedHint((), tuple(tensors))] if tensors else []), *inner]
