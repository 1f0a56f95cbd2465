"""Images of PIL, and what changes their size: values of the abstract execution that are no tensors yet.

An image is an :class:`~shapelint.interp.values.Instance` of ``PICTURE`` with ``bands``, ``height`` and ``width``; what is
not known of them is a fresh size.  One that is ``vague`` may as well be a tensor of that size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeGuard

from ...ops.elements import Array
from ...shapes import Dim, Expr, Shape, Tensor, Unknown, fresh, unknown_rank
from ..machine.join import join
from ..machine.machine import Machine
from ..model.classes import Class, Instance
from ..model.frame import Frame
from ..model.functions import Builtin, StaticMethod
from ..model.values import Loaded

__all__ = [
    "PICTURE", "either", "image_tensor", "is_picture", "pair_of", "picture", "size_of", "with_bands", "with_size",
]  # fmt: skip

_BANDS = {
    **dict.fromkeys(("L", "1", "P", "I", "F"), 1), "LA": 2, **dict.fromkeys(("RGB", "YCbCr", "HSV", "LAB"), 3),
    "RGBA": 4, "CMYK": 4,
}  # fmt: skip
"""Bands by mode (Pillow's handbook, "Modes")."""


def picture(
    bands: Any = None, height: Any = None, width: Any = None, reason: str = "an image", vague: bool = False
) -> Instance:
    """An image; None stands for what is not known."""
    h, w = (size if is_size(size) else fresh(name, reason=reason) for name, size in (("H", height), ("W", width)))
    c = bands if is_size(bands) else fresh("C", reason=reason)
    return Instance(PICTURE, {"bands": c, "height": h, "width": w, "size": (w, h), "vague": vague})


def is_size(value: Any) -> TypeGuard[Dim]:
    """Whether it is a number of pixels, channels or samples."""
    return isinstance(value, (int, Expr)) and not isinstance(value, bool)


def is_picture(value: Any) -> bool:
    return isinstance(value, Instance) and PICTURE in value.cls.mro


def size_of(value: Any) -> tuple[Dim, Dim] | None:
    """Height and width of an image or of a tensor ``(..., H, W)``, None where they are not known."""
    if is_picture(value):
        return value.attributes["height"], value.attributes["width"]
    if isinstance(value, Tensor) and not isinstance(value, Array) and len(value.shape.dims) >= 2:
        return value.shape.dims[-2], value.shape.dims[-1]
    return None


def with_size(value: Any, height: Any, width: Any, reason: str = "an image of unknown size") -> Any:
    """The image or tensor with another height and width; None stands for what is not known."""
    if is_picture(value):
        return picture(value.attributes["bands"], height, width, reason, value.attributes["vague"])
    if isinstance(value, Tensor) and not isinstance(value, Array):
        h, w = (size if is_size(size) else fresh(name, reason=reason) for name, size in (("H", height), ("W", width)))
        return type(value)(Shape((*value.shape.dims[:-2], h, w), value.shape.lead), value.dtype)
    return picture(None, height, width, reason, vague=True)


def with_bands(value: Any, bands: Any) -> Any:
    """The image or tensor ``(..., C, H, W)`` with another number of channels."""
    if is_picture(value):
        had = value.attributes
        return picture(bands, had["height"], had["width"], "channels", had["vague"])
    dims = value.shape.dims if isinstance(value, Tensor) and not isinstance(value, Array) else ()
    if len(dims) >= 3:
        size = bands if is_size(bands) else fresh("C", reason="channels")
        return type(value)(Shape((*dims[:-3], size, *dims[-2:]), value.shape.lead), value.dtype)
    return Unknown("an image of unknown kind")


def image_tensor(value: Any, dtype: str = "float") -> Tensor:
    """``ToTensor``: ``(C, H, W)`` of an image or of an array ``(H, W, C)`` or ``(H, W)``."""
    if is_picture(value):
        had = value.attributes
        return Loaded(Shape((had["bands"], had["height"], had["width"])), dtype)
    if isinstance(value, Array) and value.shape.lead is None and value.shape.rank in (2, 3):
        h, w, *channels = value.shape.dims
        return Loaded(Shape((*(channels or [1]), h, w)), dtype)
    return image_tensor(picture(), dtype)


def pair_of(size: Any) -> tuple[Any, Any] | None:
    """``size`` or ``(height, width)`` as both; None where it is not known."""
    if is_size(size):
        return size, size
    if isinstance(size, (list, tuple)) and len(size) in (1, 2) and all(map(is_size, size)):
        return size[0], size[-1]
    return None


def either(values: Sequence[Any]) -> Any:
    """What is known of an image or tensor that is one of ``values``."""
    if all(map(is_picture, values)):
        columns = [[value.attributes[name] for value in values] for name in ("bands", "height", "width")]
        bands, height, width = (column[0] if all(size == column[0] for size in column) else None for column in columns)
        return picture(bands, height, width, vague=any(value.attributes["vague"] for value in values))
    return join(list(values))


def _method(change: Any) -> Builtin:
    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        return change(args[0], *args[1:], **kwargs)

    return Builtin(change.__name__.strip("_"), apply)


def _convert(image: Any, mode: Any = None, *rest: Any, **options: Any) -> Any:
    return with_bands(image, _BANDS.get(mode) if isinstance(mode, str) else None)


def _resize(image: Any, size: Any, *rest: Any, **options: Any) -> Any:
    width, height = size if isinstance(size, (tuple, list)) and len(size) == 2 else (None, None)
    return with_size(image, height, width)


def _crop(image: Any, box: Any = None) -> Any:
    if isinstance(box, (tuple, list)) and len(box) == 4 and all(map(is_size, box)):
        return with_size(image, box[3] - box[1], box[2] - box[0])
    return image if box is None else with_size(image, None, None)


def _rotate(image: Any, angle: Any, *rest: Any, **options: Any) -> Any:
    return with_size(image, None, None) if rest or "expand" in options else image


def _transpose(image: Any, method: Any) -> Any:
    return with_size(image, None, None)


def _same(image: Any, *rest: Any, **options: Any) -> Any:
    return image


def _array(image: Any, *rest: Any, **options: Any) -> Any:
    """``np.array(image)``: ``(H, W, bands)``, ``(H, W)`` of one band."""
    bands, height, width = (image.attributes[name] for name in ("bands", "height", "width"))
    if not isinstance(bands, int) or image.attributes["vague"]:
        return Array(unknown_rank("an image of an unknown number of bands"), "int")
    return Array(Shape((height, width) if bands == 1 else (height, width, bands)), "int")


PICTURE = Class(
    "Image",
    names={
        "convert": _method(_convert), "resize": _method(_resize), "crop": _method(_crop), "rotate": _method(_rotate),
        "transpose": _method(_transpose), "copy": _method(_same), "filter": _method(_same), "load": _method(_same),
        "__array__": _method(_array), "open": StaticMethod(_method(lambda *rest, **options: picture())),
        "fromarray": StaticMethod(_method(lambda array, mode=None: from_array(array, mode))),
        "__bool__": Builtin("__bool__", lambda machine, args, kwargs, node, frame: True),
    },
    unknown_base="PIL.Image.Image",
)  # fmt: skip


def from_array(array: Any, mode: Any = None) -> Any:
    """``Image.fromarray``: an array ``(H, W)`` or ``(H, W, bands)``."""
    if isinstance(array, Array) and array.shape.lead is None and array.shape.rank in (2, 3):
        height, width, *bands = array.shape.dims
        return picture(bands[0] if bands else 1, height, width)
    return picture(_BANDS.get(mode) if isinstance(mode, str) else None)
