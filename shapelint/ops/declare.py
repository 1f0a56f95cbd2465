"""How an operator is declared: one shape function with a decorator that names all that share it.

    @op("{torch,Tensor}.{transpose,swapaxes}", "input, dim0, dim1", formula="(*, A, *, B, *) -> (*, B, *, A, *)")
    def transpose(need: Needs, input: Tensor, dim0: Value, dim1: Value) -> Tensor: ...

``torch.x`` is a function, ``Tensor.x`` a method (``Array.x``: of numpy's arrays), ``F.x`` a function of
``torch.nn.functional``.  A method whose name ends in an underscore works in place: the result must have the shape of
``input``, and ``input`` itself is returned.

Formulas are those of torch's documentation (https://docs.pytorch.org/docs/2.13/torch.html, ``nn.functional.html``, ``fft.html``,
``linalg.html``); ``tests/test_ops.py`` compares every operator with torch itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Generic, TypeAlias, TypeVar

from ..layers.signature import Signature, signature
from ..records import dataclass
from ..shapes import Kind, Needs, Reject, Tensor, Value, unknown_rank
from . import elements
from .elements import Array, arrayed
from .fractional import of_operator
from .operand_values import operand
from .sharing import settle, with_memory, written

__all__ = [
    "Catalogue", "Declared", "Family", "Op", "ShapeFunction", "expand", "families", "functions", "keep_shape", "methods", "op",
]  # fmt: skip

ShapeFunction: TypeAlias = Callable[..., Value]
"""What an operator makes of its arguments: ``(need, **arguments by name)`` to the value that the call returns.

It raises :class:`~shapelint.shapes.Reject` where torch raises for every value of the unknowns.  ``input``, if there is one,
is already a tensor; every other argument is as the program gave it, or its default.
"""

_Function = TypeVar("_Function", bound=ShapeFunction)
_Function_co = TypeVar("_Function_co", bound=ShapeFunction, covariant=True)

_OWNERS = ("Tensor", "Array")
# torch accepts numpy's argument names for its own
ALIASES = {
    "axis": "dim",
    "axes": "dim",
    "keepdims": "keepdim",
    "x": "input",
    "A": "input",
    "a": "input",
    "x1": "input",
    "x2": "other",
    "tensor": "input",
}
# in place, but to another shape: afterwards nothing is known of the tensor under its old name
_RESHAPING = frozenset(
    {
        "unsqueeze_",
        "squeeze_",
        "t_",
        "transpose_",
        "swapaxes_",
        "swapdims_",
        "resize_",
        "resize_as_",
        "as_strided_",
        "set_",
    }
)

# in place by their name, but what they change is not an element
_ONLY_MARKING = frozenset({"requires_grad_", "detach_", "share_memory_", "retain_grad_", "rename_"})

# methods of numpy's arrays that only share the name
_ANOTHER_IN_NUMPY = frozenset({"repeat", "sort", "take", "put", "split", "view", "partition", "choose", "compress"})
_OF_NUMPY = frozenset({"axis", "axes", "keepdims", "order", "ddof", "kind"})
_WITH_FACTORS = frozenset(
    {"add", "sub", "addmm", "addmv", "addbmm", "baddbmm", "addr", "addcmul", "addcdiv", "subtract", "rsub"}
)


@dataclass(frozen=True, slots=True)
class Op:
    """One function of torch, or one method of its tensors.

    ``name``: the full dotted name of a function, the bare name of a method.  ``of_array``: what an array of numpy does
    when the method is called on it.
    """

    name: str
    signature_text: str
    formula: str
    shape: ShapeFunction
    is_method: bool
    of_array: Op | None = None

    @property
    def signature(self) -> Signature:
        """The parameters; a method's tensor is the first, called ``input``."""
        return signature(self.signature_text)

    def _of_array(self, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
        """What numpy's method of the same name returns: as torch's, but what torch rejects is only unknown."""
        if self.name in _ANOTHER_IN_NUMPY:
            return Array(unknown_rank(f"numpy's {self.name}"), None)
        given = args[0]
        assert isinstance(given, Array)
        seen = Tensor(given.shape, given.dtype)
        seen.share(given, given.places)
        try:
            found = self.apply(Needs(), [seen, *args[1:]], kwargs)
        except Reject:
            return Array(unknown_rank(f"numpy's {self.name}"), None)
        if found is None or self.in_place:  # a method of arrays that returns nothing works in place
            given.shape = seen.shape
        if found is None:
            given.write(None)
        if given.memory is not None:
            found = settle(self.name, True, [given], given, found, lambda other: found)
        return arrayed(found)

    @property
    def in_place(self) -> bool:
        """Whether it changes its first argument and returns it."""
        return self.name.endswith("_") and not self.name.endswith("__")

    def apply(self, need: Needs, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
        """What the call returns; ``Reject`` where it raises for every value of the unknowns."""
        if self.of_array is not None and args and isinstance(args[0], Array):
            return self.of_array.apply(need, args, kwargs)
        if self.is_method and args and isinstance(args[0], Array):
            return self._of_array(args, kwargs)
        declared = self.signature
        if len(args) > len(declared.positional) and self.name.rpartition(".")[2].rstrip("_") in _WITH_FACTORS:
            # torch still takes the old order, ``d.addmm_(beta, alpha, a, b)``, with a warning.
            args = _without_factors(args, len(declared.positional))
        try:
            bound = declared.bind(args, {_known(declared, name): value for name, value in kwargs.items()})
        except Reject:
            if self.is_method and _as_numpy(self.name, args, kwargs):
                return Array(unknown_rank(f"numpy's {self.name}"), None)
            raise
        given = bound.get("input")
        if "input" in bound:
            bound["input"] = operand(need, given, "input")
        result = self.shape(need, **bound)
        if not self.in_place or not isinstance(given, Tensor):
            result = of_operator(self.name, args, kwargs, result)
            return self._settled(bound, arrayed(result) if self.name.startswith("numpy.") else result)
        if self.name in _RESHAPING:
            given.write(None)
            given.shape = unknown_rank(f"changed in place by {self.name}")
            return result
        keep_shape(need, given, result)
        if given.memory is not None and self.name not in _ONLY_MARKING:
            elements.write(given, result.values if isinstance(result, Tensor) and result is not given else None)
        return given

    def _settled(self, bound: Mapping[str, Value], result: Value) -> Value:
        """``result`` that shares memory with the operands if it is a view of them."""
        sources = with_memory(bound.values())
        if not sources:
            return result
        for tensor in written(bound):
            tensor.write(None)
            if isinstance(result, Tensor) and tensor is bound.get("out") and tensor.shape != result.shape:
                tensor.shape = unknown_rank("written by a call that may resize it")
        again = lambda other: self.shape(Needs(), **{**bound, "input": other})  # noqa: E731
        return settle(self.name, False, sources, bound.get("input"), result, again)


@dataclass(frozen=True, slots=True)
class Family(Generic[_Function_co]):
    """One declaration: the names that share it (``Tensor.x``, ``torch.x``), the signature, the shape function.

    The decorated name is the family, so another operator calls the function as ``transpose.shape(need, input, 0, 1)``.
    """

    names: tuple[str, ...]
    signature_text: str
    formula: str
    shape: _Function_co


Declared: TypeAlias = "Family[ShapeFunction]"
"""A declaration whose shape function is only called through an :class:`Op`, by the names in its signature."""


class Catalogue(Mapping[str, Op]):
    """Operators by name; each is made when it is asked for, since there are a thousand and a model uses twenty."""

    __slots__ = ("_arrays", "_declared", "_is_method")

    def __init__(self, declared: Mapping[str, Declared], *, methods: bool, arrays: Catalogue | None = None) -> None:
        self._declared, self._is_method, self._arrays = declared, methods, arrays

    def __getitem__(self, name: str) -> Op:
        found = self._declared[name]
        of_array = self._arrays.get(name) if self._arrays is not None else None
        return Op(name, found.signature_text, found.formula, found.shape, self._is_method, of_array)

    def __contains__(self, name: object) -> bool:
        return name in self._declared

    def __iter__(self) -> Iterator[str]:
        return iter(self._declared)

    def __len__(self) -> int:
        return len(self._declared)


def op(names: str, text: str, *, formula: str) -> Callable[[_Function], Family[_Function]]:
    """Declares the operators ``names`` (several separated by spaces) by the function below it.

    ``text``: the signature; the shape function takes the same names after ``need``.  ``formula``: input shapes -> output
    shape, for the documentation.

        @op("{torch,Tensor}.flip", "input, dims", formula="(*) -> (*)")

    declares ``torch.flip`` and ``Tensor.flip``, and ``flip.shape(need, input, dims)`` calls the function itself.  Many
    operators that differ in a number or a function are made by a function of their file; it collects them in a tuple.
    """

    def declare(shape: _Function) -> Family[_Function]:
        return Family(tuple(name for word in names.split() for name in expand(word)), text, formula, shape)

    return declare


def families(modules: Sequence[ModuleType]) -> list[Declared]:
    """Everything that these modules declare, alone or in tuples of families."""
    found: list[Declared] = []
    for module in modules:
        for value in vars(module).values():
            if type(value) is Family:
                found.append(value)
            elif type(value) is tuple:
                found += [family for family in value if type(family) is Family]
    return found


def functions(declared: Sequence[Declared]) -> Catalogue:
    """Those that are functions, by full dotted name."""
    found: dict[str, Declared] = {}
    for family in declared:
        for name in family.names:
            owner = name[: name.index(".")]
            if owner not in _OWNERS:
                found["torch.nn.functional" + name[1:] if owner == "F" else name] = family
    return Catalogue(found, methods=False)


def methods(declared: Sequence[Declared], owner: str, arrays: Catalogue | None = None) -> Catalogue:
    """Those that are methods of ``owner`` (``"Tensor"`` or ``"Array"``), by name; of arrays too."""
    start = f"{owner}."
    found = {n[len(start) :]: family for family in declared for n in family.names if n.startswith(start)}
    if arrays is not None:
        found = {**arrays._declared, **found}
    return Catalogue(found, methods=True, arrays=arrays)


def keep_shape(need: Needs, kept: Tensor, result: Value) -> None:
    """An in-place result must have the shape of the tensor that it is written to."""
    if not isinstance(result, Tensor) or kept.shape.lead is not None or result.shape.lead is not None:
        return
    message = f"a result of shape {result.shape} does not fit in place into {kept.shape}"
    need.require(len(kept.shape.dims) == len(result.shape.dims), Kind.OPERANDS, message)
    for before, after in zip(kept.shape.dims, result.shape.dims, strict=True):
        need.equal(after, before, Kind.OPERANDS, message)


def _as_numpy(name: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> bool:
    """Whether a call that no tensor accepts is meant for an array: an input of ``forward`` may be one."""
    return not _OF_NUMPY.isdisjoint(kwargs) or (name == "transpose" and len(args) > 1)


def _without_factors(args: Sequence[Value], count: int) -> Sequence[Value]:
    """``add(x, 2, y)`` is ``x + 2 * y``, but ``add(x, 1, 2)`` is ``x + 2 * 1``."""
    tensors = [arg for arg in args if not isinstance(arg, (int, float))]
    return tensors if len(tensors) >= count else args[:count]


def _known(declared: Signature, name: str) -> str:
    taken = name in declared.positional or name in declared.keyword_only
    return name if taken or declared.keywords is not None else ALIASES.get(name, name)


def expand(word: str) -> list[str]:
    """``"{a,b}.{c,d}"`` is ``a.c``, ``a.d``, ``b.c``, ``b.d``."""
    head, brace, rest = word.partition("{")
    if not brace:
        return [word]
    choices, _, tail = rest.partition("}")
    tails = expand(tail)
    return [head + choice + end for choice in choices.split(",") for end in tails]
