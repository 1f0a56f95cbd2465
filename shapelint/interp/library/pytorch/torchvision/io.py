"""``torchvision.io``: images that are read as tensors."""

from __future__ import annotations

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.model.values import External
from shapelint.shapes import Shape, Tensor, Value, fresh

_CHANNELS = {"GRAY": 1, "GRAY_ALPHA": 2, "RGB": 3, "RGB_ALPHA": 4}


@models("torchvision.io.read_image torchvision.io.image.read_image", "path, mode=None, apply_exif_orientation=False")
def read_image(at: Invocation, path: Value, mode: Value, apply_exif_orientation: Value) -> Value:
    """``(C, H, W)``, the channels those of the file unless a mode is given."""
    name = mode.dotted if isinstance(mode, External) else mode if isinstance(mode, str) else ""
    reason = "an image file"
    channels = _CHANNELS.get(name.rpartition(".")[2], fresh("C", reason=reason))
    return Tensor(Shape((channels, fresh("H", reason=reason), fresh("W", reason=reason))), "int")
