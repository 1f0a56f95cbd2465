"""Images that are read from files: Pillow, OpenCV, ``torchvision.io``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...ops.elements import Array
from ...shapes import Shape, Tensor, fresh, unknown_rank
from ..machine.machine import Machine
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.values import External
from .arguments import given
from .pictures import PICTURE, from_array, picture, size_of

__all__ = ["IMAGES"]

_FLAGS = {"cv2.IMREAD_COLOR": 3, 1: 3, "cv2.IMREAD_GRAYSCALE": 1, 0: 1}
_READ_MODES = {"GRAY": 1, "GRAY_ALPHA": 2, "RGB": 3, "RGB_ALPHA": 4}


def _open(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return picture(reason="an image file")


def _new(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    blank = given("mode size color", args, kwargs)
    size = blank.get("size")
    width, height = size if isinstance(size, (tuple, list)) and len(size) == 2 else (None, None)
    image = picture(None, height, width)
    convert = PICTURE.names["convert"]
    assert isinstance(convert, Builtin)
    return convert.call(machine, (image, blank.get("mode")), {}, node, frame)


def _from_array(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return from_array(*args, **kwargs)


def _imread(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``cv2.imread``: ``(H, W, 3)``, with ``IMREAD_GRAYSCALE`` ``(H, W)``."""
    flag = given("filename flags", args, kwargs).get("flags", 1)
    bands = _FLAGS.get(_name(flag))
    size = (fresh("H", reason="an image file"), fresh("W", reason="an image file"))
    if bands is None:
        return Array(unknown_rank("an image of an unknown number of channels"), "int")
    return Array(Shape(size if bands == 1 else (*size, bands)), "int")


def _name(value: Any) -> Any:
    return value.dotted if isinstance(value, External) else value if isinstance(value, (int, str)) else None


def _cvt_color(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    call = given("src code", args, kwargs)
    source, name = call.get("src"), str(_name(call.get("code")))
    if not isinstance(source, Array) or source.shape.lead is not None or source.shape.rank not in (2, 3):
        return Array(unknown_rank("an image of unknown size"), "int")
    size, target = source.shape.dims[:2], name.rpartition("2")[2]
    if target == "GRAY":
        return Array(Shape(size), source.dtype)
    if target in ("RGB", "BGR", "HSV", "LAB", "YUV", "Lab", "YCrCb", "HLS"):
        return Array(Shape((*size, 3)), source.dtype)
    return Array(unknown_rank("an image of an unknown number of channels"), "int")


def _resize(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``cv2.resize(src, (width, height))``."""
    call = given("src dsize", args, kwargs)
    source, size = call.get("src"), call.get("dsize")
    if not isinstance(source, Array) or source.shape.lead is not None or source.shape.rank not in (2, 3):
        return Array(unknown_rank("an image of unknown size"), None)
    if not isinstance(size, (tuple, list)) or len(size) != 2:
        size = (None, None)
    blank = picture(1, size[1], size[0], "a resized image")
    sizes = size_of(blank)
    assert sizes is not None
    channels = tuple(dim for dim in source.shape.dims[2:] if dim != 1)
    return Array(Shape((*sizes, *channels)), source.dtype)


def _read_image(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``torchvision.io.read_image``: ``(C, H, W)``, the channels those of the file unless a mode is given."""
    mode = given("path mode", args, kwargs).get("mode")
    bands = _READ_MODES.get(str(_name(mode)).rpartition(".")[2], fresh("C", reason="an image file"))
    return Tensor(Shape((bands, fresh("H", reason="an image file"), fresh("W", reason="an image file"))), "int")


IMAGES: dict[str, Any] = {
    "PIL.Image.Image": PICTURE, "PIL.Image.open": Builtin("open", _open), "PIL.Image.new": Builtin("new", _new),
    "PIL.Image.fromarray": Builtin("fromarray", _from_array), "cv2.imread": Builtin("imread", _imread),
    "cv2.cvtColor": Builtin("cvtColor", _cvt_color), "cv2.resize": Builtin("resize", _resize),
    "torchvision.io.read_image": Builtin("read_image", _read_image),
    "torchvision.io.image.read_image": Builtin("read_image", _read_image),
}  # fmt: skip
