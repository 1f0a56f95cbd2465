"""Which part of what was saved is the ``state_dict``, and what its names begin with that the model's do not.

Training scripts save more than a ``state_dict`` (``{"epoch": 3, "state_dict": ..., "optimizer": ...}``), or the module
itself; DataParallel, torch.compile and Lightning put ``module.``, ``_orig_mod.`` and ``model.`` in front of every name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

from ..records import dataclass
from .bounded import BadFile, Saved
from .pickles import Made, Ordered

__all__ = ["Selected", "select"]

PREFIXES = ("module.", "model.", "_orig_mod.", "net.", "network.", "state_dict.")
_MOST_PREFIXES = 3
_DEEPEST = 4
_MOST_CANDIDATES = 1000
_DEEPEST_MODULE = 100
_MOST_ENTRIES = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """A ``state_dict``: ``key`` is where it was ("" at the top), ``prefix`` what was taken off its names.

    ``entries``: what is saved under each name, :class:`~.bounded.Saved` unless it is no tensor.  ``versions``: the version
    of each module's format, by the module's name.
    """

    key: str
    prefix: str
    entries: Mapping[str, Any]
    versions: Mapping[str, int]


def select(value: Any, names: Set[str], key: str | None = None, as_is: bool = False) -> Selected:
    """The ``state_dict`` in ``value`` that has most names in common with the model's ``names``.

    ``key``: take the one that is there (``"ema.state_dict"``).  ``as_is``: take no prefix off.  Raises BadFile.
    """
    candidates = [found for found in _candidates(value, "", 0) if key in (None, found.key)]
    if not candidates:
        where = "it" if key is None else f"'{key}'"
        raise BadFile(f"no state_dict is in {where}")
    if not as_is:
        candidates = [_without_prefix(found, names) for found in candidates]
    return max(candidates, key=lambda found: len(names & found.entries.keys()))


def _candidates(value: Any, key: str, depth: int) -> Iterator[Selected]:
    """Every dict in which names stand for tensors, the outer ones first; at most ``_MOST_CANDIDATES``."""
    waiting = [(value, key, depth)]
    for _ in range(_MOST_CANDIDATES):
        if not waiting:
            return
        value, key, depth = waiting.pop(0)
        if isinstance(value, Made):
            entries = dict(_of_module(value, "", 0))
        elif isinstance(value, Mapping):
            entries = {name: item for name, item in value.items() if isinstance(name, str)}
        else:
            continue
        if any(isinstance(item, Saved) for item in entries.values()):
            yield Selected(key, "", entries, _versions(value))
        elif isinstance(value, Mapping) and not entries and not value:
            yield Selected(key, "", {}, {})
        if depth < _DEEPEST and isinstance(value, Mapping):
            inner = [(name, item) for name, item in entries.items() if isinstance(item, (Mapping, Made))]
            waiting += [(item, f"{key}.{name}" if key else name, depth + 1) for name, item in inner[:_MOST_CANDIDATES]]


def _of_module(module: Made, prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    """The ``state_dict`` of a module that was saved as a whole: its class is not looked at, its tables are."""
    state = module.state
    if not isinstance(state, Mapping) or depth > _DEEPEST_MODULE:
        return
    hidden = state.get("_non_persistent_buffers_set")
    for table in ("_parameters", "_buffers"):
        held = state.get(table)
        for name, item in held.items() if isinstance(held, Mapping) else ():
            if isinstance(item, Saved) and not (table == "_buffers" and isinstance(hidden, list) and name in hidden):
                yield f"{prefix}{name}", item
    inner = state.get("_modules")
    for name, child in inner.items() if isinstance(inner, Mapping) else ():
        if isinstance(child, Made):
            yield from _of_module(child, f"{prefix}{name}.", depth + 1)


def _versions(value: Any) -> dict[str, int]:
    metadata = value.metadata if isinstance(value, Ordered) else None
    found = metadata.items() if isinstance(metadata, Mapping) else ()
    return {
        name: entry["version"]
        for name, entry in found
        if isinstance(name, str) and isinstance(entry, Mapping) and type(entry.get("version")) is int
    }


def _without_prefix(found: Selected, names: Set[str]) -> Selected:
    """``found`` without the prefix whose absence makes more of its names those of the model."""
    best, prefix = found, ""
    for _ in range(_MOST_PREFIXES):
        heads = {known for known in PREFIXES if any(name.startswith(f"{prefix}{known}") for name in found.entries)}
        if not heads:
            break
        tried = [_stripped(found, f"{prefix}{head}") for head in sorted(heads)]
        better = max(tried, key=lambda one: len(names & one.entries.keys()))
        prefix = better.prefix
        if len(names & better.entries.keys()) > len(names & best.entries.keys()):
            best = better
    return best


def _stripped(found: Selected, prefix: str) -> Selected:
    versions = {name.removeprefix(prefix): version for name, version in found.versions.items()}
    versions |= {"": found.versions[prefix[:-1]]} if prefix[:-1] in found.versions else {}
    return Selected(
        found.key, prefix, {name.removeprefix(prefix): item for name, item in found.entries.items()}, versions
    )
