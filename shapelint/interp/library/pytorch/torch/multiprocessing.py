"""``torch.multiprocessing``: processes run functions of the script."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.model.values import Gap
from shapelint.interp.objects.iteration import as_list
from shapelint.shapes import Value, fresh


@models("torch.multiprocessing.spawn torch.multiprocessing.spawn.spawn", "fn, args=(), **options")
def spawn(at: Invocation, fn: Value, args: Value, options: Mapping[str, Value]) -> Value:
    """``mp.spawn(worker, args=(...), nprocs=n)`` calls ``worker(rank, ...)``."""
    rank = fresh("rank", minimum=0, reason="the number of a process")
    known = as_list(at.machine, args)
    at.call(fn, rank, *([Gap("unknown arguments")] if known is None else known))
    return None
