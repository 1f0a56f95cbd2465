"""What a comment says about shapes, as read from its text alone: nothing here is resolved against the code.

A :class:`Remark` is one comment; it holds a :class:`ShapePattern` for each shape; a pattern has a :class:`DimText` for each
dimension.  All offsets are code points into the text that was given to the parser, the ``#`` included if it had one.
Names in a dimension are canonical keys (:func:`canonical`): ``params['ngf']``, ``opt.ngf``, ``self.NGF`` and ``ngf``
are the symbol ``ngf``, so whoever resolves them against the code passes the code's names through :func:`canonical` too.
"""

from __future__ import annotations

import enum

from ...records import dataclass
from ...regex import lazy
from ...shapes import Dim

__all__ = ["DimText", "Notation", "RemarkKind", "ShapePattern", "Remark", "canonical", "without_worth"]

_WORTH = lazy(r"(?P<size>.*[\w)](?<!size)(?<!shape))\(\d+(?: or \d+)*\)")


class RemarkKind(enum.Enum):
    """What the comment speaks of, as far as its own words say."""

    STATE = "state"  # "state size. ...": the author says no more than that this is the size here
    INPUT = "input"  # "input is ...", "in: ...", "输入"
    OUTPUT = "output"  # "output shape ...", "Out: ...", "输出"; overrides position
    ARROW = "arrow"  # "a -> b", "-> b", "input a, output b": left goes in, right comes out
    BARE = "bare"  # a shape and nothing else: position decides


class Notation(enum.Enum):
    """How the shape is written."""

    STATE_SIZE = "state-size"  # (ngf*8) x 4 x 4 after the words "state size"
    BRACKETS = "brackets"  # (64, 32, 32), [b, 256, 4, 4]
    NAMED_AXES = "named-axes"  # (B, C, H, W), B x C x H x W, b c h w
    ARROW = "arrow"  # any notation, on a side of an arrow
    LABEL = "label"  # any notation, after "input", "output"
    BARE_X = "bare-x"  # 64 x 32 x 32
    STAR = "star"  # (ngf) * 32 * 32
    SHAPE_LABEL = "shape-label"  # x.shape = ..., torch.Size([...])
    CHANNELS_AT = "c@hxw"  # 64@96*96


@dataclass(frozen=True, slots=True)
class DimText:
    """One dimension: ``text`` is at ``[start, end)`` of the comment, its own brackets included.

    ``dim``: what it says, ``/`` read as floor; None for a wildcard (``None ? -1 * ...``), which agrees with any size.
    ``batch``: a word or wildcard that authors write for the batch (``B N b n bs batch batch_size opt.batchSize None``);
    where it is a word, ``dim`` is still its symbol.  ``many``: any number of dims (``...``, ``*`` in a list).
    """

    text: str
    start: int
    end: int
    dim: Dim | None
    batch: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class ShapePattern:
    """One shape; ``text`` is at ``[start, end)`` of the comment, outer brackets included.

    ``separator``: ``","``, ``"x"``, ``"*"``, ``"@"`` or ``" "``; a repaired comment is written with the same.
    ``alternatives``: other ways to read the same text (``512 * 4 * 4``: three dims, or the flat product 8192;
    ``16 * 16 * ndf * 4``: also (16, 16, 4*ndf)); the first reading is the likeliest, the one that agrees is right.
    ``channels_first``: True where the notation says which dim is channels (``64@96*96``), else None.  ``whole``: nothing is
    elided, so that only a tensor of this rank is meant.
    """

    text: str
    start: int
    end: int
    dims: tuple[DimText, ...]
    notation: Notation
    separator: str = ","
    alternatives: tuple[ShapePattern, ...] = ()
    channels_first: bool | None = None
    whole: bool = False

    @property
    def readings(self) -> tuple[ShapePattern, ...]:
        """This reading and its alternatives."""
        return (self, *self.alternatives)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment that states shapes.

    ``label``: the words that said what it is ("state size", "input", "out", "输出"), "" if none.  ``subject``: the
    variable it names (``x.shape = ...``, ``mask: (B, H, W)``): the comment is about that value; None if it names none.
    ``shapes``: in the order of the text.  ``weak``: each of them might just as well be a kernel (``# 4x4``).  ``left``,
    ``right``: the sides of an arrow, either of which may be None; of a chain ``a -> b -> c`` the first and the last.
    ``input is Z`` is an INPUT without shapes.
    """

    kind: RemarkKind
    shapes: tuple[ShapePattern, ...]
    label: str = ""
    subject: str | None = None
    weak: bool = False
    left: ShapePattern | None = None
    right: ShapePattern | None = None

    @property
    def shape(self) -> ShapePattern | None:
        """The only shape of the comment; None if it has none or several."""
        return self.shapes[0] if len(self.shapes) == 1 else None


def without_worth(text: str) -> str:
    """The text of a dim without what it is worth: ``ndf*2(128)`` is ``ndf*2``; any other text as it is."""
    match = _WORTH.fullmatch(text)
    return text if match is None else str(match["size"])


def canonical(name: str) -> str:
    """One key for the spellings of one name: the last attribute or key, without ``_`` and (from two letters) case.

    ``canonical("params['ngf']") == canonical("opt.ngf") == canonical("self.NGF") == "ngf"``;
    ``batch_size`` and ``batchSize`` are ``batchsize``; ``H`` and ``h`` stay two names, ``C'`` is not ``C``, and a
    numbered element (``size[0]``, ``x.size(0)``) keeps its whole text.
    """
    if name.endswith(("']", '"]')):
        last = name[:-2].replace('"', "'").rpartition("'")[2]
    elif name.endswith(("]", ")")):
        return name
    else:
        last = name.rpartition(".")[2]
    folded = last.replace("_", "").casefold()
    return folded if len(folded.rstrip("'")) > 1 else last.strip("_") or last
