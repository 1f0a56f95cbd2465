"""``tqdm``: progress bars give what they show the progress of."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import ANYTHING, Invocation, means, method, models
from shapelint.interp.library.no_effect import returns
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.values import Gap
from shapelint.shapes import Unknown, Value

__all__ = ["PROGRESS_BAR"]

_FEW = 8
PROGRESS_BAR = Class("tqdm", unknown_base="tqdm.tqdm")

means(
    "tqdm.tqdm tqdm.auto.tqdm tqdm.autonotebook.tqdm tqdm.notebook.tqdm tqdm.tqdm_notebook tqdm.std.tqdm tqdm.rich.tqdm",
    PROGRESS_BAR,
)
method(PROGRESS_BAR, "__bool__", ANYTHING)(returns(True))


@method(PROGRESS_BAR, "__init__", "self, iterable=None, desc=None, total=None, *rest, **options")
def initialize(
    at: Invocation,
    self: Instance,
    iterable: Value,
    desc: Value,
    total: Value,
    rest: tuple[Value, ...],
    options: Mapping[str, Value],
) -> Value:
    """It holds what it goes through, its title and the number of rounds, where they are given."""
    given = {"iterable": iterable, "desc": desc, "total": total}
    at.update(self, {name: value for name, value in given.items() if value is not None})
    return None


def _shown(bar: Instance) -> Value:
    return bar.attributes.get("iterable", Unknown("a progress bar of nothing"))


@method(PROGRESS_BAR, "__iter__", "self")
def elements(at: Invocation, self: Instance) -> Value:
    """What it was given; of many, the first and an unknown number of others: who shows progress does the same each time."""
    found = at.iterate(_shown(self))
    return found if len(found) <= _FEW else [found[0], Gap("further rounds that show their progress")]


@method(PROGRESS_BAR, "__len__", "self")
def length(at: Invocation, self: Instance) -> Value:
    """That of what it was given."""
    return at.call(at.machine.project.builtin("len"), _shown(self))


@models("tqdm.trange tqdm.auto.trange tqdm.notebook.trange", "*bounds, **options")
def trange(at: Invocation, bounds: tuple[Value, ...], options: Mapping[str, Value]) -> Value:
    """``trange(n)`` is ``tqdm(range(n))``."""
    return at.call(PROGRESS_BAR, at.call(at.machine.project.builtin("range"), *bounds))
