"""``module(x)``: a layer of torch.nn applies its shape function, any other module enters its ``forward``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...layers import CATALOGUE, Layer, of_layer
from ...ops.sharing import perhaps_shared, with_memory
from ...shapes import Dim, Expr, Needs, Reject, Shape, Tensor, Unknown, Value, fresh, unknown_rank
from ..machine.machine import Machine
from ..machine.memo import call_key, perform
from ..machine.recording import forced, record
from ..machine.tables import Args, Kwargs, Node, call, called
from ..model.blueprint import Blueprint
from ..model.classes import Instance
from ..model.frame import Frame
from ..model.module_tree import is_module
from ..model.tape import Call
from ..objects.callbacks import given_away
from ..objects.calls import call_method
from ..tensors.operations import known
from .method_arguments import receiver

__all__ = ["run_layer"]


@called(Instance)
def _call_instance(machine: Machine, function: Instance, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    if is_module(function):
        return _call_module(machine, function, args, kwargs, node, frame)
    if function.cls.find("__call__"):
        return call_method(machine, function, "__call__", args, node, frame, kwargs)
    return Unknown(f"a call of an instance of {function.cls.name}")


def _call_module(machine: Machine, module: Instance, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    module.called += 1
    forward = module.cls.entry
    own = module.attributes.get("forward")  # ``self.forward = self.forward_split``, without the module as an argument
    # A subclass of a layer with a ``forward`` of its own is entered as any module.
    is_layer = own is None and (forward is None or forward[0].layer is not None)
    layer = module.cls.catalogued if is_layer else None
    tensors = tuple(a for a in (*args, *kwargs.values()) if isinstance(a, Tensor))
    shapes = tuple(machine.tape.resolve(tensor.shape) for tensor in tensors)
    entry = record(machine, module.cls.name, module, tensors, shapes, node, frame, leaf=layer is not None)
    entry.operands, entry.keywords = (*args, *kwargs.values()), tuple(kwargs)
    if layer is None and (module.opaque is not None or (forward is None and own is None)):
        for tensor in tensors:
            given_away(machine, tensor)
    if module.opaque is not None:
        entry.output = machine.unknown(module.opaque, node, frame)
    elif layer is not None:
        _apply_layer(machine, entry, module, layer, args, kwargs)
    elif forward is None and own is None:
        entry.output = machine.unknown(f"{module.cls.name} has no forward that is known", node, frame)
    else:
        machine.parents.append(entry.index)
        try:
            if forward is None or own is not None:
                entry.output = call(machine, own, args, kwargs, node, frame)
            else:
                entry.output = call(machine, forward[1], (module, *args), kwargs, node, frame)
        finally:
            machine.parents.pop()
    return forced(machine, entry, node)


def run_layer(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``super().forward(x)`` of a subclass of a layer: the shape function, without an entry of its own module."""
    self, rest = receiver(args), args[1:]
    layer = self.cls.catalogued
    if layer is None:
        raise TypeError("not a layer")
    tensors = tuple(a for a in rest if isinstance(a, Tensor))
    entry = record(machine, layer.name, self, tensors, (), node, frame)
    entry.inner = True
    _apply_layer(machine, entry, self, layer, rest, kwargs)
    return entry.output


def _apply_layer(machine: Machine, entry: Call, module: Instance, layer: Layer, args: Args, kwargs: Kwargs) -> None:
    """Write into ``entry`` what ``layer``, with the attributes of ``module``, makes of its operands."""
    operands = [_operand(machine, arg) for arg in args]
    named = {key: _operand(machine, value) for key, value in kwargs.items()}
    entry.operands, entry.keywords = (*operands, *named.values()), tuple(named)
    try:
        layer = _settled(module, layer, operands)
    except Reject as reject:  # a lazy layer checks its other arguments when it is called
        entry.reject, entry.output = reject, Unknown(reject.message)
        return
    _narrow(machine, entry, module, layer, dict(zip(layer.inputs.positional, operands, strict=False)) | named)
    entry.inputs = tuple(o for o in entry.operands if isinstance(o, Tensor))
    entry.input_shapes = tuple(tensor.shape for tensor in entry.inputs)
    entry.arguments = _arguments_of(module)
    # Layers of one blueprint have the same attributes, so it stands for them in the key; without one they may have any.
    blueprint = module.attributes.get("_blueprint")
    key = call_key(blueprint, operands, named) if isinstance(blueprint, Blueprint) else None
    perform(
        machine, entry, key, entry.operands,
        lambda need: of_layer(layer.name, operands, layer.apply(need, module.attributes, operands, named)),
        lambda reject: _as_if_accepted(layer, module, operands, named, reject),
    )  # fmt: skip
    sources = with_memory(entry.operands)
    if sources:
        if module.attributes.get("inplace") not in (None, False):
            for tensor in sources:
                tensor.write(None)
        if entry.output not in entry.inputs:  # an Identity gives the very same tensor
            entry.output = perhaps_shared(entry.output, sources)


def _operand(machine: Machine, value: Value) -> Value:
    value = known(machine, value)
    return Tensor(unknown_rank(value.reason), None) if isinstance(value, Unknown) else value


def _arguments_of(module: Instance) -> Mapping[str, Value]:
    """What the constructor was given, by parameter name; nothing if that differs between branches."""
    arguments = module.attributes.get("_arguments")
    return arguments if isinstance(arguments, dict) else {}


def _settled(module: Instance, layer: Layer, operands: Sequence[Value]) -> Layer:
    """What a lazy layer turns into at its first call, every other layer itself."""
    become = layer.materialize(operands)
    if become is None:
        return layer
    name, attributes = become
    layer = CATALOGUE[name]
    module.attributes.update(layer.construct(Needs(), {**_arguments_of(module), **attributes}))
    return layer


def _narrow(machine: Machine, entry: Call, module: Instance, layer: Layer, given: Mapping[str, Value]) -> None:
    """An input of unknown rank has the rank that the layer takes: the call would fail otherwise.

    Where it may as well lack its batch, it is supposed to have one; a replay asks what happens otherwise.
    """
    open_ranks = {
        name: operand
        for name, operand in given.items()
        if isinstance(operand, Tensor) and operand.shape.lead is not None
    }
    if not open_ranks:
        return
    expected = zip(layer.inputs.positional, layer.expects(module.attributes), strict=False)
    wanted: Mapping[str, Shape] = {name: shape for name, shape in expected if shape is not None and name in open_ranks}
    if machine.override.unbatched:
        wanted = _without_batch(module, layer, given, wanted)
    else:
        wanted = {name: _as_found(machine, entry, name, shape) for name, shape in wanted.items()}
        machine.tape.supposed += wanted.values()
    for name, shape in wanted.items():
        machine.heap.narrow(open_ranks[name], shape)


def _as_found(machine: Machine, entry: Call, name: str, shape: Shape) -> Shape:
    """``shape`` for an input of unknown rank, with the sizes of the run that is replayed where the layer takes any."""
    at = entry.site.node, name
    found, earlier = machine.tape.found.setdefault(at, []), machine.override.found.get(at, ())
    if len(found) < len(earlier) and len(earlier[len(found)].dims) == len(shape.dims):
        pairs = zip(shape.dims, earlier[len(found)].dims, strict=True)
        shape = Shape(tuple(size if _is_free(dim) else dim for dim, size in pairs), shape.lead)
    found.append(shape)
    return shape


def _is_free(dim: Dim) -> bool:
    free = dim.as_symbol if isinstance(dim, Expr) else None
    return free is not None and bool(free.uid)


def _without_batch(
    module: Instance, layer: Layer, given: Mapping[str, Value], batched: Mapping[str, Shape]
) -> Mapping[str, Shape]:
    """The shapes of single samples for the inputs of unknown rank; ``batched`` itself where the layer needs the batch."""
    single = {name: Shape(shape.dims[1:], shape.lead) for name, shape in batched.items()}
    try:
        layer.apply(
            Needs(), module.attributes, (), {**given, **{name: Tensor(shape) for name, shape in single.items()}}
        )
    except Reject:
        return batched
    return single


def _as_if_accepted(
    layer: Layer, module: Instance, operands: Sequence[Value], named: Mapping[str, Value], reject: Reject
) -> Value:
    """After a rejected call go on as if the input had had the expected width, so that one mistake stays one.

    A layer that gives back the shape of its input (``bn1`` where ``bn2`` was meant) may be the mistake itself: then what goes
    on is as wide as the input was.  So nothing is said of the width, until something below needs one.
    """
    shapes = layer.expects(module.attributes)
    if operands and shapes and shapes[0] is not None and isinstance(operands[0], Tensor):
        given, expected = operands[0].shape, shapes[0]
        if given.lead is None and len(given.dims) == len(expected.dims):
            dims = [
                e if isinstance(e, int) or _is_parameter(e) else g
                for g, e in zip(given.dims, expected.dims, strict=True)
            ]
            try:
                made = layer.apply(Needs(), module.attributes, [Tensor(Shape(tuple(dims))), *operands[1:]], named)
            except Reject:
                return Unknown(reject.message)
            return _of_either_width(made, given.dims) if _has_shape(made, dims) else made
    return Unknown(reject.message)


def _has_shape(value: Value, dims: Sequence[Dim]) -> bool:
    return isinstance(value, Tensor) and value.shape.lead is None and value.shape.dims == tuple(dims)


def _of_either_width(made: Value, given: Sequence[Dim]) -> Value:
    """``made``, with a fresh size wherever the input had another one than the layer expects."""
    if not isinstance(made, Tensor):
        return made
    sizes = (
        dim if dim == size else fresh("C", reason="PyTorch refuses the call that gives it")
        for dim, size in zip(made.shape.dims, given, strict=True)
    )
    return Tensor(Shape(tuple(sizes)), made.dtype)


def _is_parameter(dim: Dim) -> bool:
    """Whether a size says something of the model (``ngf * 2``), and is not a symbol that stands for any size."""
    return isinstance(dim, Expr) and not (dim.as_symbol is not None and dim.as_symbol.uid)
