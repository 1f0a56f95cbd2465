"""Recurrent layers and their cells."""

from __future__ import annotations

from collections.abc import Mapping

from ..shapes import Dim, Expr, Kind, Needs, Reject, Shape, Tensor, Unknown, Value, fresh, unknown_rank
from .argument_readers import dim, flag, number, optional
from .declare import Args, Size, layer
from .image_axes import ranks, width
from .operands import same_dims

GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
_COMMON = "bias=True, batch_first=False, dropout=0.0, bidirectional=False"
END = "device=None, dtype=None"
INPUTS = "input, hx=None"
_FORMULA = (
    "(L, N, input_size) -> (L, N, D*hidden_size), (D*num_layers, N, hidden_size); D is 2 if bidirectional; "
    "N first if batch_first"
)


def _construct(need: Needs, a: Args) -> Mapping[str, Value]:
    for name in ("input_size", "hidden_size", "num_layers"):
        value = number(need, getattr(a, name), name)
        need.at_least(value, 1, Kind.ARGUMENT, f"{name} must be positive, got {value}", name)
    for name in ("bias", "batch_first"):
        value = getattr(a, name)
        bad = value is None or (isinstance(value, (int, float, str, tuple, list)) and not isinstance(value, bool))
        message = f"{name} must be a bool, got {value!r}"
        need.require(not bad, Kind.ARGUMENT, message, name, got_none=value is None)
    known = isinstance(a.dropout, (int, float, str)) or a.dropout is None
    good = isinstance(a.dropout, (int, float)) and not isinstance(a.dropout, bool) and 0 <= a.dropout <= 1
    message = f"dropout must be between 0 and 1, got {a.dropout!r}"
    need.require(good or not known, Kind.ARGUMENT, message, "dropout", got_none=a.dropout is None)
    return {"mode": a.layer, **_projection(need, a)}


def _projection(need: Needs, a: Args) -> dict[str, Value]:
    if a.layer != "LSTM":
        return {"proj_size": 0}
    if isinstance(a.proj_size, Unknown):
        return {}
    size = number(need, a.proj_size, "proj_size")
    need.at_least(size, 0, Kind.ARGUMENT, f"proj_size must not be negative, got {size}", "proj_size")
    if isinstance(a.hidden_size, (int, Expr)):
        message = f"proj_size {size} must be smaller than hidden_size {a.hidden_size}"
        need.at_least(a.hidden_size - 1, size, Kind.ARGUMENT, message, "proj_size")
    return {"proj_size": size}


def _construct_rnn(need: Needs, a: Args) -> Mapping[str, Value]:
    known = isinstance(a.nonlinearity, (str, int, type(None)))
    message = f"nonlinearity must be 'tanh' or 'relu', got {a.nonlinearity!r}"
    good = not known or a.nonlinearity in ("tanh", "relu")
    need.require(good, Kind.ARGUMENT, message, "nonlinearity", got_none=a.nonlinearity is None)
    mode = f"RNN_{a.nonlinearity.upper()}" if isinstance(a.nonlinearity, str) else a.nonlinearity
    return {**_construct(need, a), "mode": mode}


def _sizes(a: Args) -> tuple[Dim, Dim, Dim | None]:
    """hidden_size, the width of the output of one direction, and the number of directions."""
    hidden = dim(a.hidden_size, "hidden")
    both = flag(a.bidirectional)
    match a.proj_size:
        case 0:
            out = hidden
        case int():
            out = a.proj_size
        case _:
            out = hidden if a.layer != "LSTM" else fresh("hidden", reason="proj_size is not known")
    return hidden, out, None if both is None else 1 + both


def _weights(a: Args) -> Mapping[str, Size]:
    """As torch names them; every layer but the first takes all directions of the one before."""
    hidden, out, directions = _sizes(a)
    if directions is None or not isinstance(a.num_layers, int):
        return {"weight_ih_l0": Unknown("the number of layers is not known")}
    gates = GATES[a.layer] * hidden
    sizes: dict[str, Size] = {}
    for index in range(min(a.num_layers, 1000)):
        inner = dim(a.input_size, "input") if index == 0 else out * directions
        for suffix in ("", "_reverse")[: int(directions) if isinstance(directions, int) else 1]:
            sizes[f"weight_ih_l{index}{suffix}"] = (gates, inner)
            sizes[f"weight_hh_l{index}{suffix}"] = (gates, out)
            for name in ("bias_ih", "bias_hh"):
                if flag(a.bias) is not False:
                    sizes[f"{name}_l{index}{suffix}"] = optional(a.bias, (gates,))
            if a.layer == "LSTM" and a.proj_size != 0:
                sizes[f"weight_hr_l{index}{suffix}"] = (out, hidden)
    return sizes


def _recur(need: Needs, a: Args, input: Tensor) -> tuple[Tensor, tuple[Dim, ...], tuple[Dim, ...]] | None:
    """The output, and the sizes of hidden and cell state; None where ranks are not known."""
    ranks(need, input, 2, 3)
    width(need, input, dim(a.input_size, "input"), argument="input_size")
    hidden, out, directions = _sizes(a)
    dims = input.shape.dims
    if input.shape.lead is not None or directions is None:
        return None
    first = flag(a.batch_first)
    if len(dims) == 3 and first is None:
        return None
    batch = () if len(dims) == 2 else (dims[0 if first else 1],)
    layers = dim(a.num_layers, "num_layers") * directions
    output = Tensor(Shape((*dims[:-1], out * directions)), input.dtype)
    return output, (layers, *batch, out), (layers, *batch, hidden)


def check_state(need: Needs, given: Value, size: tuple[Dim, ...], name: str, argument: str | None = None) -> None:
    """A given state must have the size of the state that comes out."""
    if isinstance(given, Tensor) and given.shape.lead is None:
        message = f"{name} of shape {Shape(size)} expected, got {given.shape}"
        same_dims(need, given.shape.dims, size, message, argument=argument)


def _unknown_output(a: Args, input: Tensor) -> Tensor:
    """A tensor (or a packed sequence) of which only the width is known."""
    _, out, directions = _sizes(a)
    if input.shape.dims and directions is not None:
        return Tensor(
            Shape(
                (*(fresh("D") for _ in input.shape.dims[:-1]), out * directions), input.shape.lead or "of unknown rank"
            )
        )
    return Tensor(unknown_rank(input.shape.lead or "of unknown rank"))


def _plain(need: Needs, a: Args, input: Tensor, hx: Value) -> Value:
    """What an RNN or a GRU returns: output and hidden state."""
    found = _recur(need, a, input)
    if found is None:
        return _unknown_output(a, input), Tensor(unknown_rank("a hidden state of unknown rank"))
    output, size, _ = found
    if isinstance(hx, (tuple, list)):
        raise Reject(Kind.ARGUMENT, f"one tensor expected for hx, got {len(hx)}", "hx")
    check_state(need, hx, size, "hidden state", "hx")
    return output, Tensor(Shape(size), input.dtype)


def _expects(a: Args) -> tuple[Shape | None, ...]:
    """``(L, N, input_size)``, the batch first if asked for."""
    order = (fresh("N"), fresh("L")) if flag(a.batch_first) else (fresh("L"), fresh("N"))
    return (Shape((*order, dim(a.input_size, "input"))),)


@layer(
    "RNN",
    f"input_size, hidden_size, num_layers=1, nonlinearity='tanh', {_COMMON}, {END}",
    inputs=INPUTS,
    formula=_FORMULA,
    construct=_construct_rnn,
    weights=_weights,
    expects=_expects,
)
def rnn(need: Needs, a: Args, input: Tensor, hx: Value = None) -> Value:
    """Output and hidden state; unbatched ``(L, input_size)`` too."""
    return _plain(need, a, input, hx)


@layer(
    "GRU",
    f"input_size, hidden_size, num_layers=1, {_COMMON}, {END}",
    inputs=INPUTS,
    formula=_FORMULA,
    construct=_construct,
    weights=_weights,
    expects=_expects,
)
def gru(need: Needs, a: Args, input: Tensor, hx: Value = None) -> Value:
    """Output and hidden state; unbatched ``(L, input_size)`` too."""
    return _plain(need, a, input, hx)


@layer(
    "LSTM",
    f"input_size, hidden_size, num_layers=1, {_COMMON}, proj_size=0, {END}",
    inputs=INPUTS,
    formula=f"{_FORMULA}; the cell state beside the hidden one; "
    "proj_size, if not 0, is the width of output and hidden state",
    construct=_construct,
    weights=_weights,
    expects=_expects,
)
def lstm(need: Needs, a: Args, input: Tensor, hx: Value = None) -> Value:
    """Output and (hidden, cell) state; unbatched ``(L, input_size)`` too."""
    found = _recur(need, a, input)
    if found is None:
        unknown = "a hidden state of unknown rank"
        return _unknown_output(a, input), (Tensor(unknown_rank(unknown)), Tensor(unknown_rank(unknown)))
    output, hidden, cell = found
    if isinstance(hx, (tuple, list)):
        need.require(len(hx) == 2, Kind.ARGUMENT, f"hidden and cell state expected for hx, got {len(hx)} values", "hx")
        check_state(need, hx[0], hidden, "hidden state", "hx")
        check_state(need, hx[1], cell, "cell state", "hx")
    return output, (Tensor(Shape(hidden), input.dtype), Tensor(Shape(cell), input.dtype))
