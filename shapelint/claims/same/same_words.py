"""Words by which a comment or an identifier declares that a layer keeps its input's size.

parse_same("# same padding")             Intent("same padding")
parse_same("# keep the spatial size")    Intent("keep the spatial size")
parse_same("# same as above")            None: so are "same conv", "keep size bounded", "same, stride 2"
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from ...records import dataclass
from ..comments.tokens import tokenize
from ..comments.vocabulary import parts_of

__all__ = ["Intent", "comment_declares", "name_declares", "parse_same"]


@dataclass(frozen=True, slots=True)
class Intent:
    """A declared "same"; ``text`` is the comment without its ``#``, for the message."""

    text: str


_KEEPING = frozenset(
    {"keep", "keeps", "keeping", "preserve", "preserves", "preserving", "retain", "retains", "maintain", "maintains"}
)
_KEPT = frozenset({"unchanged", "preserved", "kept", "retained", "maintained"})
_SIZES = frozenset(
    {"size", "sizes", "dimension", "dimensions", "dim", "dims", "resolution", "shape", "width", "height", "length"}
)
_PADDING = frozenset({"pad", "pads", "padding", "padded"})
_BESIDE = frozenset({"pad", "padding", "padded", "conv", "convd", "pool", "convolution"})
_LARGEST_KERNEL = 7  # "keep 3x3" may mean what the layer has
_ADJECTIVES = frozenset(
    {"the", "spatial", "input", "image", "feature", "map", "same", "its", "original", "of", "a", "output", "exactly",
     "inputs", "images", "features", "maps", "and", "both", "h", "w"}
)  # fmt: skip
_BEFORE_SAME = frozenset(
    {"with", "use", "uses", "using", "zero", "the", "a", "is", "padding", "pad", "output", "input", "has", "have", "to",
     "be", "and", "get", "gives", "if", "want", "size", "shape", "stays", "remains", "are", "of", "mode", "spatial",
     "keep", "keeps", "shapelint"}
)  # fmt: skip
_DOUBTS = frozenset(
    {"not", "no", "don't", "doesn't", "isn't", "bounded", "unless", "can", "could", "should", "todo", "when", "above",
     "below", "least", "most", "batch", "kernel", "aspect", "ratio", "window", "class", "channel", "channels", "skip",
     "resize", "crop", "half", "halve", "downsample", "downsampling", "strided", "needed", "approximation", "previous",
     "min", "max", "models", "others", "time", "way", "why"}
)  # fmt: skip
_AFTER_AS = frozenset({"input", "inputs", "the", "before", "x", "its", "original", "image", "in"})
_CHINESE_SIZES = ("尺寸", "大小", "宽高", "高宽", "长宽", "形状", "分辨率", "shape", "size")
_CHINESE_KEPT = ("不变", "保持不变", "没有变化", "不发生变化", "不会变", "没有改变")
_CHINESE_KEEPING = ("不改变", "保持原", "保持", "不会改变")
_CHINESE_DOUBTS = ("比例", "如果", "若", "可能", "通道", "box", "否则", "步长为2", "步距为2", "减半", "batch")


def parse_same(text: str) -> Intent | None:
    """The declared "same" of a comment; None if it declares nothing, or only under a condition."""
    lowered = text.casefold()
    if not any(sign in lowered for sign in ("same", "keep", "preserv", "retain", "maintain", "unchang", "变")):
        return None
    said = text.strip().lstrip("#!").strip()
    if _says_in_chinese(lowered):
        return Intent(said)
    words = _words(lowered)
    if not words or _is_strided(lowered) or not _DOUBTS.isdisjoint(words):
        return None
    return Intent(said) if _is_bare_same(words) or _keeps(words) or _has_same_size(words) else None


def comment_declares(text: str) -> bool:
    """Whether :func:`parse_same` finds a declaration."""
    return parse_same(text) is not None


def name_declares(name: str) -> bool:
    """Whether ``same`` is a word of the identifier beside pad, padding, conv or pool: ``Conv2dSame``, ``same_pad``."""
    words = parts_of(name)
    return "same" in words and not _BESIDE.isdisjoint(words)


def _words(text: str) -> list[str]:
    return [token.text.strip("'") for token in tokenize(text) if token.kind in ("name", "number", ">", "<", "x")]


def _is_strided(text: str) -> bool:
    """A stride other than 1 is named: then "same" is TensorFlow's, or a slip."""
    tokens = [token for token in tokenize(text) if token.kind in ("name", "number")]
    for token, after in itertools.pairwise(tokens):
        if token.text in ("stride", "strides", "s", "is") and after.kind == "number" and after.text != "1":
            return True
    return False


def _is_bare_same(words: Sequence[str]) -> bool:
    """``same``, ``'same' pad``, ``same padding ...``, ``padding same``, ``shapelint: same``."""
    before = words[: words.index("same")] if "same" in words else None
    if before is None or not _BEFORE_SAME.issuperset(before) or ("if" in before and "want" not in before):
        return False
    after = words[len(before) + 1 :]
    if not after:
        return not _PADDING.isdisjoint(words) or before in ([], ["shapelint"])
    return after[0] in _PADDING and "if" not in after


def _keeps(words: Sequence[str]) -> bool:
    """``keep the spatial size``, ``retains size because ...``, ``pad ... to keep the size``, ``size unchanged``."""
    for index, word in enumerate(words):
        if word in _KEPT:
            return index > 0 and words[index - 1] in _SIZES | {"is", "are"} and _is_about_size(words[:index])
        if word not in _KEEPING:
            continue
        before, rest = words[:index], [other for other in words[index + 1 : index + 9] if other not in _ADJECTIVES]
        if len(rest) == 3 and rest[0].isdigit() and rest[1:] == ["x", rest[0]] and int(rest[0]) > _LARGEST_KERNEL:
            return before in ([], ["this"])  # "keep 32x32", "this keeps the output image 320x320"
        introduced = not before or (before[-1] == "to" and not _PADDING.isdisjoint(before)) or before == ["to"]
        if not introduced or not rest or rest[0] not in _SIZES:
            return False
        return not any(other.isdigit() or other in "<>" for other in rest[1:2]) and rest[1:2] != ["as"]
    return False


def _is_about_size(words: Sequence[str]) -> bool:
    return bool(words) and all(word in _ADJECTIVES | _SIZES | {"is", "are", "spatial"} for word in words)


def _has_same_size(words: Sequence[str]) -> bool:
    """``same size as input``, ``output has the same width and height``, ``if want same width and length ...``."""
    if "same" not in words:
        return False
    at = words.index("same")
    before = words[:at]
    if not _BEFORE_SAME.issuperset(before) or ("if" in before and "want" not in before):
        return False
    rest = [word for word in words[at + 1 :] if word not in _ADJECTIVES - {"input", "output"}]
    while rest and rest[0] in ("input", "output", "spatial"):
        rest = rest[1:]
    if not rest or rest[0] not in _SIZES:
        return False
    following = words[words.index(rest[0], at) + 1 :]
    if "as" in following:
        place = following.index("as")
        return following[place + 1 : place + 2] != [] and following[place + 1] in _AFTER_AS
    return len(rest) == 1 or not _PADDING.isdisjoint(words) or all(word in _SIZES for word in rest)


def _says_in_chinese(text: str) -> bool:
    """``保持尺寸不变``, ``shape不变``, ``不改变大小``."""
    if "变" not in text or any(doubt in text for doubt in _CHINESE_DOUBTS):
        return False
    return any(
        size + kept in text or keeping + size in text
        for size in _CHINESE_SIZES
        for kept in _CHINESE_KEPT
        for keeping in _CHINESE_KEEPING
    )
