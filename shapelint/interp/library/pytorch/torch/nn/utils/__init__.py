"""``torch.nn.utils``: a weight that is computed of others, which take its place among the parameters of its module.

``torch.nn.utils.weight_norm`` and ``spectral_norm`` put them beside it (``weight_g``), ``torch.nn.utils.parametrizations`` into
modules of their own (``parametrizations.weight.original0``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from shapelint.interp.library.declare import ANYTHING, Invocation, models
from shapelint.interp.library.no_effect import returns_first
from shapelint.interp.model.classes import Instance
from shapelint.interp.model.state import BUFFERS, buffers_of, state_of
from shapelint.layers.declare import parameters_of
from shapelint.shapes import Dim, Parameter, Shape, Tensor, Unknown, Value, unknown_rank

_PARAMETRIZE = "torch.nn.utils.parametrize"
_INSIDE = "parametrizations.{}."

models("torch.nn.utils.fuse_conv_bn_eval", ANYTHING)(returns_first)


@models("torch.nn.utils.weight_norm", "module, name='weight', dim=0")
def weight_norm(at: Invocation, module: Value, name: Value, dim: Value) -> Value:
    """``weight`` is computed of its norm ``weight_g`` and its direction ``weight_v``."""
    return _replaced(at, module, name, {f"{name}_g": _norm_of(module, name, dim), f"{name}_v": _shape_of(module, name)})


@models("torch.nn.utils.parametrizations.weight_norm", "module, name='weight', dim=0")
def parametrized_weight_norm(at: Invocation, module: Value, name: Value, dim: Value) -> Value:
    """The same under other names."""
    first = _INSIDE.format(name)
    news = {f"{first}original0": _norm_of(module, name, dim), f"{first}original1": _shape_of(module, name)}
    return _replaced(at, module, name, news)


@models("torch.nn.utils.spectral_norm", "module, name='weight', n_power_iterations=1, eps=1e-12, dim=None")
def spectral_norm(
    at: Invocation, module: Value, name: Value, n_power_iterations: Value, eps: Value, dim: Value
) -> Value:
    """``weight`` is ``weight_orig`` divided by its spectral norm, for which two vectors are kept."""
    rows, columns = _matrix_of(module, name, dim)
    return _replaced(
        at, module, name, {f"{name}_orig": _shape_of(module, name)}, {f"{name}_u": rows, f"{name}_v": columns}
    )


@models(
    "torch.nn.utils.parametrizations.spectral_norm", "module, name='weight', n_power_iterations=1, eps=1e-12, dim=None"
)
def parametrized_spectral_norm(
    at: Invocation, module: Value, name: Value, n_power_iterations: Value, eps: Value, dim: Value
) -> Value:
    """The same under other names; of a vector no other vectors are kept."""
    first = _INSIDE.format(name)
    rows, columns = _matrix_of(module, name, dim)
    kept = {f"{first}0._u": rows, f"{first}0._v": columns} if len(_shape_of(module, name).dims) != 1 else {}
    return _replaced(at, module, name, {f"{first}original": _shape_of(module, name)}, kept)


@models(
    "torch.nn.utils.parametrizations.orthogonal",
    "module, name='weight', orthogonal_map=None, *, use_trivialization=True",
)
def orthogonal(at: Invocation, module: Value, name: Value, orthogonal_map: Value, use_trivialization: Value) -> Value:
    """``weight`` is an orthogonal matrix, or a batch of them, beside which a square one is kept."""
    first, shape = _INSIDE.format(name), _shape_of(module, name)
    side = max((dim for dim in shape.dims[-2:] if isinstance(dim, int)), default=0)
    known = all(isinstance(dim, int) for dim in shape.dims[-2:]) and len(shape.dims) > 1
    base = Shape((*shape.dims[:-2], side, side)) if known else unknown_rank("the base of an orthogonal matrix")
    kept = {} if use_trivialization is False else {f"{first}0.base": base}
    return _replaced(at, module, name, {f"{first}original": shape}, kept)


@models("torch.nn.utils.remove_weight_norm torch.nn.utils.remove_spectral_norm", "module, name='weight'")
def remove(at: Invocation, module: Value, name: Value) -> Value:
    """``weight`` is a parameter again, the last one."""
    return _restored(at, module, name, tuple(f"{name}_{end}" for end in ("g", "v", "orig", "u")))


@models(f"{_PARAMETRIZE}.remove_parametrizations", "module, tensor_name, leave_parametrized=True")
def remove_parametrizations(at: Invocation, module: Value, tensor_name: Value, leave_parametrized: Value) -> Value:
    """The same of what ``parametrizations`` have made."""
    start = _INSIDE.format(tensor_name)
    names = tuple(each for each in module.attributes if each.startswith(start)) if isinstance(module, Instance) else ()
    return _restored(at, module, tensor_name, names)


@models(f"{_PARAMETRIZE}.register_parametrization", "module, tensor_name, parametrization, *, unsafe=False")
def register_parametrization(
    at: Invocation, module: Value, tensor_name: Value, parametrization: Value, unsafe: Value
) -> Value:
    """A weight that a module computes of the ``original``; one that holds something, or can be inverted, is not followed."""
    if _weight(module, tensor_name) is None or not isinstance(module, Instance):
        return module  # or the weight is parametrized already
    if isinstance(parametrization, Instance) and not parametrization.cls.find("right_inverse"):
        inside = state_of(parametrization)
        if not inside.entries and not inside.unfollowed:
            first = _INSIDE.format(tensor_name)
            return _replaced(at, module, tensor_name, {f"{first}original": _shape_of(module, tensor_name)})
    at.update(module, {str(tensor_name): Unknown("a parametrization"), "_blueprint": None})
    return module


def _weight(module: Value, name: Value) -> Parameter | None:
    """The parameter of that name."""
    value = module.attributes.get(name) if isinstance(module, Instance) and isinstance(name, str) else None
    return value if isinstance(value, Parameter) else None


def _shape_of(module: Value, name: Value) -> Shape:
    weight = _weight(module, name)
    return unknown_rank("the shape of a weight") if weight is None else weight.shape


def _norm_of(module: Value, name: Value, dim: Value) -> Shape:
    """The shape of the norm of a weight over all of its dimensions but ``dim``, which all keep their place."""
    shape = _shape_of(module, name)
    if dim is None or dim == -1:
        return Shape(())
    if not isinstance(dim, int) or shape.lead is not None or not -len(shape.dims) <= dim < len(shape.dims):
        return unknown_rank("the norm of a weight")
    at = dim % len(shape.dims)
    return Shape(tuple(size if place == at else 1 for place, size in enumerate(shape.dims)))


def _matrix_of(module: Value, name: Value, dim: Value) -> tuple[Shape, Shape]:
    """The lengths of the two sides of a weight as a matrix whose rows are its dimension ``dim``: the outputs."""
    shape = _shape_of(module, name)
    if dim is None:
        layer = module.cls.catalogued if isinstance(module, Instance) else None
        dim = 1 if layer is not None and layer.name.startswith("ConvTranspose") else 0
    if not isinstance(dim, int) or shape.lead is not None or not -len(shape.dims) <= dim < len(shape.dims):
        return unknown_rank("a vector of a weight"), unknown_rank("a vector of a weight")
    at = dim % len(shape.dims)
    columns: Dim = math.prod(size for place, size in enumerate(shape.dims) if place != at)
    return Shape((shape.dims[at],)), Shape((columns,))


def _replaced(
    at: Invocation, module: Value, name: Value, news: Mapping[str, Shape], kept: Mapping[str, Shape] | None = None
) -> Value:
    """``module`` whose parameter ``name`` is computed of the parameters ``news``; with the buffers ``kept``."""
    weight = _weight(module, name)
    if weight is None or not isinstance(module, Instance) or not isinstance(name, str):
        return module
    made = {each: Parameter(shape, weight.dtype, trainable=weight.trainable) for each, shape in news.items()}
    declared = {each: value for each, value in parameters_of(module.attributes).items() if each != name}
    computed = Tensor(weight.shape, weight.dtype)
    at.update(module, {
        name: computed,
        "_computed": {**_computed(module), name: computed},
        "_parameters": declared,
        "_blueprint": None,
        **made,
        **{each: Tensor(shape) for each, shape in (kept or {}).items()},
        BUFFERS: {**buffers_of(module), **dict.fromkeys(kept or {}, True)},
    })  # fmt: skip
    return module


def _restored(at: Invocation, module: Value, name: Value, names: tuple[str, ...]) -> Value:
    """``module`` without the attributes ``names``, and with a parameter ``name`` in their place."""
    if not isinstance(module, Instance) or not isinstance(name, str):
        return module
    weight = module.attributes.get(name)
    if not isinstance(weight, Tensor) or isinstance(weight, Parameter):
        return module
    at.machine.heap.touch(module.attributes)
    for each in (name, *names):
        module.attributes.pop(each, None)
    kept = {each: persistent for each, persistent in buffers_of(module).items() if each not in names}
    given_back = Parameter(weight.shape, weight.dtype)
    at.update(module, {name: given_back, "_computed": {**_computed(module), name: given_back}, BUFFERS: kept})
    return module


def _computed(module: Instance) -> dict[str, Value]:
    """The weights that are or were computed, which the layer uses as it would its own."""
    found = module.attributes.get("_computed")
    return found if isinstance(found, dict) else {}
