"""``cv2``: images are arrays ``(H, W, 3)`` or ``(H, W)``."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.library.sizes import or_fresh
from shapelint.interp.model.values import External
from shapelint.ops.elements import Array
from shapelint.shapes import Dim, Shape, Value, fresh, unknown_rank

_CHANNELS = {"cv2.IMREAD_COLOR": 3, 1: 3, "cv2.IMREAD_GRAYSCALE": 1, 0: 1}
_OF_THREE = ("RGB", "BGR", "HSV", "LAB", "YUV", "Lab", "YCrCb", "HLS")


@models("cv2.imread", "filename, flags=1")
def imread(at: Invocation, filename: Value, flags: Value) -> Value:
    """``(H, W, 3)``, with ``IMREAD_GRAYSCALE`` ``(H, W)``."""
    flag = flags.dotted if isinstance(flags, External) else flags
    channels = _CHANNELS.get(flag) if isinstance(flag, (int, str)) else None
    size = (fresh("H", reason="an image file"), fresh("W", reason="an image file"))
    if channels is None:
        return Array(unknown_rank("an image of an unknown number of channels"), "int")
    return Array(Shape(size if channels == 1 else (*size, channels)), "int")


@models("cv2.cvtColor", "src, code, *rest, **options")
def cvt_color(at: Invocation, src: Value, code: Value, rest: tuple[Value, ...], options: Mapping[str, Value]) -> Value:
    """The name of the code says the channels afterwards: ``cv2.COLOR_BGR2GRAY``."""
    target = code.dotted.rpartition("2")[2] if isinstance(code, External) else ""
    dims = _dims(src)
    if dims is None or not isinstance(src, Array):
        return Array(unknown_rank("an image of unknown size"), "int")
    if target == "GRAY":
        return Array(Shape(dims[:2]), src.dtype)
    if target in _OF_THREE:
        return Array(Shape((*dims[:2], 3)), src.dtype)
    return Array(unknown_rank("an image of an unknown number of channels"), "int")


@models("cv2.resize", "src, dsize=None, *rest, **options")
def resize(at: Invocation, src: Value, dsize: Value, rest: tuple[Value, ...], options: Mapping[str, Value]) -> Value:
    """``dsize`` is width and height."""
    dims = _dims(src)
    if dims is None or not isinstance(src, Array):
        return Array(unknown_rank("an image of unknown size"), None)
    width, height = dsize if isinstance(dsize, (tuple, list)) and len(dsize) == 2 else (None, None)
    reason = "a resized image"
    channels = tuple(dim for dim in dims[2:] if dim != 1)
    return Array(Shape((or_fresh(height, "H", reason), or_fresh(width, "W", reason), *channels)), src.dtype)


def _dims(image: Value) -> tuple[Dim, ...] | None:
    """The sizes of an array that is an image, None where they are not known."""
    if not isinstance(image, Array) or image.shape.lead is not None or image.shape.rank not in (2, 3):
        return None
    return image.shape.dims
