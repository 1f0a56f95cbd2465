"""``PIL``: what the methods of an image do to its size."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import ANYTHING, Invocation, means, method, modelled, models
from shapelint.interp.library.no_effect import returns, returns_first
from shapelint.interp.library.pictures import PICTURE, from_array, is_vague, layout_of, picture, with_bands, with_size
from shapelint.interp.library.sizes import is_size
from shapelint.interp.model.classes import Instance
from shapelint.interp.model.functions import StaticMethod
from shapelint.ops.elements import Array
from shapelint.shapes import Shape, Value, unknown_rank

_BANDS = {
    **dict.fromkeys(("L", "1", "P", "I", "F"), 1), "LA": 2, **dict.fromkeys(("RGB", "YCbCr", "HSV", "LAB"), 3),
    "RGBA": 4, "CMYK": 4,
}  # fmt: skip
"""Bands by mode (Pillow's handbook, "Modes")."""

means("PIL.Image.Image", PICTURE)
method(PICTURE, "__bool__", ANYTHING)(returns(True))
method(PICTURE, "copy filter load", ANYTHING)(returns_first)


def _bands(mode: Value) -> int | None:
    return _BANDS.get(mode) if isinstance(mode, str) else None


@models("PIL.Image.open", "fp, *rest, **options")
def open_file(at: Invocation, fp: Value, rest: tuple[Value, ...], options: Mapping[str, Value]) -> Value:
    """An image of any size."""
    return picture(reason="an image file")


@models("PIL.Image.new", "mode, size, color=0")
def new(at: Invocation, mode: Value, size: Value, color: Value) -> Value:
    """A blank image."""
    width, height = size if isinstance(size, (tuple, list)) and len(size) == 2 else (None, None)
    return with_bands(picture(None, height, width), _bands(mode))


@models("PIL.Image.fromarray", "obj, mode=None")
def of_array(at: Invocation, obj: Value, mode: Value) -> Value:
    """The image of an array."""
    return from_array(obj, _bands(mode))


for _name, _function in {
    "open": modelled("open", "fp, *rest, **options", open_file), "fromarray": modelled("fromarray", "obj, mode=None", of_array),
}.items():  # fmt: skip
    PICTURE.names[_name] = StaticMethod(_function)  # ``Image.open`` where the class was imported instead of the module


@method(PICTURE, "convert", "self, mode=None, *rest, **options")
def convert(at: Invocation, self: Instance, mode: Value, rest: Value, options: Value) -> Value:
    """Other bands."""
    return with_bands(self, _bands(mode))


@method(PICTURE, "resize", "self, size, *rest, **options")
def resize(at: Invocation, self: Instance, size: Value, rest: Value, options: Value) -> Value:
    """``size`` is width and height."""
    width, height = size if isinstance(size, (tuple, list)) and len(size) == 2 else (None, None)
    return with_size(self, height, width)


@method(PICTURE, "crop", "self, box=None")
def crop(at: Invocation, self: Instance, box: Value) -> Value:
    """``box`` is left, top, right and bottom."""
    if box is None:
        return self
    sides = [side for side in box if is_size(side)] if isinstance(box, (tuple, list)) and len(box) == 4 else []
    return with_size(self, sides[3] - sides[1], sides[2] - sides[0]) if len(sides) == 4 else with_size(self, None, None)


@method(PICTURE, "rotate", "self, angle, *rest, expand=..., **options")
def rotate(
    at: Invocation, self: Instance, angle: Value, rest: tuple[Value, ...], expand: Value, options: Value
) -> Value:
    """The size is kept, unless the image is expanded to hold its corners."""
    return with_size(self, None, None) if rest or expand is not ... else self


@method(PICTURE, "transpose", "self, method")
def transpose(at: Invocation, self: Instance, method: Value) -> Value:
    """A quarter turn swaps height and width, a flip does not."""
    return with_size(self, None, None)


@method(PICTURE, "__array__", "self, *rest, **options")
def as_array(at: Invocation, self: Instance, rest: Value, options: Value) -> Value:
    """``np.array(image)``: ``(H, W, bands)``, ``(H, W)`` of one band."""
    layout = layout_of(self)
    if layout is None or not isinstance(layout[0], int) or is_vague(self):
        return Array(unknown_rank("an image of an unknown number of bands"), "int")
    bands, height, width = layout
    return Array(Shape((height, width) if bands == 1 else (height, width, bands)), "int")
