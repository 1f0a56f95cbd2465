"""How the comments of a file are written, so that new ones look like them: their place, label, signs, brackets."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Sequence

import libcst as cst

from ..claims.comments.remark import RemarkKind
from ..claims.findings import Findings
from ..claims.placement.claim import Claim
from ..claims.placement.placement import Position
from ..claims.verdict import Verdict
from ..records import dataclass, replace
from ..shapes import Dim

__all__ = ["DEFAULT", "CommentStyle", "Where", "style_of", "rows_about_below"]


class Where(enum.Enum):
    """Where the comment on a state is: below the layers that make it, or on the line of the last of them."""

    BELOW = "below"
    TRAILING = "trailing"


@dataclass(frozen=True, slots=True)
class CommentStyle:
    """One way to write a shape comment.

    ``batch``: how the batch is written, None if it is left out.  ``wrapped``: the channels are in brackets of their own.
    ``names``: channels are written with the code's names where it has them, rather than as numbers.
    """

    where: Where
    prefix: str
    opening: str
    separator: str
    closing: str
    suffix: str = ""
    batch: str | None = None
    wrapped: bool = False
    names: bool = True

    def comment(self, dims: Sequence[Dim], spelled: Sequence[str]) -> str:
        """The comment for a state whose dims, without the batch, are ``dims``, and ``spelled`` in the code's names."""
        texts = [str(dim) if isinstance(dim, int) and not self.names else text
                 for dim, text in zip(dims, spelled, strict=True)]  # fmt: skip
        listed = [*([self.batch] if self.batch is not None else []), *map(self._dim, texts)]
        if self.wrapped and not texts[0].startswith("("):
            listed[-len(texts)] = f"({texts[0]})"
        closing = "," + self.closing if len(listed) == 1 and self.closing == ")" else self.closing
        return f"{self.prefix}{self.opening}{self.separator.join(listed)}{closing}{self.suffix}"

    def _dim(self, text: str) -> str:
        """A dim that cannot be misread: between crosses or stars, sums and products need brackets."""
        if self.separator.strip() == "," or text.isalnum() or text.replace("_", "").replace(".", "").isalnum():
            return text
        head, slashes, divisor = text.partition("//")
        if slashes and head.isidentifier() and divisor.isdigit() and "x" in self.separator:
            return text
        return f"({text})"


DEFAULT = CommentStyle(Where.BELOW, "# state size. ", "", " x ", "", wrapped=True)


def style_of(findings: Findings, declared: bool) -> CommentStyle:
    """The most common style of the comments on layers (``declared``) or on statements.

    Where these have none it is that of the others, and where there are none at all that of DCGAN.
    """
    fitting = [claim for claim in findings.claims if _is_model(claim, findings)]
    own = [claim for claim in fitting if isinstance(claim.placement.chain.node, cst.FunctionDef) is not declared]
    styles = [_style(claim) for claim in own or fitting]
    if not styles:
        return DEFAULT
    named = any(style.names for style in styles)
    return Counter(replace(style, names=named) for style in styles).most_common(1)[0][0]


def rows_about_below(findings: Findings) -> frozenset[int]:
    """The rows of comments on lines of their own that speak of what is below them.

    Comments that speak of what is above, as all that is written here does, must not be mixed with these.
    """
    return frozenset(
        assertion.claim.row
        for reading in findings.readings
        if reading.convention.states_below
        for assertion in reading.assertions
        if assertion.alternatives and assertion.claim.placement.position is Position.BETWEEN
    )


def _is_model(claim: Claim, findings: Findings) -> bool:
    """Whether a comment can serve as a model: it states one shape, that of the state here, is true, and says no more."""
    remark, shape = claim.remark, claim.remark.shape
    if shape is None or remark.kind not in (RemarkKind.STATE, RemarkKind.BARE) or remark.subject is not None:
        return False
    text = claim.placement.comment.text
    words = text[1 : shape.start] if not remark.label else ""
    return (
        claim.placement.position in (Position.BETWEEN, Position.TRAILING)
        and findings.verdicts.get(claim) in (Verdict.TRUE, Verdict.OPEN)
        and not any(map(str.isalnum, words + text[shape.end :]))
        and len(shape.dims) >= 2
        and not any(dim.many for dim in shape.dims)
        and shape.channels_first is None
    )


def _style(claim: Claim) -> CommentStyle:
    shape, text = claim.remark.shape, claim.placement.comment.text
    assert shape is not None
    first, second, last = shape.dims[0], shape.dims[1], shape.dims[-1]
    batched = bool(first.batch) and len(shape.dims) > 2
    channels = second if batched else first
    return CommentStyle(
        Where.TRAILING if claim.placement.position is Position.TRAILING else Where.BELOW,
        text[: shape.start],
        text[shape.start : first.start],
        text[first.end : second.start],
        text[last.end : shape.end],
        text[shape.end :].rstrip(),
        first.text if batched else None,
        channels.text.startswith("("),
        channels.dim is not None and not isinstance(channels.dim, int),
    )
