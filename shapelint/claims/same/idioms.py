"""Where the code itself declares "same": the idioms of a padding argument, and the names of helpers."""

from __future__ import annotations

import libcst as cst

from ...records import dataclass
from ..blame.argument import find_argument
from .same_words import name_declares

__all__ = ["Idiom", "declared_by_name", "idiom_of"]


@dataclass(frozen=True, slots=True)
class Idiom:
    """``k // 2`` (``whole``) or ``(k - 1) // 2``, for all axes or only for some; ``text`` as it is written."""

    whole: bool
    axes: frozenset[int] | None
    text: str


def idiom_of(call: cst.Call, positional: tuple[str, ...], function: cst.FunctionDef | None) -> Idiom | None:
    """The idiom by which the ``padding`` argument of a layer is computed from its kernel, if it is."""
    padding, kernel = (find_argument(call, name, positional) for name in ("padding", "kernel_size"))
    if padding is None or kernel is None:
        return None
    value = _looked_up(padding.value, function)
    module = cst.Module([])
    text = module.code_for_node(value)
    if isinstance(value, cst.Tuple) and isinstance(kernel.value, cst.Tuple):
        found = [
            (axis, whole)
            for axis, (item, size) in enumerate(zip(value.elements, kernel.value.elements, strict=False))
            if (whole := _half(item.value, module.code_for_node(size.value))) is not None
        ]
        return Idiom(all(whole for _, whole in found), frozenset(axis for axis, _ in found), text) if found else None
    whole = _half(value, module.code_for_node(kernel.value))
    return None if whole is None else Idiom(whole, None, text)


def declared_by_name(call: cst.Call, positional: tuple[str, ...], function: cst.FunctionDef | None) -> str | None:
    """The name of a helper that computes the padding and says "same"."""
    padding = find_argument(call, "padding", positional)
    if padding is None:
        return None
    match _looked_up(padding.value, function):
        case cst.Call(func=cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name))) if name_declares(name):
            return name
        case _:
            return None


def _half(node: cst.BaseExpression, kernel: str) -> bool | None:
    """True for ``k // 2``, False for ``(k - 1) // 2``, each perhaps times something; None for anything else."""
    match node:
        case cst.BinaryOperation(left=left, operator=cst.FloorDivide() | cst.Divide(), right=cst.Integer(value="2")):
            return _numerator(left, kernel)
        case cst.BinaryOperation(left=left, operator=cst.Multiply(), right=right):
            found = _half(left, kernel)
            return found if found is not None else _half(right, kernel)
        case cst.Call(func=cst.Name(value="int"), args=[only]):
            return _half(only.value, kernel)
        case _:
            return None


def _numerator(node: cst.BaseExpression, kernel: str) -> bool | None:
    text = _plain(node)
    if text == _bare(kernel):
        return True
    match node:
        case cst.BinaryOperation(left=left, operator=cst.Subtract(), right=cst.Integer(value="1")):
            return False if _plain(left) == _bare(kernel) else None
        case cst.BinaryOperation(left=left, operator=cst.Multiply(), right=right):
            found = _numerator(left, kernel)
            return found if found is not None else _numerator(right, kernel)
        case _:
            return None


def _plain(node: cst.BaseExpression) -> str:
    return _bare(cst.Module([]).code_for_node(node))


def _bare(text: str) -> str:
    """An expression without brackets and blanks, by its last name: ``self.kernel_size`` is ``kernel_size``."""
    text = text.replace(" ", "").strip("()")
    return text.rpartition(".")[2] if text.replace(".", "").replace("_", "").isalnum() else text


def _looked_up(value: cst.BaseExpression, function: cst.FunctionDef | None) -> cst.BaseExpression:
    """What a name was assigned in the function, if that is one plain assignment; else the expression itself."""
    if not isinstance(value, cst.Name) or function is None:
        return value
    found = [
        small.value
        for line in function.body.body
        if isinstance(line, cst.SimpleStatementLine)
        for small in line.body
        if isinstance(small, cst.Assign)
        and any(isinstance(t.target, cst.Name) and t.target.value == value.value for t in small.targets)
    ]
    return found[0] if len(found) == 1 else value
