"""Shapes in docstrings: of parameters and of what is returned.

Google (``Args:  x: ... (N, C, H, W)``), numpy (``Parameters`` underlined), Sphinx (``:param x: ...``), torch's own
(``Shape:  - Input: ...  - Output: ...``) and the plain ``Input: tensor in shape [B, C, H, W]`` are read line by line.
An entry counts only if its text holds exactly one shape, and if that is announced ("shape", "size", "of dimensions")
or begins with the batch: a docstring is prose, and prose is full of tuples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ...records import dataclass
from ...regex import lazy
from ..comments.candidate import Candidate, Line, candidate_at, pattern_of
from ..comments.not_a_shape import NotAShape
from ..comments.remark import Notation, RemarkKind, ShapePattern
from ..comments.shape_filter import Context
from ..comments.vocabulary import is_trap, parts_of

__all__ = ["DocClaim", "parse_docstring"]


@dataclass(frozen=True, slots=True)
class DocClaim:
    """``kind`` INPUT: the parameter ``name`` (None: the first one) has this shape; OUTPUT: the value returned has it.

    An OUTPUT may have a ``name`` too, that of one value among several.  Offsets in ``pattern`` are into the docstring.
    """

    kind: RemarkKind
    name: str | None
    pattern: ShapePattern


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a section: its text is at ``[start, end)`` and may go on over several lines."""

    kind: RemarkKind
    name: str | None
    start: int
    end: int


_INPUTS = frozenset({"args", "arg", "arguments", "parameters", "params", "inputs", "input", "keyword args"})
_OUTPUTS = frozenset({"returns", "return", "outputs", "output", "yields"})
_SHAPES = frozenset({"shape", "shapes"})
_OTHERS = frozenset(
    {"note", "notes", "example", "examples", "raises", "references", "reference", "attributes", "warning", "warnings",
     "see also", "todo", "usage", "description"}
)  # fmt: skip
_BULLETS = "-*+• "
_LONGEST_NAME = 60  # with its type; a colon further on is one of prose
_ANNOUNCING = frozenset(
    {"shape", "shapes", "shaped", "size", "dimension", "dimensions", "dims", "tensor", "形状", "形状为"}
)
_MAY_BE_SHAPE = lazy(r"[(\[{（［【]|shap|size|dim|tensor|形状", re.IGNORECASE)
"""A bracket, or a word that announces a shape."""
_NO_TENSORS = frozenset({"kernel", "stride", "padding", "pad", "dilation", "size", "shape", "window"})
_LINKS = frozenset({"of", "is", "with", "in"})


@lru_cache(maxsize=512)  # an editor asks for the same ones after each key
def parse_docstring(text: str) -> tuple[DocClaim, ...]:
    """The claims of a docstring (its value, without quotes), in the order of the text."""
    claims: list[DocClaim] = []
    for entry in _entries(text):
        pattern = _only_shape(text, entry)
        if pattern is not None:
            claims.append(DocClaim(entry.kind, entry.name, pattern))
    seen: dict[tuple[RemarkKind, str | None], int] = {}
    for claim in claims:
        seen[claim.kind, claim.name] = seen.get((claim.kind, claim.name), 0) + 1
    return tuple(claim for claim in claims if seen[claim.kind, claim.name] == 1)


def _entries(text: str) -> Iterator[_Entry]:
    """The entries of all sections; a deeper-indented line without a name of its own continues the one above."""
    section: RemarkKind | None = None
    pending: _Entry | None = None
    depth = 0
    at = 0
    for raw in text.splitlines(keepends=True):
        line = raw.strip()
        start, indent = at + len(raw) - len(raw.lstrip()), len(raw) - len(raw.lstrip())
        at += len(raw)
        if not line or set(line) <= set("-=~"):
            continue
        if pending is not None and indent > depth and _head(line, section) is None:
            pending = _Entry(pending.kind, pending.name, pending.start, start + len(line))
            continue
        if pending is not None:
            yield pending
        pending, depth = None, indent
        word = line.rstrip(":").strip().casefold()
        if word in _INPUTS | _OUTPUTS | _SHAPES | _OTHERS:
            section = RemarkKind.INPUT if word in _INPUTS else RemarkKind.OUTPUT if word in _OUTPUTS else None
            continue
        head = _head(line, section)
        if head is not None:
            kind, name, offset = head
            pending = _Entry(kind, name, start + offset, start + len(line))
        elif section is RemarkKind.OUTPUT:
            pending = _Entry(section, None, start, start + len(line))
    if pending is not None:
        yield pending


def _head(line: str, section: RemarkKind | None) -> tuple[RemarkKind, str | None, int] | None:
    """(kind, name, where the text begins) if the line opens an entry."""
    bare = line.lstrip(_BULLETS)
    offset = len(line) - len(bare)
    if bare.startswith(":"):
        field, colon, _ = bare[1:].partition(":")
        words = field.split()
        if not colon or not words:
            return None
        if words[0] in ("param", "parameter", "arg", "type") and len(words) > 1:
            return RemarkKind.INPUT, words[-1], offset + len(field) + 2
        if words[0] in ("return", "returns", "rtype"):
            return RemarkKind.OUTPUT, None, offset + len(field) + 2
        return None
    before, colon, _ = bare.partition(":")
    name = before.strip()
    for opening in ("(", "[", " "):
        name = name.partition(opening)[0]
    word = name.casefold()
    rest = offset + len(before) + 1
    if not colon or len(before) > _LONGEST_NAME:
        return None
    if word in _INPUTS | _OUTPUTS:
        return RemarkKind.INPUT if word in _INPUTS else RemarkKind.OUTPUT, None, rest
    worded = " " in before.strip() and "(" not in before and " : " not in line
    if section is None or not name.isidentifier() or worded:
        return None
    # the type in brackets may hold the shape: "x (Tensor[N, 4]): boxes"
    return section, name, offset + len(name)


def _only_shape(text: str, entry: _Entry) -> ShapePattern | None:
    """The shape of an entry, if its text holds one and no other."""
    if entry.name is not None and not _NO_TENSORS.isdisjoint(parts_of(entry.name)):
        return None
    piece = text[entry.start : entry.end].replace("\n", " ")
    return _shape_in(" " * entry.start + piece) if _has_shape(piece) else None


@lru_cache(maxsize=512)
def _has_shape(text: str) -> bool:
    """Whether the text of an entry holds one shape.  All models of a library document ``progress`` in the same words."""
    return _MAY_BE_SHAPE.search(text) is not None and _shape_in(text) is not None


def _shape_in(text: str) -> ShapePattern | None:
    line = Line.of(text)
    found: list[ShapePattern] = []
    at, announced, trapped = 0, False, False
    tokens = line.tokens
    while tokens[at].kind != "end":
        token = tokens[at]
        candidate = candidate_at(line, at) if token.kind in ("(", "[", "name", "number", "quote") else None
        if candidate is not None and (candidate.is_listed or announced):
            pattern = None if trapped else _judged(line, candidate, announced)
            if pattern is not None:
                found.append(pattern)
            at = candidate.after
            announced = False
            continue
        if token.kind in ("name", "cjk"):
            said = not _ANNOUNCING.isdisjoint((*parts_of(token.text), token.text))
            announced = said or (announced and token.text in _LINKS)
            trapped = trapped or is_trap(token.text)
        elif token.kind in (",", ";", ".", ":"):
            trapped = False
        at += 1
    return found[0] if len({pattern.text for pattern in found}) == 1 else None


def _judged(line: Line, candidate: Candidate, announced: bool) -> ShapePattern | None:
    """The candidate as a pattern, if it is announced as a shape or begins with the batch."""
    reading = candidate.readings[0]
    if not announced and not (reading.bracket and reading.dims[0].batch):
        return None
    context = Context.STATED if announced else Context.SUBJECT
    try:
        return pattern_of(line, candidate, context, Notation.NAMED_AXES)
    except NotAShape:
        return None
