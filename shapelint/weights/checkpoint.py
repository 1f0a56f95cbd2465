"""A checkpoint file, whatever its format: which is told by its first bytes, not by its name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..files import reason, refuse_special
from ..records import dataclass
from .bounded import BadFile
from .safetensors_file import parse_json, read_header
from .torch_file import read_archive, read_legacy

__all__ = ["Content", "read"]

_MOST_INDEX = 100_000_000
_MOST_SHARDS = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What is in a file.  ``value``: a dict of :class:`~.bounded.Saved` by name, or whatever else was saved around one."""

    path: str
    format: str
    value: Any


def read(path: str) -> Content:
    """The content of ``path``, without the numbers in its tensors.  Raises BadFile."""
    found = _read_file(path)
    return found if found is not None else _sharded(path)


def _read_file(path: str) -> Content | None:
    """The content of one file; None of JSON, which may be an index of others."""
    try:
        status = os.stat(path)
        refuse_special(status)
        size = status.st_size
        with open(path, "rb") as file:
            start = file.read(16)
            file.seek(0)
            if start[:4] == b"PK\x03\x04":
                return Content(path, "torch", read_archive(path, file))
            # The length of a safetensors header may begin as a pickle or as JSON does, which have no zeros there.
            is_header = start[8:9] == b"{"
            if is_header and start[4:8] == bytes(4):
                return Content(path, "safetensors", read_header(path, file, size))
            if start[:1] == b"\x80":
                return Content(path, "torch (legacy)", read_legacy(path, file))
            if is_header and start[:1] != b"{":
                return Content(path, "safetensors", read_header(path, file, size))
    except OSError as error:
        raise BadFile(f"{path}: {reason(error)}") from None
    except ValueError:  # a null character
        raise BadFile(f"{path}: not the name of a file") from None
    if start.lstrip()[:1] == b"{":
        return None
    raise BadFile(f"{path}: neither safetensors nor what torch.save writes, nor an index of such files")


def _sharded(path: str) -> Content:
    """The files that ``model.safetensors.index.json`` names, as one."""
    with open(path, "rb") as file:
        data = file.read(_MOST_INDEX + 1)
    if len(data) > _MOST_INDEX:
        raise BadFile(f"{path}: an index of more than {_MOST_INDEX:,} bytes")
    index = parse_json(path, data)
    places = index.get("weight_map")
    if not isinstance(places, dict) or not all(isinstance(shard, str) for shard in places.values()):
        raise BadFile(f"{path}: JSON without a weight_map, so no index of a checkpoint")
    shards = sorted(set(places.values()))
    if len(shards) > _MOST_SHARDS:
        raise BadFile(f"{path}: {len(shards):,} files, which no checkpoint has")
    found: dict[str, Mapping[str, Any]] = {}
    for shard in shards:
        # An index from a stranger must not make us look at other files of this machine.
        if os.path.basename(shard) != shard or shard in ("", ".", ".."):
            raise BadFile(f"{path}: the file '{shard}' is not beside it")
        content = _read_file(os.path.join(os.path.dirname(path), shard))
        if content is None or not isinstance(content.value, Mapping):
            raise BadFile(f"{path}: '{shard}' holds no tensors by name")
        found[shard] = content.value
    missing = next((name for name, shard in places.items() if name not in found[shard]), None)
    if missing is not None:
        raise BadFile(f"{path}: '{missing}' is not in '{places[missing]}'")
    return Content(path, f"{len(shards)} shards", {name: found[shard][name] for name, shard in places.items()})
