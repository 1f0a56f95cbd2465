"""``torchvision.transforms``: what its classes and functions make of the size and the channels of an image.

After torchvision's documentation (https://docs.pytorch.org/vision/stable/transforms.html).  ``v2`` has the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..ops.elements import Array
from ..shapes import Shape, Tensor, Unknown
from .calls import call
from .external_arguments import given
from .iteration import as_list
from .machine import Machine
from .pictures import either, image_tensor, is_picture, is_size, pair_of, picture, size_of, with_bands, with_size
from .scope import Frame
from .values import Builtin, Choice, Class, Gap, Loaded

__all__ = ["TRANSFORMS"]

Operation = Callable[[Any, Mapping[str, Any]], Any]


def _keep(value: Any, options: Mapping[str, Any]) -> Any:
    if isinstance(value, Tensor) and not isinstance(value, Array):
        return type(value)(value.shape, value.dtype)
    return value


def _to_tensor(value: Any, options: Mapping[str, Any]) -> Any:
    is_tensor = isinstance(value, Tensor) and not isinstance(value, Array)
    return Unknown("a tensor is no image") if is_tensor else image_tensor(value)


def _to_image(value: Any, options: Mapping[str, Any]) -> Any:
    """``v2.ToImage``: a tensor stays what it is."""
    if isinstance(value, Tensor) and not isinstance(value, Array):
        return type(value)(value.shape, value.dtype)
    if isinstance(value, Unknown) or (is_picture(value) and value.attributes["vague"]):
        return _as_tensor(value)
    return image_tensor(value, "int")


def _as_tensor(value: Any) -> Any:
    size = size_of(value)
    return Unknown("an image of unknown kind") if size is None else Loaded(Shape(size, "an image of unknown kind"))


def _normalize(value: Any, options: Mapping[str, Any]) -> Any:
    return _as_tensor(value) if is_picture(value) and value.attributes["vague"] else _keep(value, options)


def _to_picture(value: Any, options: Mapping[str, Any]) -> Any:
    if isinstance(value, Tensor) and value.shape.lead is None and value.shape.rank in (2, 3):
        dims = value.shape.dims
        if len(dims) == 2:
            return picture(1, dims[0], dims[1])
        bands, height, width = (dims[2], dims[0], dims[1]) if isinstance(value, Array) else dims
        return picture(bands, height, width)
    return picture()


def _resize(value: Any, options: Mapping[str, Any]) -> Any:
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
    if not isinstance(height, int) or not isinstance(width, int) or not isinstance(size, int):
        return with_size(value, None, None)
    longer = int(size * max(height, width) / min(height, width))
    return with_size(value, *((longer, size) if width <= height else (size, longer)))


def _crop(value: Any, options: Mapping[str, Any]) -> Any:
    return with_size(value, *(pair_of(options.get("size")) or (None, None)))


def _crop_at(value: Any, options: Mapping[str, Any]) -> Any:
    return with_size(value, options.get("height"), options.get("width"))


def _pad(value: Any, options: Mapping[str, Any]) -> Any:
    """All sides, or left and right with top and bottom, or left, top, right, bottom."""
    padding, now = options.get("padding"), size_of(value)
    sides = list(padding) if isinstance(padding, (list, tuple)) else [padding]
    if now is None or not all(map(is_size, sides)) or len(sides) not in (1, 2, 4):
        return with_size(value, None, None)
    left, top, right, bottom = (side if is_size(side) else 0 for side in sides * (4 // len(sides)))
    return with_size(value, now[0] + top + bottom, now[1] + left + right)


def _grayscale(value: Any, options: Mapping[str, Any]) -> Any:
    return with_bands(value, options.get("num_output_channels", 1))


def _rgb(value: Any, options: Mapping[str, Any]) -> Any:
    return with_bands(value, 3)


def _rotate(value: Any, options: Mapping[str, Any]) -> Any:
    return _keep(value, options) if options.get("expand", False) is False else with_size(value, None, None)


def _crops(count: int) -> Operation:
    return lambda value, options: tuple(_crop(value, options) for _ in range(count))


_OPERATIONS: Mapping[str, tuple[str, Operation, str]] = {
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
_FUNCTIONS: Mapping[str, tuple[str, Operation]] = {
    **{name: (signature, operation) for signature, operation, name in _OPERATIONS.values() if name},
    "center_crop": ("size", _crop), "crop": ("top left height width", _crop_at),
    "resized_crop": ("top left height width size", _crop), "rotate": ("angle interpolation expand", _rotate),
    "rgb_to_grayscale": ("num_output_channels", _grayscale),
    **dict.fromkeys((
        "hflip", "vflip", "adjust_brightness", "adjust_contrast", "adjust_saturation", "adjust_hue", "adjust_gamma",
        "adjust_sharpness", "affine", "perspective", "gaussian_blur", "invert", "posterize", "solarize", "equalize",
        "autocontrast", "erase", "convert_image_dtype", "to_dtype", "horizontal_flip", "vertical_flip"), ("", _keep)),
}  # fmt: skip


def _initialize(signature: str) -> Builtin:
    def initialize(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> None:
        machine.heap.touch(args[0].attributes)
        args[0].attributes["options"] = given(signature, args[1:], kwargs)

    return Builtin("__init__", initialize)


def _class(name: str, signature: str, operation: Operation) -> Class:
    def transform(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        self, *values = args
        options = self.attributes.get("options")
        if len(values) != 1 or kwargs or not isinstance(options, dict):
            return Unknown(f"'{name}' of several values")  # v2 takes images with their boxes and masks
        return operation(_resolved(machine, values[0]), options)

    return _transform_class(name, _initialize(signature), transform)


def _transform_class(name: str, initialize: Builtin, transform: Callable[..., Any]) -> Class:
    apply = Builtin(name, transform)
    names = {"__init__": initialize, "__call__": apply, "forward": apply}
    return Class(name, names=names, unknown_base=f"torchvision.transforms.{name}")


def _resolved(machine: Machine, value: Any) -> Any:
    if isinstance(value, Choice) and all(map(is_picture, value.options)):
        return either(value.options)
    if isinstance(value, Tensor):
        value.shape = machine.tape.resolve(value.shape)
    return value


def _function(name: str, signature: str, operation: Operation) -> Builtin:
    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        if "output_size" in kwargs:
            kwargs["size"] = kwargs["output_size"]
        options = given(f"img {signature}", args, kwargs)
        value = options.get("img", kwargs.get("inpt", kwargs.get("pic", kwargs.get("tensor"))))
        return operation(_resolved(machine, value), options)

    return Builtin(name, apply)


# -- transforms made of others ----------------------------------------------------------------------------------------


def _of_others(name: str, apply: Callable[..., Any]) -> Class:
    def transform(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        self, *values = args
        parts = as_list(machine, self.attributes["options"].get("transforms"))
        if parts is None or any(isinstance(part, Gap) for part in parts):
            return Unknown(f"a '{name}' of unknown transforms")
        calls = [lambda *given, part=part: call(machine, part, given, kwargs, node, frame) for part in parts]
        return apply(calls, values)

    return _transform_class(name, _initialize("transforms p"), transform)


def _compose(parts: list[Callable[..., Any]], values: list[Any]) -> Any:
    for part in parts:
        result = part(*values)
        values = list(result) if len(values) > 1 and isinstance(result, tuple) else [result]
    return values[0] if len(values) == 1 else tuple(values)


def _perhaps(parts: list[Callable[..., Any]], values: list[Any]) -> Any:
    if len(values) != 1:
        return Unknown("transforms of several values")
    return either([values[0], _compose(parts, values)])


def _one_of(parts: list[Callable[..., Any]], values: list[Any]) -> Any:
    if len(values) != 1 or not parts:
        return Unknown("transforms of several values")
    return either([part(*values) for part in parts])


def _any_order(parts: list[Callable[..., Any]], values: list[Any]) -> Any:
    if len(values) != 1:
        return Unknown("transforms of several values")
    if all(size_of(part(*values)) == size_of(values[0]) for part in parts):
        return either([values[0], *(part(*values) for part in parts)])
    return Unknown("transforms in unknown order")


def _lambda(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    self, *values = args
    return call(machine, self.attributes["options"].get("lambd", Unknown("a function")), values, kwargs, node, frame)


_CLASSES: dict[str, Class] = {
    **{name: _class(name, signature, operation) for name, (signature, operation, _) in _OPERATIONS.items()},
    "Compose": _of_others("Compose", _compose), "RandomApply": _of_others("RandomApply", _perhaps),
    "RandomChoice": _of_others("RandomChoice", _one_of), "RandomOrder": _of_others("RandomOrder", _any_order),
    "Lambda": _transform_class("Lambda", _initialize("lambd"), _lambda),
}  # fmt: skip

TRANSFORMS: dict[str, Any] = {
    **{f"torchvision.transforms.{name}": cls for name, cls in _CLASSES.items()},
    **{
        f"torchvision.transforms.functional.{name}": _function(name, signature, operation)
        for name, (signature, operation) in _FUNCTIONS.items()
    },
}
"""By the name in ``torchvision.transforms``; those of ``v2`` are looked up there too."""
