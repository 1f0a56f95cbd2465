"""How a layer is declared: one shape function, with a decorator that states everything else torch says about the layer.

    @layer(
        "Linear",
        "in_features, out_features, bias=True, device=None, dtype=None",
        formula="(*, in_features) -> (*, out_features)",
        weights=lambda a: {"weight": (a.out_features, a.in_features), "bias": optional(a.bias, (a.out_features,))},
    )
    def linear(need: Needs, a: Args, input: Tensor) -> Tensor: ...

The decorated name is a :class:`Declaration`; several layers may share one (``Conv{1,2,3}d`` are three).
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from ..records import dataclass, field
from ..shapes import Dim, Expr, Kind, Needs, Parameter, Shape, Tensor, Unknown, Value, fresh, unknown_rank
from .signature import Signature, signature

__all__ = [
    "Args",
    "Construct",
    "Declaration",
    "Expects",
    "Layer",
    "Lazy",
    "Resizing",
    "Size",
    "Weights",
    "Window",
    "layer",
    "parameters_of",
    "weights_of",
]

_PAGE = "https://docs.pytorch.org/docs/2.13/generated/torch.nn.{}.html"
# These have no page of their own.
_DESCRIBED_WITH = {"NLLLoss2d": "NLLLoss", "CrossMapLRN2d": "LocalResponseNorm", "Container": "Module"}


class Window(enum.Enum):
    """How a layer moves a window with a ``kernel_size`` over its input."""

    CONVOLUTION = enum.auto()
    TRANSPOSED = enum.auto()  # a transposed convolution, which enlarges
    POOLING = enum.auto()


class Resizing(enum.Enum):
    """How a layer without a window changes the size of an image."""

    PADDING = enum.auto()
    UPSAMPLING = enum.auto()


@dataclass(frozen=True, slots=True)
class Lazy:
    """What a lazy layer learns from its first input, when it turns into the class without ``Lazy`` in its name.

    ``parameter``: the argument that it was built without.  ``axis``: the dimension of the input that gives it; None for the
    one before the spatial axes, which is the last where there are none.
    """

    parameter: str
    axis: int | None = None


class Args:
    """Read-only access to the arguments of a constructor or the attributes of a layer; what is missing is an Unknown.

    ``layer``: the name of the class.  ``spatial``: how many spatial axes the name states (2 for ``Conv2d``), 0 if none.

    >>> a = Args({"kernel_size": 3}, "Conv2d", 2)
    >>> a.kernel_size, a.stride
    (3, Unknown(reason="attribute 'stride' is not known"))
    """

    __slots__ = ("__dict__", "layer", "spatial")

    def __init__(self, values: dict[str, Value], layer: str = "", spatial: int = 0) -> None:
        self.__dict__, self.layer, self.spatial = values, layer, spatial

    def __contains__(self, name: str) -> bool:
        return name in self.__dict__

    def __getattr__(self, name: str) -> Value:
        return Unknown(f"attribute '{name}' is not known")


Size: TypeAlias = tuple[Dim, ...] | Unknown | None
"""The size of a parameter; None where the layer has none."""
Weights: TypeAlias = Callable[[Args], Mapping[str, Size]]
"""The sizes of the parameters, by name."""
Construct: TypeAlias = Callable[[Needs, Args], Mapping[str, Value]]
"""Checks the arguments, and gives the attributes that differ from them."""
Expects: TypeAlias = Callable[[Args], tuple[Shape | None, ...]]
"""The batched shape of each input of unknown rank; None where any rank will do."""


def _nothing(need: Needs, a: Args) -> Mapping[str, Value]:
    return {}


def _no_weights(a: Args) -> Mapping[str, Size]:
    return {}


def _any_rank(a: Args) -> tuple[Shape | None, ...]:
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class Declaration:
    """What :func:`layer` was given, and the layers that it declares."""

    names: tuple[str, ...]
    signature_text: str
    inputs_text: str
    formula: str
    shape: Callable[..., Value]
    construct: Construct
    weights: Weights
    expects: Expects
    lazy: Lazy | None
    container: bool
    window: Window | None
    resizing: Resizing | None
    loose: tuple[str, ...]
    buffers: tuple[str, ...]
    layers: tuple[Layer, ...] = field(init=False)

    def __post_init__(self) -> None:
        # The record is frozen, so its own field is set past it.
        object.__setattr__(self, "layers", tuple(Layer(name, self, _spatial(name)) for name in self.names))


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One class of ``torch.nn``: how it is built, what it makes of its inputs, how many parameters it has.

    >>> from shapelint.layers import CATALOGUE
    >>> conv = CATALOGUE["Conv2d"]
    >>> attributes = conv.construct(Needs(), conv.bind((3, 64, 3), {"padding": 1}))
    >>> attributes["padding"], attributes["weight"]
    ((1, 1), Tensor(64, 3, 3, 3))
    >>> conv.apply(Needs(), attributes, [Tensor(Shape((1, 3, 32, 32)))], {})
    Tensor(1, 64, 32, 32)
    >>> conv.parameters(attributes)
    1792
    """

    name: str
    declaration: Declaration
    spatial: int

    @property
    def formula(self) -> str:
        """Input shape -> output shape, as PyTorch's documentation states it."""
        return self.declaration.formula

    @property
    def page(self) -> str:
        """PyTorch's documentation page, where the formula comes from."""
        return _PAGE.format(_DESCRIBED_WITH.get(self.name, self.name))

    @property
    def signature(self) -> Signature:
        """The constructor's parameters."""
        return signature(self.declaration.signature_text)

    @property
    def inputs(self) -> Signature:
        """The parameters of ``forward``."""
        return signature(self.declaration.inputs_text)

    @property
    def window(self) -> Window | None:
        """How it moves a window over its input; None if it does not, and for lazy layers, which turn into others."""
        return self.declaration.window

    @property
    def resizing(self) -> Resizing | None:
        """How it changes the size of an image without a window; None for a layer that does not."""
        return self.declaration.resizing

    @property
    def buffers(self) -> tuple[str, ...]:
        """The attributes that are buffers of the layer where they are tensors."""
        return self.declaration.buffers

    @property
    def is_container(self) -> bool:
        """Whether it runs its members, so that the interpreter knows what it does, and its shape function does not."""
        return self.declaration.container

    def bind(self, args: Sequence[Value], kwargs: Mapping[str, Value]) -> dict[str, Value]:
        """Constructor arguments by parameter name, with defaults; ``Reject(ARGUMENT)`` if they do not fit."""
        return self.signature.bind(args, kwargs)

    def construct(self, need: Needs, bound: Mapping[str, Value]) -> dict[str, Value]:
        """The public attributes of the instance; ``Reject`` where torch's constructor raises.

        Parameters are there as tensors (``weight``, ``bias``), and all together under ``_parameters``.
        """
        attributes = {name: value for name, value in bound.items() if name not in ("device", "dtype")}
        attributes.update(self.declaration.construct(need, self._args(bound)))
        built = {**bound, **attributes}
        parameters = {
            name: _parameter(need, name, size) for name, size in self.declaration.weights(self._args(built)).items()
        }
        attributes.update(parameters)
        attributes["_parameters"] = parameters
        return attributes

    def expects(self, attributes: Mapping[str, Value]) -> tuple[Shape | None, ...]:
        """For each input of unknown rank the batched shape, with fresh symbols; None where any rank will do."""
        shapes = self.declaration.expects(self._args(attributes))
        return shapes + (None,) * (len(self.inputs.positional) - len(shapes))

    def apply(
        self, need: Needs, attributes: Mapping[str, Value], args: Sequence[Value], kwargs: Mapping[str, Value]
    ) -> Value:
        """What ``forward`` returns in eval mode; ``Reject`` where it raises for every value of the unknowns."""
        bound = self.inputs.bind(args, kwargs)
        for name in self.inputs.required:
            bound[name] = self._operand(need, name, bound[name])
        return self.declaration.shape(need, self._args(attributes), **bound)

    def parameters(self, attributes: Mapping[str, Value]) -> Dim:
        """The number of parameters, as ``sum(p.numel() for p in layer.parameters())`` counts them."""
        total: Dim = 0
        for name, declared in parameters_of(attributes).items():
            match attributes.get(name, declared):
                case None:
                    pass
                case Tensor(shape=Shape(lead=None) as shape):
                    total = total + math.prod(shape.dims)
                case _:
                    total = total + fresh("P", minimum=0, reason=f"the size of '{name}' is not known")
        return total

    def materialize(self, args: Sequence[Value]) -> tuple[str, dict[str, Value]] | None:
        """What a lazy layer turns into when it is first called with ``args``: its new class, and the attribute that it learns.

        None for every other layer, and where the size of the input is not known.

        >>> from shapelint.layers import CATALOGUE
        >>> CATALOGUE["LazyLinear"].materialize([Tensor(Shape((8, 512)))])
        ('Linear', {'in_features': 512})
        """
        lazy = self.declaration.lazy
        if lazy is None or not args or not isinstance(args[0], Tensor):
            return None
        width = args[0].size(-1 - self.spatial if lazy.axis is None else lazy.axis)
        return None if width is None else (self.name.removeprefix("Lazy"), {lazy.parameter: width})

    def _args(self, values: Mapping[str, Value]) -> Args:
        return Args(values if type(values) is dict else dict(values), self.name, self.spatial)

    def _operand(self, need: Needs, name: str, value: Value) -> Value:
        """``value``, or a tensor of unknown rank where it is not known; ``Reject`` for what cannot be a tensor."""
        if isinstance(value, Unknown):
            return Tensor(unknown_rank(value.reason), None)
        if isinstance(value, Expr):
            return Tensor(unknown_rank(f"'{name}' is not known"), None)
        plain = isinstance(value, (int, float, str, tuple, list, dict)) or value is None
        need.require(
            not plain or self.is_container or name in self.declaration.loose,
            Kind.ARGUMENT,
            f"a tensor expected for '{name}', got {type(value).__name__}",
            got_none=value is None,
        )
        return value if isinstance(value, Tensor) or plain else Tensor(unknown_rank(f"'{name}' is not known"), None)


def parameters_of(attributes: Mapping[str, Value]) -> Mapping[str, Value]:
    """The parameters that :meth:`Layer.construct` has put among the attributes of a layer; none of other modules."""
    found = attributes.get("_parameters")
    return found if isinstance(found, Mapping) else {}


def weights_of(attributes: Mapping[str, Value]) -> Mapping[str, Value]:
    """The parameters of a layer, and the weights in whose place others are (``weight_norm``)."""
    computed = attributes.get("_computed")
    return {**parameters_of(attributes), **(computed if isinstance(computed, Mapping) else {})}


def layer(
    names: str,
    text: str,
    *,
    formula: str,
    inputs: str = "input",
    construct: Construct = _nothing,
    weights: Weights = _no_weights,
    expects: Expects = _any_rank,
    lazy: Lazy | None = None,
    container: bool = False,
    window: Window | None = None,
    resizing: Resizing | None = None,
    loose: str = "",
    buffers: str = "",
) -> Callable[[Callable[..., Value]], Declaration]:
    """Declares the layers ``names`` (``"Conv{1,2,3}d"``, several separated by spaces) by the shape function below it.

    ``text``: the constructor's signature.  ``inputs``: that of ``forward``; the shape function takes the same names
    after ``need`` and the attributes.  ``construct``: checks arguments and gives the attributes that differ from them.
    ``weights``: the sizes of the parameters.  ``expects``: the shapes of inputs of unknown rank.  ``lazy``: what a lazy
    layer learns at its first call.  ``container``: it runs its members.  ``window``: for convolutions and poolings.
    ``resizing``: for paddings and upsamplings.  ``loose``: inputs that need not be tensors, separated by spaces.
    ``buffers``: attributes that are buffers where they are tensors, in torch's order.
    """

    def declare(shape: Callable[..., Value]) -> Declaration:
        expanded = tuple(name for word in names.split() for name in _expand(word))
        return Declaration(
            expanded,
            text,
            inputs,
            formula,
            shape,
            construct,
            weights,
            expects,
            lazy,
            container,
            window,
            resizing,
            tuple(loose.split()),
            tuple(buffers.split()),
        )

    return declare


def _expand(word: str) -> tuple[str, ...]:
    """``Conv{1,2,3}d`` as the three names that it stands for."""
    head, brace, rest = word.partition("{")
    if not brace:
        return (word,)
    choices, _, tail = rest.partition("}")
    return tuple(f"{head}{choice}{tail}" for choice in choices.split(","))


def _spatial(name: str) -> int:
    return int(name[-2]) if name.endswith(("1d", "2d", "3d")) else 0


def _parameter(need: Needs, name: str, size: Size) -> Parameter | Unknown | None:
    """A parameter as an attribute of its layer; ``Reject`` for a negative size."""
    if size is None or isinstance(size, Unknown):
        return size
    for dim in size:
        need.at_least(dim, 0, Kind.ARGUMENT, f"{dim} is negative in the size of '{name}'")
    return Parameter(Shape(size))
