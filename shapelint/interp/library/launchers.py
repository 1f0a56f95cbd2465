"""Libraries that call the functions of a script: processes that are spawned, command lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...shapes import Unknown, fresh
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.frame import Frame
from ..model.functions import Builtin, Function
from ..model.values import Gap
from ..objects.iteration import as_list
from ..objects.parameters import parameters_of

__all__ = ["LAUNCH"]


def _spawn(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``mp.spawn(worker, args=(...), nprocs=n)`` calls ``worker(rank, ...)``."""
    function = args[0] if args else kwargs.get("fn")
    given = as_list(machine, args[1] if len(args) > 1 else kwargs.get("args", ()))
    rank = fresh("rank", minimum=0, reason="the number of a process")
    call(machine, function, (rank, *([Gap("unknown arguments")] if given is None else given)), {}, node, frame)


def _fire(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``fire.Fire(main)`` calls ``main`` with its defaults, and what the command line gives where there are none."""
    function = args[0] if args else kwargs.get("component")
    if isinstance(function, Function):
        names = [name for name in parameters_of(function).every if name not in function.defaults]
        call(machine, function, (), {name: Unknown(f"option '{name}' has no default") for name in names}, node, frame)


_SPAWN, _FIRE = Builtin("spawn", _spawn), Builtin("Fire", _fire)

LAUNCH: dict[str, Any] = {
    "torch.multiprocessing.spawn": _SPAWN, "torch.multiprocessing.spawn.spawn": _SPAWN, "fire.Fire": _FIRE, "typer.run": _FIRE,
}  # fmt: skip
