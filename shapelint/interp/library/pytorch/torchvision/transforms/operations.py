"""What the transforms of torchvision do to the size and the channels of an image.

After torchvision's documentation (https://docs.pytorch.org/vision/stable/transforms.html).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from shapelint.interp.library.pictures import (
    image_tensor,
    is_vague,
    pair_of,
    picture,
    size_of,
    with_bands,
    with_size,
)
from shapelint.interp.library.sizes import is_size
from shapelint.interp.model.values import Loaded
from shapelint.ops.elements import Array
from shapelint.shapes import Shape, Tensor, Unknown, Value

__all__ = ["FUNCTIONS", "OPERATIONS", "Operation"]

Operation: TypeAlias = Callable[[Value, Mapping[str, Value]], Value]
"""What becomes of an image or a tensor, with these options."""


def _keep(value: Value, options: Mapping[str, Value]) -> Value:
    if isinstance(value, Tensor) and not isinstance(value, Array):
        return type(value)(value.shape, value.dtype)
    return value


def _to_tensor(value: Value, options: Mapping[str, Value]) -> Value:
    is_tensor = isinstance(value, Tensor) and not isinstance(value, Array)
    return Unknown("a tensor is no image") if is_tensor else image_tensor(value)


def _to_image(value: Value, options: Mapping[str, Value]) -> Value:
    """``v2.ToImage``: a tensor stays what it is."""
    if isinstance(value, Tensor) and not isinstance(value, Array):
        return type(value)(value.shape, value.dtype)
    if isinstance(value, Unknown) or is_vague(value):
        return _as_tensor(value)
    return image_tensor(value, "int")


def _as_tensor(value: Value) -> Value:
    size = size_of(value)
    return Unknown("an image of unknown kind") if size is None else Loaded(Shape(size, "an image of unknown kind"))


def _normalize(value: Value, options: Mapping[str, Value]) -> Value:
    return _as_tensor(value) if is_vague(value) else _keep(value, options)


def _to_picture(value: Value, options: Mapping[str, Value]) -> Value:
    if isinstance(value, Tensor) and value.shape.lead is None and value.shape.rank in (2, 3):
        dims = value.shape.dims
        if len(dims) == 2:
            return picture(1, dims[0], dims[1])
        bands, height, width = (dims[2], dims[0], dims[1]) if isinstance(value, Array) else dims
        return picture(bands, height, width)
    return picture()


def _resize(value: Value, options: Mapping[str, Value]) -> Value:
    """The shorter side becomes ``size``, the other keeps the ratio; a pair is height and width."""
    size, now = options.get("size"), size_of(value)
    if isinstance(size, (list, tuple)) and len(size) == 1:
        size = size[0]
    if options.get("max_size") is not None:
        return with_size(value, None, None)
    if not is_size(size):
        return with_size(value, *(pair_of(size) or (None, None)))
    if now is None or now[0] == now[1]:
        return with_size(value, *((None, None) if now is None else (size, size)))
    height, width = now
    if not isinstance(height, int) or not isinstance(width, int) or not isinstance(size, int) or height * width == 0:
        return with_size(value, None, None)
    longer = size * max(height, width) // min(height, width)
    return with_size(value, *((longer, size) if width <= height else (size, longer)))


def _crop(value: Value, options: Mapping[str, Value]) -> Value:
    return with_size(value, *(pair_of(options.get("size")) or (None, None)))


def _crop_at(value: Value, options: Mapping[str, Value]) -> Value:
    return with_size(value, options.get("height"), options.get("width"))


def _pad(value: Value, options: Mapping[str, Value]) -> Value:
    """All sides, or left and right with top and bottom, or left, top, right, bottom."""
    padding, now = options.get("padding"), size_of(value)
    sides = list(padding) if isinstance(padding, (list, tuple)) else [padding]
    if now is None or not all(map(is_size, sides)) or len(sides) not in (1, 2, 4):
        return with_size(value, None, None)
    left, top, right, bottom = (side if is_size(side) else 0 for side in sides * (4 // len(sides)))
    return with_size(value, now[0] + top + bottom, now[1] + left + right)


def _grayscale(value: Value, options: Mapping[str, Value]) -> Value:
    return with_bands(value, options.get("num_output_channels", 1))


def _rgb(value: Value, options: Mapping[str, Value]) -> Value:
    return with_bands(value, 3)


def _rotate(value: Value, options: Mapping[str, Value]) -> Value:
    return _keep(value, options) if options.get("expand", False) is False else with_size(value, None, None)


def _crops(count: int) -> Operation:
    return lambda value, options: tuple(_crop(value, options) for _ in range(count))


OPERATIONS: Mapping[str, tuple[str, Operation, str]] = {
    # class -> (its parameters, what it does, the function that does the same)
    "ToTensor": ("", _to_tensor, "to_tensor"), "PILToTensor": ("", _to_tensor, "pil_to_tensor"),
    "ToImage": ("", _to_image, "to_image"), "ToPILImage": ("mode", _to_picture, "to_pil_image"),
    "Normalize": ("mean std inplace", _normalize, "normalize"),
    "Resize": ("size interpolation max_size antialias", _resize, "resize"), "Scale": ("size interpolation", _resize, ""),
    "CenterCrop": ("size", _crop, ""), "RandomCrop": ("size", _crop, ""), "RandomResizedCrop": ("size", _crop, ""),
    "RandomSizedCrop": ("size", _crop, ""), "FiveCrop": ("size", _crops(5), "five_crop"),
    "TenCrop": ("size", _crops(10), "ten_crop"),
    "Pad": ("padding", _pad, "pad"), "Grayscale": ("num_output_channels", _grayscale, "to_grayscale"),
    "RGB": ("", _rgb, "grayscale_to_rgb"),
    "RandomRotation": ("degrees interpolation expand", _rotate, ""),
    **dict.fromkeys((
        "RandomHorizontalFlip", "RandomVerticalFlip", "ColorJitter", "RandomAffine", "RandomPerspective", "RandomGrayscale",
        "GaussianBlur", "RandomErasing", "RandomInvert", "RandomPosterize", "RandomSolarize", "RandomAdjustSharpness",
        "RandomAutocontrast", "RandomEqualize", "AutoAugment", "RandAugment", "TrivialAugmentWide", "AugMix", "GaussianNoise",
        "ElasticTransform", "ConvertImageDtype", "ToDtype", "ConvertDtype", "LinearTransformation", "RandomChannelPermutation",
        "RandomPhotometricDistort", "ToPureTensor", "Identity"), ("", _keep, "")),
}  # fmt: skip
FUNCTIONS: Mapping[str, tuple[str, Operation]] = {
    **{name: (signature, operation) for signature, operation, name in OPERATIONS.values() if name},
    "center_crop": ("size", _crop), "crop": ("top left height width", _crop_at),
    "resized_crop": ("top left height width size", _crop), "rotate": ("angle interpolation expand", _rotate),
    "rgb_to_grayscale": ("num_output_channels", _grayscale),
    **dict.fromkeys((
        "hflip", "vflip", "adjust_brightness", "adjust_contrast", "adjust_saturation", "adjust_hue", "adjust_gamma",
        "adjust_sharpness", "affine", "perspective", "gaussian_blur", "invert", "posterize", "solarize", "equalize",
        "autocontrast", "erase", "convert_image_dtype", "to_dtype", "horizontal_flip", "vertical_flip"), ("", _keep)),
}  # fmt: skip
