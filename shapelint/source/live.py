"""A file while it is typed in: after an edit only the statements that changed are parsed again.

The text is held as pieces, one for each statement at the top level with the comments above it.  A piece that keeps its text
keeps its nodes and their positions, so that whatever was found out about these nodes stays true wherever they have moved.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import libcst as cst

from ..diagnostic import Span
from ..records import dataclass, replace
from .comments import Comment
from .guard import SourceError, guard
from .live_bodies import Replaced, grafted
from .live_pieces import Piece, Uncut, cut
from .parse import Source, parse
from .statement_names import reached
from .token_moves import Position, token_moves

__all__ = ["Change", "LiveSource"]

_ODD = ("\r", "\f", "\0", "\ufeff")
"""Characters by which Python and a plain split at line feeds may count rows or columns differently."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit came to.  ``parsed``: how many statements were parsed.  ``affected``: the global names whose meaning may
    have changed, None for all of them.  ``replaced``: the definitions that are others now, if nothing but bodies of functions
    differs, else None; nodes outside of these bodies are what they were."""

    parsed: int
    affected: frozenset[str] | None
    replaced: tuple[Replaced, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """One version of the text: its pieces, and the row before the first of each."""

    text: str
    rows: tuple[str, ...]
    body: tuple[Any, ...]
    pieces: tuple[Piece, ...]
    before: tuple[int, ...]
    begun: tuple[int, ...]


class LiveSource(Source):
    """The source of an open file.  It stays one object through all edits, as the places that earlier runs saw refer to it."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "", cst.Module([]))
        self._version = 0
        self._state = _State("", ("",), (), (), (), ())
        self._owners: dict[int, int] | None = None

    def __hash__(self) -> int:
        # What is remembered by source (claims, points) must be worked out anew for another text.
        return hash((id(self), self._version))

    def __eq__(self, other: object) -> bool:
        return self is other

    # -- versions -----------------------------------------------------------------------------------------------

    def update(self, text: str) -> Change:
        """Take ``text``.  Raises SourceError if it cannot be parsed; then everything is as before."""
        old = self._state.pieces
        pieces = self._cut(text)
        known = set(map(id, old))
        fresh = [piece for piece in pieces if id(piece) not in known]
        kept = set(map(id, pieces))
        gone = [piece for piece in old if id(piece) not in kept]
        replaced = _replaced(gone, fresh)
        self._enter(_placed(text, pieces))
        parsed = sum(len(piece.nodes) for piece in fresh)
        if [piece for piece in old if id(piece) in kept] != [piece for piece in pieces if id(piece) in known]:
            return Change(parsed, None)  # statements have changed places, and of two of one name the last counts
        edited = [piece.names for piece in (*fresh, *gone)]
        return Change(parsed, reached(edited, [piece.names for piece in pieces]), replaced)

    def moves(self, text: str) -> tuple[Mapping[Position, Position], range, int] | None:
        """How the tokens have moved if ``text`` has the same ones; None if it has not.

        The moves of the tokens in some rows, these rows, and by how many rows everything below them has moved.
        """
        state, rows = self._state, text.split("\n")
        if any(map(text.__contains__, _ODD)) or not all(piece.names for piece in state.pieces):
            return None
        first, last = _differing(state.rows, rows)
        head, tail = self._around(first, last)
        start = state.before[head - 1] + state.pieces[head - 1].height if head else 0
        stop = state.before[tail] if tail < len(state.pieces) else len(state.rows)
        further = len(rows) - len(state.rows)
        before, after = "\n".join(state.rows[start:stop]), "\n".join(rows[start : stop + further])
        if "".join(before.split()) != "".join(after.split()):
            return None  # seen at once; tokens take longer
        moves = token_moves(f"{before}\n", f"{after}\n")
        if moves is None:
            return None
        shifted = {(row + start, column): (to + start, at) for (row, column), (to, at) in moves.items()}
        return shifted, range(start + 1, stop + 1), further

    def snapshot(self) -> object:
        """The present version, for :meth:`restore`."""
        return self._state

    def restore(self, state: object) -> None:
        """Go back to a version that :meth:`snapshot` gave."""
        assert isinstance(state, _State)
        self._enter(state)

    def _enter(self, state: _State) -> None:
        self._state = state
        self._text = state.text
        # The module is one node through all edits, too: calls that no expression of the file makes are said to be at it.
        object.__setattr__(self.root, "body", state.body)
        self._version += 1
        self._owners = None

    def _cut(self, text: str) -> tuple[Piece, ...]:
        if any(map(text.__contains__, _ODD)):
            return (_whole(text, self.path),)
        try:
            return self._recut(text)
        except (SourceError, Uncut):
            pass  # what was changed makes no sense alone; perhaps it does with what is around it
        try:
            tree = guard(text)
            return (_whole(text, self.path),) if tree is None else cut(text, tree, self.path, self._state.pieces)
        except (SourceError, Uncut):
            return (_whole(text, self.path),)

    def _recut(self, text: str) -> tuple[Piece, ...]:
        """The pieces before and after the rows that differ, and those in between cut anew."""
        state, rows = self._state, text.split("\n")
        first, last = _differing(state.rows, rows)
        head, tail = self._around(first, last)
        start = state.before[head - 1] + state.pieces[head - 1].height if head else 0
        stop = (state.before[tail] if tail < len(state.pieces) else len(state.rows)) + len(rows) - len(state.rows)
        middle = "".join(f"{row}\n" for row in rows[start:stop])
        tree = guard(middle)
        if tree is None:
            raise Uncut
        anew = cut(middle, tree, self.path, state.pieces[head:tail])
        return (*state.pieces[:head], *anew, *state.pieces[tail:])

    def _around(self, first: int, last: int) -> tuple[int, int]:
        """The pieces, from the first of these to before the second, in which rows ``first`` to ``last`` are."""
        state = self._state
        ends = [start + piece.height for start, piece in zip(state.before, state.pieces, strict=True)]
        head = bisect_right(ends, first)
        return head, bisect_left(state.before, last, lo=head)

    # -- what a source answers ----------------------------------------------------------------------------------

    @property
    def lines(self) -> tuple[str, ...]:
        return self._state.rows

    def span(self, node: cst.CSTNode) -> Span:
        """The span of ``node`` in the present version.  Raises KeyError if it is in none of its statements, as the module."""
        state = self._state
        owner = self._owner(node)
        span = state.pieces[owner].source.span(node)
        row = state.before[owner]
        return replace(span, row=span.row + row, end_row=span.end_row + row) if row else span

    def _owner(self, node: cst.CSTNode) -> int:
        """The index of the piece that ``node`` is in."""
        if self._owners is None:
            self._owners = {}
            for index, piece in enumerate(self._state.pieces):
                self._owners.update(dict.fromkeys(piece.source.placed(), index))
        found = self._owners.get(id(node))
        return self._searched(node) if found is None else found

    def _searched(self, node: cst.CSTNode) -> int:
        """The same for a node of a piece whose positions were not asked for before."""
        for index, piece in enumerate(self._state.pieces if not isinstance(node, cst.Module) else ()):
            with suppress(KeyError):
                piece.source.span(node)
                assert self._owners is not None
                self._owners.update(dict.fromkeys(piece.source.placed(), index))
                return index
        raise KeyError(node)

    def comments_in(self, rows: Iterable[int]) -> tuple[Comment, ...]:
        """The comments in these rows, in order."""
        state, wanted = self._state, sorted(row for row in rows if "#" in self.lines[row - 1])
        found: list[Comment] = []
        for start, piece in zip(state.before, state.pieces, strict=True):
            low, high = bisect_right(wanted, start), bisect_right(wanted, start + piece.height)
            inside = piece.comments(tuple(row - start for row in wanted[low:high])) if low < high else ()
            found += (replace(comment, row=comment.row + start) for comment in inside)
        return tuple(found)

    def last_begun(self, row: int) -> int | None:
        """The index in ``tree.body`` of the last statement that begins in ``row`` or before, -1 if none does."""
        return bisect_right(self._state.begun, row) - 1


def _replaced(gone: Sequence[Piece], fresh: Sequence[Piece]) -> tuple[Replaced, ...] | None:
    """The definitions in ``fresh`` that differ in bodies of functions from those in ``gone``, if that is all."""
    if len(gone) != len(fresh):
        return None
    found: list[Replaced] = []
    for old, new in zip(gone, fresh, strict=True):
        if not old.nodes and not new.nodes:
            continue  # comments below all statements
        if old.skeleton is None or new.skeleton is None or not _are_alike(old.source, new.source):
            return None
        pairs = grafted(old.nodes[0], new.nodes[0], old.skeleton, new.skeleton)
        if pairs is None:
            return None
        found += pairs
    return tuple(found)


def _are_alike(old: Source, new: Source) -> bool:
    """Whether the two are indented alike, which libcst notes for a file only."""
    return old.tree.default_indent == new.tree.default_indent and old.tree.default_newline == new.tree.default_newline


def _placed(text: str, pieces: Sequence[Piece]) -> _State:
    """The pieces at their rows: before each there are as many blank ones as the text has there."""
    rows = tuple(text.split("\n")) if "\r" not in text else pieces[0].source.lines
    before: list[int] = []
    begun: list[int] = []
    at = 0
    for piece in pieces:
        while piece.names is not None and not rows[at].strip():
            at += 1
        before.append(at)
        begun += (at + row for row in piece.begun)
        at += piece.height
    body = tuple(node for piece in pieces for node in piece.nodes)
    return _State(text, rows, body, tuple(pieces), tuple(before), tuple(begun))


def _whole(text: str, path: str) -> Piece:
    """The text in one piece.  Raises SourceError."""
    source = parse(text, path)
    begun = tuple(source.span(node).row for node in source.tree.body)
    return Piece(source, tuple(source.tree.body), begun, len(source.lines), None)


def _differing(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """The first and one more than the last row, counted from 0, of ``old`` that is not in ``new`` at its place."""
    most = min(len(old), len(new))
    first = next((i for i in range(most) if old[i] != new[i]), most)
    rest = most - first
    tail = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    return first, len(old) - tail
