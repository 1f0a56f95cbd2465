"""How an operator is declared: one shape function with a decorator that names all that share it.

    @op("{torch,Tensor}.{transpose,swapaxes}", "input, dim0, dim1", formula="(*, A, *, B, *) -> (*, B, *, A, *)")
    def transpose(need: Needs, input: Tensor, dim0: Any, dim1: Any) -> Tensor: ...

``torch.x`` is a function, ``Tensor.x`` a method (``Array.x``: of numpy's arrays), ``F.x`` a function of ``torch.nn.functional``.  A method whose name
ends in an underscore works in place: the result must have the shape of ``input``, and ``input`` itself is returned.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ..layers.signature import Signature, signature
from ..shapes import Kind, Needs, Tensor, unknown_rank
from .elements import Array
from .values import forget, operand

__all__ = ["Family", "Op", "expand", "families", "keep_shape", "op"]

_PREFIXES = {"F.": "torch.nn.functional."}
# torch takes numpy's argument names for its own
_ALIASES = {"axis": "dim", "axes": "dim", "keepdims": "keepdim", "x": "input", "a": "input", "x1": "input", "x2": "other"}
# in place, but to another shape: of the tensor under its old name nothing is said afterwards
_RESHAPING = ("unsqueeze_", "squeeze_", "t_", "transpose_", "swapaxes_", "swapdims_", "resize_", "as_strided_", "set_")


@dataclass(frozen=True, slots=True)
class Op:
    """One function of torch, or one method of its tensors.

    ``name``: the full dotted name of a function, the bare name of a method.  ``of_array``: what an array of numpy does
    when the method is called on it.
    """

    name: str
    signature_text: str
    formula: str
    shape: Callable[..., Any]
    is_method: bool
    of_array: Op | None = None

    @property
    def signature(self) -> Signature:
        """The parameters; a method's tensor is the first, called ``input``."""
        return signature(self.signature_text)

    @property
    def in_place(self) -> bool:
        """Whether it changes its first argument and returns it."""
        return self.name.endswith("_") and not self.name.endswith("__")

    def apply(self, need: Needs, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """What the call returns; ``Reject`` where it raises for every value of the unknowns."""
        if self.of_array is not None and args and isinstance(args[0], Array):
            return self.of_array.apply(need, args, kwargs)
        declared = self.signature
        bound = declared.bind(args, {_known(declared, name): value for name, value in kwargs.items()})
        given = bound.get("input")
        if "input" in bound:
            bound["input"] = operand(need, given, "input")
        result = self.shape(need, **bound)
        if not self.in_place or not isinstance(given, Tensor):
            return result
        forget(given)
        if self.name in _RESHAPING:
            given.shape = unknown_rank(f"changed in place by {self.name}")
            return result
        keep_shape(need, given, result)
        return given


@dataclass(frozen=True, slots=True)
class Family:
    """One declaration and the operators that it declares."""

    ops: tuple[Op, ...]
    shape: Callable[..., Any]


def op(names: str, text: str, *, formula: str) -> Callable[[Callable[..., Any]], Family]:
    """Declares the operators ``names`` (``"{torch,Tensor}.flip"``, several parted by spaces) by the function below it.

    ``text``: the signature; the shape function takes the same names after ``need``.
    """

    def declare(shape: Callable[..., Any]) -> Family:
        dotted = (name for word in names.split() for name in expand(word))
        return Family(tuple(_op(name, text, formula, shape) for name in dotted), shape)

    return declare


def families(modules: Sequence[ModuleType]) -> Iterator[Op]:
    """Every operator that these modules declare, alone or in tuples of families."""
    for module in modules:
        for value in vars(module).values():
            for family in value if isinstance(value, tuple) else (value,):
                if isinstance(family, Family):
                    yield from family.ops


def keep_shape(need: Needs, kept: Tensor, result: Any) -> None:
    """An in-place result must have the shape of the tensor that it is written to."""
    if not isinstance(result, Tensor) or kept.shape.lead is not None or result.shape.lead is not None:
        return
    message = f"a result of shape {result.shape} does not fit in place into {kept.shape}"
    need.require(len(kept.shape.dims) == len(result.shape.dims), Kind.OPERANDS, message)
    for before, after in zip(kept.shape.dims, result.shape.dims, strict=True):
        need.equal(after, before, Kind.OPERANDS, message)


def _op(name: str, text: str, formula: str, shape: Callable[..., Any]) -> Op:
    owner, _, method = name.partition(".")
    if owner in ("Tensor", "Array"):
        return Op(method, text, formula, shape, is_method=True)
    for short, full in _PREFIXES.items():
        if name.startswith(short):
            name = full + name.removeprefix(short)
    return Op(name, text, formula, shape, is_method=False)


def _known(declared: Signature, name: str) -> str:
    taken = name in declared.positional or name in declared.keyword_only
    return name if taken else _ALIASES.get(name, name)


def expand(word: str) -> Iterator[str]:
    """``"{a,b}.{c,d}"`` is ``a.c``, ``a.d``, ``b.c``, ``b.d``."""
    if "{" not in word:
        return iter((word,))
    parts = [part[1:-1].split(",") if part.startswith("{") else [part] for part in re.split(r"(\{[^}]*\})", word)]
    return map("".join, itertools.product(*parts))
