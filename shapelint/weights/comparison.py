"""What ``load_state_dict`` would say: names that are missing, names that are unexpected, sizes that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..interp.model.state import Entry, State
from ..records import dataclass
from ..shapes import Dim, Expr, Shape, Symbol, solve, substitute, symbols_of
from .bounded import Saved
from .selection import Selected

__all__ = ["CheckpointComparison", "Mismatch", "compare"]

_COUNTED_BEFORE = 2
"""Before this version of its format a BatchNorm had no ``num_batches_tracked``: torch does not miss it."""


@dataclass(frozen=True, slots=True, eq=False)
class Mismatch:
    """A name that both have.  ``saved``: None where the file has something there that is no tensor."""

    entry: Entry
    saved: tuple[int, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class CheckpointComparison:
    """The three lists, in the order of the model and of the file.

    ``arguments``: the sizes that the model leaves open and the file fixes (``Net(num_classes)``).  ``undecided``: names
    that may fit or not, because a size or a module of the model is not known.
    """

    missing: Sequence[Entry]
    unexpected: Sequence[str]
    mismatched: Sequence[Mismatch]
    undecided: Sequence[str]
    arguments: Mapping[Symbol, int]

    def fits(self, strict: bool = True) -> bool:
        """Whether ``load_state_dict(..., strict=strict)`` would raise nothing, as far as is known."""
        return not self.mismatched and not (strict and (self.missing or self.unexpected))


def compare(state: State, selected: Selected) -> CheckpointComparison:
    """The parameters and buffers of a model beside what a file holds."""
    entries, arguments = selected.entries, _arguments(state, selected.entries)
    names = {entry.name for entry in state.saved}
    missing: list[Entry] = []
    mismatched: list[Mismatch] = []
    unexpected: list[str] = []
    undecided: list[str] = []
    for entry in state.saved:
        if entry.name not in entries:
            if not _is_added_when_loading(entry, selected.versions):
                missing.append(entry)
            continue
        saved = entries[entry.name]
        fits = isinstance(saved, Saved) and _fits(entry.tensor.shape.substitute(arguments), saved.shape)
        if fits is False:
            mismatched.append(Mismatch(entry, saved.shape if isinstance(saved, Saved) else None))
        elif fits is None:
            undecided.append(entry.name)
    hidden = tuple(place.prefix for place in state.unfollowed)
    for name in entries:
        if name not in names:
            (undecided if name.startswith(hidden) else unexpected).append(name)
    return CheckpointComparison(missing, unexpected, mismatched, undecided, arguments)


def _fits(shape: Shape, saved: tuple[int, ...]) -> bool | None:
    """Whether a tensor of the size ``saved`` can be copied into one of ``shape``; None if that depends."""
    if shape.lead is not None:
        return None
    if not shape.dims and saved == (1,):
        return True  # scalars were saved as vectors before torch 0.4
    if len(shape.dims) != len(saved):
        return False
    pairs = list(zip(shape.dims, saved, strict=True))
    if any(isinstance(dim, int) and dim != size for dim, size in pairs):
        return False
    return True if all(isinstance(dim, int) for dim, _ in pairs) else None


def _is_added_when_loading(entry: Entry, versions: Mapping[str, int]) -> bool:
    if not entry.attribute.endswith("num_batches_tracked") or entry.holder.cls.catalogued is None:
        return False
    module = entry.name.removesuffix("num_batches_tracked").removesuffix(".")
    return versions.get(module, 0) < _COUNTED_BEFORE


def _arguments(state: State, entries: Mapping[str, Any]) -> dict[Symbol, int]:
    """The values of parameters without default by which the most sizes are those of the file: the first that is found."""
    pairs: list[tuple[Dim, int]] = []
    for entry in state.saved:
        saved, shape = entries.get(entry.name), entry.tensor.shape
        if isinstance(saved, Saved) and shape.lead is None and len(shape.dims) == len(saved.shape):
            pairs += [(d, size) for d, size in zip(shape.dims, saved.shape, strict=True) if isinstance(d, Expr)]
    found: dict[Symbol, int] = {}
    for _ in range(2):
        for dim, size in pairs:
            left = substitute(dim, found)
            open_symbols = symbols_of(left) if isinstance(left, Expr) else set()
            if len(open_symbols) == 1:
                name = next(iter(open_symbols))
                values = solve(left, name, size)
                if values is not None and len(values) == 1:
                    found[name] = values[0]
    return found
