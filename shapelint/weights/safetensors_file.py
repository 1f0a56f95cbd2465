"""The header of a safetensors file: eight bytes that say how long it is, then JSON with names, dtypes, shapes, offsets.

https://huggingface.co/docs/safetensors: the checks are those of its reference implementation.
"""

from __future__ import annotations

import json
import math
from typing import Any

from .bounded import BadFile, Saved, element_size, is_shape, is_size

__all__ = ["read_header"]

_MOST_HEADER = 100_000_000
_DTYPES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I64": "int64", "I32": "int32",
    "I16": "int16", "I8": "int8", "U8": "uint8", "U16": "uint16", "U32": "uint32", "U64": "uint64", "BOOL": "bool",
    "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2", "F8_E8M0": "float8_e8m0fnu", "C64": "complex64",
}  # fmt: skip


def read_header(path: str, file: Any, size: int) -> dict[str, Saved]:
    """The tensors of a file of ``size`` bytes, by name.  Raises BadFile."""
    start = file.read(8)
    length = int.from_bytes(start, "little")
    if len(start) < 8 or length > min(_MOST_HEADER, size - 8):
        raise BadFile(f"{path}: no safetensors file, or cut short: a header of {length:,} bytes in {size:,} bytes")
    header = parse_json(path, file.read(length))
    if not isinstance(header, dict):
        raise BadFile(f"{path}: its header is no JSON object")
    header.pop("__metadata__", None)
    found, spans = {}, []
    for name, entry in header.items():
        saved, span = _tensor(path, name, entry)
        found[name] = saved
        spans.append(span)
    _check_spans(path, sorted(spans), size - 8 - length)
    return found


def parse_json(path: str, data: bytes) -> Any:
    """JSON in which no name comes twice.  Raises BadFile."""
    try:
        return json.loads(data, object_pairs_hook=_object)
    except RecursionError:
        raise BadFile(f"{path}: its JSON is nested too deeply") from None
    except ValueError as error:
        raise BadFile(f"{path}: its JSON cannot be read: {error}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found


def _tensor(path: str, name: str, entry: Any) -> tuple[Saved, tuple[int, int]]:
    match entry:
        case {"dtype": str(code), "shape": list(shape), "data_offsets": [int(begin), int(end)]}:
            pass
        case _:
            raise BadFile(f"{path}: the entry of '{name}' has no dtype, shape and offsets")
    if not is_shape(shape) or not is_size(begin) or not is_size(end) or begin > end:
        raise BadFile(f"{path}: the entry of '{name}' has impossible sizes")
    dtype = _DTYPES.get(code, "")
    each = element_size(dtype)
    if each is not None and math.prod(shape) * each != end - begin:
        raise BadFile(f"{path}: '{name}' of shape {shape} does not take {end - begin:,} bytes")
    return Saved(tuple(shape), dtype), (begin, end)


def _check_spans(path: str, spans: list[tuple[int, int]], size: int) -> None:
    """One tensor after the other fills the file: no two share bytes, none is cut off."""
    position = 0
    for begin, end in spans:
        if begin != position:
            raise BadFile(f"{path}: the offsets of its tensors leave gaps or overlap")
        position = end
    if position != size:
        raise BadFile(f"{path}: its tensors take {position:,} bytes, and {size:,} are there")
