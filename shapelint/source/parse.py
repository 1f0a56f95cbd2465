"""From text to a syntax tree with positions and comments."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property

import libcst as cst

from ..diagnostic import Span
from .comments import Comment, comments_of
from .guard import SourceError, guard, refused_template
from .late_bodies import LateBody, Outlined
from .lean import lean_parsing
from .lines import split_lines
from .looked import Fingerprints, Looked, Seen, answers_again
from .outline import Body, Outline, outline_of
from .positions import Positions
from .refused import refused_syntax
from .templates import templates_may_be_beside

__all__ = ["Source", "SourceError", "parse", "parse_piece", "parse_trusted"]

_TEMPLATES_ARE_GRAMMAR = sys.version_info >= (3, 14)
"""Python itself accepts what libcst may refuse; under older ones the guard has asked libcst."""


class Source:
    """One file: its text, its tree, and, computed on first use, the positions of everything.

    ``text`` has no byte order mark.  ``lines`` are without their line ends.  ``looked``: what of it was looked at.  Whoever lints
    another file asks for the definitions (``pieces.py``), and for words by :meth:`mentions`: the rest counts as all of it.
    """

    def __init__(
        self,
        path: str,
        text: str,
        tree: cst.Module,
        rows: Sequence[tuple[int, int]] = (),
        late: Sequence[LateBody] = (),
        outline: Outline | None = None,
        looked: Looked | None = None,
    ) -> None:
        """``outline``: None if nobody can tell the parts of the file from each other."""
        self.path, self.outline = path, outline
        self._text, self.root = text, tree
        self.looked = Looked() if looked is None else looked
        self._statements, self._late = rows, late

    @property
    def text(self) -> str:
        self.looked.whole = True
        return self._text

    @property
    def tree(self) -> cst.Module:
        """The tree of the file, whose node itself is the ``root``."""
        self.looked.whole = True
        return self.root

    @property
    def lines(self) -> tuple[str, ...]:
        self.looked.whole = True
        return self._lines

    @cached_property
    def _lines(self) -> tuple[str, ...]:
        return split_lines(self._text)

    @property
    def size(self) -> int:
        """How many characters the text has, for those who keep sources."""
        return len(self._text)

    def holds(self, text: str) -> bool:
        """Whether its text is ``text``, for those who keep sources."""
        return self._text == text

    def mentions(self, word: str) -> bool:
        """Whether the word is anywhere in the text."""
        words = self.looked.words
        if word not in words:
            words[word] = word in self._text
        return words[word]

    def seen(self) -> Seen | None:
        """What was looked at; None if it may be anything."""
        return None if self.looked.whole or self._parts is None else self.looked.seen(self._parts)

    def is_as_seen(self, seen: Seen) -> bool:
        """Whether all is as it was when an earlier text was looked at, as :meth:`seen` has it."""
        known, numbers, words = seen
        parts = self._parts
        return parts is not None and answers_again(words, self._text) and known in (None, parts.of(numbers))

    @cached_property
    def _parts(self) -> Fingerprints | None:
        if self.outline is None or "\r" in self._text.replace("\r\n", ""):
            return None  # rows may be counted in two ways
        return Fingerprints(self._text, self.outline)

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        """All comments, in order."""
        return self.comments_in(range(1, len(self.lines) + 1))

    def comments_in(self, rows: Iterable[int]) -> tuple[Comment, ...]:
        """The comments in these rows, in order."""
        suspects = {row for row in rows if "#" in self.lines[row - 1]}
        return comments_of(self._positions.comments(suspects), self.lines) if suspects else ()

    def comments_with(self, sign: Callable[[str], bool]) -> tuple[Comment, ...]:
        """The comments whose text has ``sign``; a position is computed only for lines that have it after a ``#``."""
        rows = [
            row
            for row, line in enumerate(self.lines, 1)
            if "#" in line and any(sign(line[at:]) for at, char in enumerate(line) if char == "#")
        ]
        return tuple(comment for comment in self.comments_in(rows) if sign(comment.text))

    def span(self, node: cst.CSTNode) -> Span:
        """The span of ``node``: without brackets around it, an argument without its comma, a statement without
        the comments before it, a function or class without its decorators.  Raises KeyError for whitespace."""
        self.looked.whole = True
        return self._positions.span(node)

    def placed(self) -> Collection[int]:
        """The ids of the nodes whose spans are known already."""
        return self._positions.placed() if "_positions" in vars(self) else ()

    def last_begun(self, row: int) -> int | None:
        """The index in ``tree.body`` of the last statement that begins in ``row`` or before, -1 if none does; None if only
        their spans can tell."""
        self.looked.whole = True
        return self._positions.last_begun(row)

    @cached_property
    def _positions(self) -> Positions:
        return Positions(self.root, self._statements, self._late)


def parse(text: str, path: str) -> Source:
    """Parse a file.  Raises SourceError if it is not Python, holds a null byte or is nested too deeply."""
    text = text.removeprefix("\ufeff")
    known = guard(text)
    if known is None:
        return parse_trusted(text, path)
    rows = [(node.lineno, node.end_lineno or node.lineno) for node in known.body]
    outline = outline_of(text, known)
    try:
        return _parsed(text, path, rows, outline, outline.bodies())
    except SourceError as error:
        raise refused_syntax(known, split_lines(text)) or refused_template(text) or error from None


def parse_trusted(text: str, path: str, rows: Sequence[tuple[int, int]] = ()) -> Source:
    """As :func:`parse`, for text that the guard has let pass; ``rows`` of its statements, if they are known."""
    return Source(path, text, _tree(text), rows)


def parse_piece(text: str, path: str, bodies: Mapping[tuple[int, int], Body | None], looked: Looked) -> Source:
    """As :func:`parse_trusted`, for a part of a file; ``bodies``: of the functions in it, which are parsed later."""
    return _parsed(text, path, (), None, bodies, looked)


def _parsed(
    text: str,
    path: str,
    rows: Sequence[tuple[int, int]],
    outline: Outline | None,
    bodies: Mapping[tuple[int, int], Body | None],
    looked: Looked | None = None,
) -> Source:
    looked = Looked() if looked is None else looked
    if not any(bodies.values()):
        return Source(path, text, _tree(text), rows, (), outline, looked)
    outlined = Outlined(text.split("\n"), bodies)
    tree = _tree(outlined.text)
    return Source(path, text, tree, rows, outlined.fill(tree, _tree, looked), outline, looked)


def _tree(text: str) -> cst.Module:
    try:
        with lean_parsing():
            tree = cst.parse_module(text)
        if _TEMPLATES_ARE_GRAMMAR and templates_may_be_beside(text):
            cst.parse_module(text)  # with the checks that fail as soon as such a tree is walked
        return tree
    except cst.CSTLogicError:
        raise refused_template(text) or SourceError("not supported by libcst") from None
    except cst.ParserSyntaxError as error:
        raise SourceError(_first_line(error.message), error.raw_line, error.raw_column + 1) from None
    except RecursionError:
        raise SourceError("nested too deeply") from None


def _first_line(message: str) -> str:
    return message.strip().split("\n", 1)[0].rstrip(".").lower() or "invalid syntax"
