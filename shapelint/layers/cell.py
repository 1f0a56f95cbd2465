"""Recurrent cells: one step of a recurrent layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..shapes import Kind, Needs, Shape, Tensor, Value, fresh
from .argument_readers import dim, number, optional
from .declare import Args, Size, layer
from .image_axes import ranks, width
from .recurrent import END, GATES, INPUTS, check_state


def _cell_construct(need: Needs, a: Args) -> Mapping[str, Value]:
    for name in ("input_size", "hidden_size"):
        value = number(need, getattr(a, name), name)
        need.at_least(value, 0, Kind.ARGUMENT, f"{name} must not be negative, got {value}", name)
    return {}


def _cell_weights(a: Args) -> Mapping[str, Size]:
    hidden, gates = dim(a.hidden_size, "hidden"), GATES[a.layer.removesuffix("Cell")]
    return {
        "weight_ih": (gates * hidden, dim(a.input_size, "input")),
        "weight_hh": (gates * hidden, hidden),
        "bias_ih": optional(a.bias, (gates * hidden,)),
        "bias_hh": optional(a.bias, (gates * hidden,)),
    }


def _cell(need: Needs, a: Args, input: Tensor, states: Iterable[Value]) -> Tensor:
    """The new state; every given state must be as large."""
    ranks(need, input, 1, 2)
    before = width(need, input, dim(a.input_size, "input"), argument="input_size")
    size = Shape((*before.dims, dim(a.hidden_size, "hidden")), before.lead)
    for state in states:
        if size.lead is None:
            check_state(need, state, size.dims, "hidden state", "hx")
    return Tensor(size, input.dtype)


def _cell_expects(a: Args) -> tuple[Shape | None, ...]:
    return (Shape((fresh("N"), dim(a.input_size, "input"))),)


@layer(
    "RNNCell",
    f"input_size, hidden_size, bias=True, nonlinearity='tanh', {END}",
    inputs=INPUTS,
    formula="(N, input_size) -> (N, hidden_size)",
    construct=_cell_construct,
    weights=_cell_weights,
    expects=_cell_expects,
)
def rnn_cell(need: Needs, a: Args, input: Tensor, hx: Value = None) -> Value:
    """The new hidden state; unbatched ``(input_size)`` too."""
    known = isinstance(a.nonlinearity, (str, int, type(None)))
    message = f"nonlinearity must be 'tanh' or 'relu', got {a.nonlinearity!r}"
    good = not known or a.nonlinearity in ("tanh", "relu")
    need.require(good, Kind.ARGUMENT, message, "nonlinearity", got_none=a.nonlinearity is None)
    return _cell(need, a, input, (hx,))


@layer(
    "GRUCell",
    f"input_size, hidden_size, bias=True, {END}",
    inputs=INPUTS,
    formula="(N, input_size) -> (N, hidden_size)",
    construct=_cell_construct,
    weights=_cell_weights,
    expects=_cell_expects,
)
def gru_cell(need: Needs, a: Args, input: Tensor, hx: Value = None) -> Value:
    """The new hidden state; unbatched ``(input_size)`` too."""
    return _cell(need, a, input, (hx,))


@layer(
    "LSTMCell",
    f"input_size, hidden_size, bias=True, {END}",
    inputs=INPUTS,
    formula="(N, input_size) -> (N, hidden_size), (N, hidden_size)",
    construct=_cell_construct,
    weights=_cell_weights,
    expects=_cell_expects,
)
def lstm_cell(need: Needs, a: Args, input: Tensor, hx: Value = None) -> Value:
    """The new (hidden, cell) state; unbatched ``(input_size)`` too."""
    given = tuple(hx) if isinstance(hx, (tuple, list)) else ()
    need.require(
        hx is None or not given or len(given) == 2, Kind.ARGUMENT, f"two states expected for hx, got {len(given)}", "hx"
    )
    state = _cell(need, a, input, given)
    return state, Tensor(state.shape, state.dtype)
