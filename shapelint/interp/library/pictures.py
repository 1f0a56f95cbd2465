"""Images of PIL, and what changes their size: values of the abstract execution that are not tensors yet.

An image is an :class:`~shapelint.interp.model.values.Instance` of ``PICTURE`` with ``bands``, ``height`` and ``width``; what is
not known of them is a fresh size.  One that is ``vague`` may as well be a tensor of that size.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...ops.elements import Array
from ...shapes import Dim, Shape, Tensor, Unknown, Value
from ..machine.value_join import join
from ..model.classes import Class, Instance
from ..model.values import Loaded
from .sizes import is_size, or_fresh

__all__ = [
    "PICTURE", "either", "from_array", "image_tensor", "is_tensor", "is_vague", "layout_of", "pair_of", "picture", "size_of",
    "with_bands", "with_size",
]  # fmt: skip

PICTURE = Class("Image", unknown_base="PIL.Image.Image")
"""The class of an image; its methods are declared with PIL (``images/PIL.py``)."""


def picture(
    bands: Value = None, height: Value = None, width: Value = None, reason: str = "an image", vague: bool = False
) -> Instance:
    """An image; None stands for what is not known."""
    h, w = or_fresh(height, "H", reason), or_fresh(width, "W", reason)
    c = or_fresh(bands, "C", reason)
    return Instance(PICTURE, {"bands": c, "height": h, "width": w, "size": (w, h), "vague": vague})


def layout_of(value: Value) -> tuple[Dim, Dim, Dim] | None:
    """Bands, height and width of an image; None of anything else."""
    if not isinstance(value, Instance) or PICTURE not in value.cls.mro:
        return None
    bands, height, width = (value.attributes.get(name) for name in ("bands", "height", "width"))
    reason = "an image"  # of a subclass, whose objects are made otherwise
    return or_fresh(bands, "C", reason), or_fresh(height, "H", reason), or_fresh(width, "W", reason)


def is_vague(value: Value) -> bool:
    """Whether it is an image that may as well be a tensor."""
    return isinstance(value, Instance) and layout_of(value) is not None and bool(value.attributes.get("vague"))


def is_tensor(value: Value) -> bool:
    """Whether it is a tensor of torch, not an array."""
    return isinstance(value, Tensor) and not isinstance(value, Array)


def size_of(value: Value) -> tuple[Dim, Dim] | None:
    """Height and width of an image or of a tensor ``(..., H, W)``, None where they are not known."""
    layout = layout_of(value)
    if layout is not None:
        return layout[1:]
    if isinstance(value, Tensor) and not isinstance(value, Array) and len(value.shape.dims) >= 2:
        return value.shape.dims[-2], value.shape.dims[-1]
    return None


def with_size(value: Value, height: Value, width: Value, reason: str = "an image of unknown size") -> Value:
    """The image or tensor with another height and width; None stands for what is not known."""
    layout = layout_of(value)
    if layout is not None:
        return picture(layout[0], height, width, reason, is_vague(value))
    if isinstance(value, Tensor) and not isinstance(value, Array):
        size = or_fresh(height, "H", reason), or_fresh(width, "W", reason)
        return type(value)(Shape((*value.shape.dims[:-2], *size), value.shape.lead), value.dtype)
    return picture(None, height, width, reason, vague=True)


def with_bands(value: Value, bands: Value) -> Value:
    """The image or tensor ``(..., C, H, W)`` with another number of channels."""
    layout = layout_of(value)
    if layout is not None:
        return picture(bands, *layout[1:], "channels", is_vague(value))
    if isinstance(value, Tensor) and not isinstance(value, Array) and len(value.shape.dims) >= 3:
        *before, _, height, width = value.shape.dims
        return type(value)(
            Shape((*before, or_fresh(bands, "C", "channels"), height, width), value.shape.lead), value.dtype
        )
    return Unknown("an image of unknown kind")


def image_tensor(value: Value, dtype: str = "float") -> Value:
    """``ToTensor``: ``(C, H, W)`` of an image or of an array ``(H, W, C)`` or ``(H, W)``."""
    layout = layout_of(value)
    if layout is not None:
        return Loaded(Shape(layout), dtype)
    if isinstance(value, Array) and value.shape.lead is None and value.shape.rank in (2, 3):
        h, w, *channels = value.shape.dims
        return Loaded(Shape((*(channels or [1]), h, w)), dtype)
    return image_tensor(picture(), dtype)


def pair_of(size: Value) -> tuple[Dim, Dim] | None:
    """``size`` or ``(height, width)`` as both; None where it is not known."""
    if is_size(size):
        return size, size
    if isinstance(size, (list, tuple)) and len(size) in (1, 2) and all(map(is_size, size)):
        return size[0], size[-1]
    return None


def either(values: Sequence[Value]) -> Value:
    """What is known of an image or tensor that is one of ``values``."""
    layouts = [layout_of(value) for value in values]
    known = [layout for layout in layouts if layout is not None]
    if len(known) < len(layouts):
        return join(list(values))
    columns = list(zip(*known, strict=True))
    bands, height, width = (column[0] if all(size == column[0] for size in column) else None for column in columns)
    return picture(bands, height, width, vague=any(map(is_vague, values)))


def from_array(array: Value, bands: Value = None) -> Instance:
    """The image of an array ``(H, W)`` or ``(H, W, bands)``."""
    if isinstance(array, Array) and array.shape.lead is None and array.shape.rank in (2, 3):
        height, width, *channels = array.shape.dims
        return picture(channels[0] if channels else 1, height, width)
    return picture(bands)
