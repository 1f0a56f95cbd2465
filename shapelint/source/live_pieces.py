"""Pieces of a text: its statements at the top level, each parsed by itself with the comments above it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import libcst as cst

from .comments import Comment
from .live_bodies import Skeleton, skeleton_of
from .parse import Source, parse_trusted
from .statement_names import Names, names_of

__all__ = ["Piece", "Uncut", "cut"]


class Uncut(Exception):
    """The text cannot be cut into statements that can be parsed one by one."""


class Piece:
    """Some rows of a text, ``height`` of them, that begin with something other than a blank one.

    ``source``: what they are alone.  ``nodes``: the statements in them, ``begun``: the rows in which these begin, from 1.
    ``names``: what the statement binds and mentions; None where that is not known.  ``skeleton``: of a definition.
    """

    __slots__ = ("_comments", "begun", "height", "names", "nodes", "skeleton", "source")

    def __init__(
        self,
        source: Source,
        nodes: tuple[cst.CSTNode, ...],
        begun: tuple[int, ...],
        height: int,
        names: Names | None,
        skeleton: Skeleton | None = None,
    ) -> None:
        self.source, self.nodes, self.begun, self.height, self.names = source, nodes, begun, height, names
        self.skeleton = skeleton
        self._comments: dict[tuple[int, ...], tuple[Comment, ...]] = {}

    def comments(self, rows: tuple[int, ...]) -> tuple[Comment, ...]:
        """The comments in ``rows``, which are the same at every request but for those of rules that look for a word."""
        if rows not in self._comments:
            self._comments[rows] = self.source.comments_in(rows)
        return self._comments[rows]


def cut(text: str, tree: ast.Module, path: str, known: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces of ``text``; a piece of ``known`` whose text is still there is kept, once.

    ``tree``: what Python's parser makes of it.  Raises Uncut, and SourceError for what libcst does not accept.
    """
    waiting: dict[str, list[Piece]] = {}
    for piece in known:
        waiting.setdefault(piece.source.text, []).append(piece)
    rows = text.split("\n")
    pieces: list[Piece] = []
    for group, start, stop in _groups(tree, rows):
        body = "".join(f"{row}\n" for row in rows[start:stop])
        if waiting.get(body):
            pieces.append(waiting[body].pop(0))
            continue
        if rows[stop - 1].endswith("\\"):
            raise Uncut
        source = parse_trusted(body, path)
        nodes = tuple(source.tree.body)
        if len(nodes) != bool(group):
            raise Uncut
        begun = tuple(node.lineno - start for node in group[:1])
        skeleton = skeleton_of(group, rows, start)
        pieces.append(Piece(source, nodes, begun, stop - start, names_of(group), skeleton))
    return tuple(pieces)


def _groups(tree: ast.Module, rows: Sequence[str]) -> Iterator[tuple[list[ast.stmt], int, int]]:
    """The statements that share rows, with the first and one more than the last row, counted from 0, comments above them
    included; last the comments below all of them."""
    done = 0
    group: list[ast.stmt] = []
    for index, node in enumerate(tree.body):
        group.append(node)
        end = node.end_lineno or node.lineno
        following = tree.body[index + 1] if index + 1 < len(tree.body) else None
        if following is not None and following.lineno <= end:
            continue
        yield group, _begin(rows, done), end
        done, group = end, []
    start = _begin(rows, done)
    if start < len(rows):
        yield [], start, max(i for i in range(start, len(rows)) if rows[i].strip()) + 1


def _begin(rows: Sequence[str], done: int) -> int:
    """The first row from ``done`` on that is not blank."""
    return next((i for i in range(done, len(rows)) if rows[i].strip()), len(rows))
