"""Shape comments that end in plain numbers, by one regular expression: the yardstick's own reading, not shapelint's."""

from __future__ import annotations

import io
import math
import re
import tokenize
from dataclasses import dataclass

_TIMES = r"\s*[xX\u00d7*,]\s*"
_SIZE = re.compile(
    rf"(?P<channels>[\w.()/*+\- ]*?)(?:^|{_TIMES}|[\s(\[=:])(?P<height>\d+){_TIMES}(?P<width>\d+)\s*[)\]]*\s*[.`]*\s*$"
)
_ARROW = re.compile(r"-+>|=+\s*>|→")
_CODE = re.compile(r"#+\s*[\w.]+\s*=\s*[\w.]+\(")  # "# self.fc = nn.Linear(233, 1024)": a layer that was switched off
_ASIDE = re.compile(r"\([^()]*\bof\s+$")  # "(7x7 covers 77% of 8x8)" is a remark, not what the comment states


@dataclass(frozen=True)
class SizeComment:
    """A comment that states a size.  ``numbers``: where its spatial numbers stand, as (column, end column)."""

    row: int
    own_line: bool
    text: str
    spatial: tuple[int, ...]
    channels: int | None
    numbers: tuple[tuple[int, int], ...]


def size_comments(text: str) -> list[SizeComment]:
    """The comments of the file whose last words are a height and a width (behind the last arrow, if there is one)."""
    found = []
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return []
    for token in tokens:
        if token.type == tokenize.COMMENT:
            comment = _read(token.string, token.start[0], token.start[1], not token.line[: token.start[1]].strip())
            if comment is not None:
                found.append(comment)
    return found


def _read(text: str, row: int, column: int, own_line: bool) -> SizeComment | None:
    begin = max((arrow.end() for arrow in _ARROW.finditer(text)), default=0)
    match = _SIZE.search(text, begin)
    if match is None or (not begin and _CODE.match(text)) or _ASIDE.search(text, 0, match.start("height")):
        return None
    if "," in text[match.end("height") : match.start("width")] and not _is_listed(text[begin : match.start("height")]):
        return None
    numbers = tuple((column + match.start(name), column + match.end(name)) for name in ("height", "width"))
    spatial = (int(match["height"]), int(match["width"]))
    return SizeComment(row, own_line, text, spatial, _channels(match["channels"]), numbers)


def _is_listed(before: str) -> bool:
    """Whether a list goes on or a bracket is open: ``64,128`` alone are the channels that go in and come out."""
    return "," in before or "[" in before or "(" in before or re.search(r"[xX\u00d7*]\s*$", before) is not None


def _channels(text: str) -> int | None:
    """The channels in front of the size, if they are plain numbers: ``64``, ``(64*2)``."""
    term = re.search(r"(\([^()]*\)|[\w.]+)\W*$", text)
    if term is None or not re.fullmatch(r"\(?\s*\d+(\s*\*\s*\d+)*\s*\)?", term[1]):
        return None
    return math.prod(int(number) for number in re.findall(r"\d+", term[1]))
