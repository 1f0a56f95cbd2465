"""The record of a model: every call of a leaf module with its shapes and parameters, in the form of the JSON contract."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ..interp import Call, Instance
from ..interp.model.module_tree import children
from ..interp.model.site import Site
from ..interp.model.state import state_of
from ..interp.model.tape import Tape
from ..interp.model.values import Choice
from ..interp.paths.targets import Executed, NoSuchTarget, execute, targets_in
from ..settings import Reader
from ..shapes import Dim, Expr, Parameter, Tensor, Unknown
from ..shapes.value import Value
from .folded_calls import fold
from .target import load
from .totals import held, shape_record

__all__ = ["NoSuchTarget", "show"]


def show(
    target: str, inputs: Sequence[Sequence[int]] = (), depth: int | None = None, read: Reader | None = None
) -> dict[str, Any]:
    """The record of ``target`` on inputs of the given sizes; with symbolic sizes if there are none.

    ``file.py`` alone gives ``{"version": 1, "targets": [...]}``, a record for each module class.  With ``depth``
    a record also has ``folded``: its calls, those deeper than that as one of the module that holds them.  ``read``: gives
    the text of files if not the disk does.  Raises NoSuchTarget.
    """
    path, separator, expression = target.partition("::")
    project, module = load(path, read)
    if separator:
        return _record(target, execute(module, project, expression, inputs), depth)
    records = []
    for name in targets_in(module, project):
        try:
            records.append(_record(f"{path}::{name}", execute(module, project, name, inputs), depth))
        except NoSuchTarget as error:
            records.append({"version": 1, "target": f"{path}::{name}", "error": str(error)})
    return {"version": 1, "targets": records}


def _record(target: str, executed: Executed, depth: int | None) -> dict[str, Any]:
    tape = executed.tape
    leaves = list(_leaf_calls(executed))
    calls = [_call(call, tape) for call in leaves]
    record = {
        "version": 1,
        "target": target,
        "inputs": [_shape(value, tape) for value in executed.inputs],
        "output": _shape(executed.output, tape),
        "calls": calls,
        **held(state_of(executed.module)),
        "unknown": list(_unknown(executed)),
    }
    if depth is not None:
        holders = [_holder(call, tape, depth) for call in leaves]
        known = {call.index: _call(call, tape) for call in holders if call is not None}
        record["folded"] = list(fold(calls, depth, [None if call is None else call.index for call in holders], known))
    return record


def _holder(call: Call, tape: Tape, depth: int) -> Call | None:
    """The call of the module at ``depth`` that ``call`` is made in; None if there is only a list of modules there."""
    around = None if call.parent is None else tape.calls[call.parent]
    while around is not None:
        if around.module is not None and not around.inner and around.path and around.path.count(".") + 1 == depth:
            return around
        around = None if around.parent is None else tape.calls[around.parent]
    return None


def _leaf_calls(executed: Executed) -> Iterator[Call]:
    """Calls of modules without submodules and of torch's composite layers, in the order in which they are made.

    Calls by a constructor that tries its backbone on zeros, and of layers that ``forward`` itself makes, are left out: torch
    does not list these layers as the model's either.
    """
    leaves = {}
    for call in executed.tape.calls[executed.first :]:
        module = call.module
        if module is None or call.inner or call.constructs or _runs_children(module):
            continue
        if module in executed.named:
            leaves[call.index] = call
    for fork in executed.tape.forks:
        for index in _not_certain(fork, leaves, executed.tape):
            del leaves[index]
    yield from leaves.values()


def _not_certain(fork: Sequence[tuple[int, int, bool]], leaves: Mapping[int, Call], tape: Tape) -> Iterator[int]:
    """The calls in the arms of a fork that may not be made.

    If all arms that do not raise make the same calls, those of the first of them are kept.
    """
    arms = [[index for index in range(begin, end) if index in leaves] for begin, end, _ in fork]
    living = [arm for arm, (_, _, lived) in zip(arms, fork, strict=True) if lived]
    made = [[(leaves[index].path, _shape(leaves[index].output, tape)) for index in arm] for arm in living]
    kept = living[0] if living and all(calls == made[0] for calls in made) else []
    yield from (index for arm in arms for index in arm if index not in set(kept))


def _runs_children(module: Instance) -> bool:
    """Whether its ``forward`` is that of a module with others inside.

    Attention and the Transformer layers have modules inside, too, but it is they that do the work: torch hands the
    weights of those modules to one function.
    """
    entry, layer = module.cls.entry, module.cls.catalogued
    if layer is not None and not layer.is_container and entry is not None and entry[0].layer is not None:
        return False
    return bool(children(module)) or any("." in name for name in _declared(module))


def _declared(module: Instance) -> Collection[str]:
    """The names of the parameters that the declaration of its layer gives it."""
    declared = module.attributes.get("_parameters")
    return declared if isinstance(declared, dict) else ()


def _call(call: Call, tape: Tape) -> dict[str, Any]:
    module = call.module
    assert module is not None
    built = module.built
    return {
        "path": call.path,
        "layer": call.name,
        "file": None if built is None else built.source.path,
        "line": None if built is None else _row(built),
        "in": [_shape(value, tape) for value in call.operands if _may_be_tensor(value)],
        "out": _shape(call.output, tape),
        "known": _is_known(call.output, tape),
        "params": _dim(_parameters(module)),
    }


def _is_known(output: Value, tape: Tape) -> bool:
    """Whether every null in the shapes of an output is something that is not a tensor (weights that nobody wanted)."""
    match output:
        case Tensor():
            return tape.resolve(output.shape).lead is None
        case Unknown() | Choice():
            return False
        case tuple() | list():
            return all(_is_known(part, tape) for part in output)
        case dict():
            return all(_is_known(part, tape) for part in output.values())
        case Instance():
            return output.cls.dataclass and all(_is_known(part, tape) for part in output.attributes.values())
        case _:
            return True


def _may_be_tensor(value: Value) -> bool:
    match value:
        case Tensor() | Unknown() | Choice():
            return True
        case tuple() | list():
            return any(map(_may_be_tensor, value))
        case dict():
            return any(map(_may_be_tensor, value.values()))
        case _:
            return False


def _parameters(module: Instance) -> Dim:
    """The number of parameters that the module itself holds."""
    layer = module.cls.catalogued
    total: Dim = 0 if layer is None else layer.parameters(module.attributes)
    for name, value in module.attributes.items():
        if isinstance(value, Parameter) and (layer is None or name not in _declared(module)):
            for_each: Dim = 1
            for dim in value.shape.dims:
                for_each = for_each * dim
            total = total + for_each
    return total


def _shape(value: Value, tape: Tape) -> Value:
    match value:
        case Tensor():
            return shape_record(tape.resolve(value.shape))
        case tuple() | list():
            return [_shape(part, tape) for part in value]
        case Mapping():
            return {str(key): _shape(part, tape) for key, part in value.items()}
        case Instance() if value.cls.dataclass:
            return {key: _shape(part, tape) for key, part in value.attributes.items()}
        case _:
            return None


def _dim(dim: Dim) -> int | str:
    return str(dim) if isinstance(dim, Expr) else dim


def _unknown(executed: Executed) -> Iterator[dict[str, Any]]:
    seen: set[tuple[int | None, str]] = set()
    for site, reason in executed.tape.unknowns:
        line = None if site is None else _row(site)
        if (line, reason) not in seen:
            seen.add((line, reason))
            yield {"line": line, "reason": reason}
    for call in executed.tape.calls:
        if call.reject is not None:
            built = None if call.module is None else call.module.built
            line = _row(call.site) or (None if built is None else _row(built))
            yield {"line": line, "reason": f"PyTorch raises in {call.path or call.name}: {call.reject.message}"}
    if executed.ended is not None:
        yield {"line": None, "reason": str(executed.ended)}


def _row(site: Site) -> int | None:
    if site.node is site.source.tree:
        return None
    try:
        return site.source.span(site.node).row
    except KeyError:
        return None
