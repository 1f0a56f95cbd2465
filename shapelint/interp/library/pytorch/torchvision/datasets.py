"""``torchvision.datasets``: what a sample is, where the data set fixes it.

Sizes are those of torchvision's documentation (https://docs.pytorch.org/vision/stable/datasets.html) and of the data that
it describes; images are RGB where the class converts them.
"""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.call_binding import given, optional
from shapelint.interp.library.declare import Invocation, means, method
from shapelint.interp.library.pictures import picture
from shapelint.interp.library.pytorch.torch.utils.data.datasets import DATASET
from shapelint.interp.library.sizes import is_size
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.values import External, Gap
from shapelint.ops.elements import Array
from shapelint.records import dataclass
from shapelint.shapes import Dim, Shape, Tensor, Unknown, Value, fresh

_PLAIN = "root train transform target_transform download"
_SPLIT = "root split transform target_transform download"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A data set.

    ``parameters``: of its constructor.  ``bands``, ``height``, ``width``: of its images, None where they differ.  ``is_class``:
    whether the target is the number of a class.  ``counts``: images for training and for testing.  ``data``: how the attribute
    ``data`` lays them out, in numpy's arrays unless it is ``"tensor"``.  ``classes``: how many there are.
    """

    parameters: str
    bands: int | None = 3
    height: int | None = None
    width: int | None = None
    is_class: bool = True
    counts: tuple[int, int] | None = None
    data: str | None = None
    classes: int | None = None


_MNIST = _Kind(_PLAIN, 1, 28, 28, counts=(60_000, 10_000), data="tensor", classes=10)
_KINDS: Mapping[str, _Kind] = {
    "MNIST": _MNIST, "FashionMNIST": _MNIST, "KMNIST": _MNIST,
    "QMNIST": _Kind("root what compat train transform target_transform download", 1, 28, 28, is_class=False, data="tensor"),
    "EMNIST": _Kind("root split train transform target_transform download", 1, 28, 28, data="tensor"),
    "CIFAR10": _Kind(_PLAIN, 3, 32, 32, counts=(50_000, 10_000), data="hwc", classes=10),
    "CIFAR100": _Kind(_PLAIN, 3, 32, 32, counts=(50_000, 10_000), data="hwc", classes=100),
    "SVHN": _Kind(_SPLIT, 3, 32, 32, data="chw"),
    "STL10": _Kind("root split folds transform target_transform download", 3, 96, 96, data="chw"),
    "USPS": _Kind(_PLAIN, 1, 16, 16, counts=(7_291, 2_007), data="hw"),
    "SEMEION": _Kind("root transform target_transform download", 1, 16, 16, data="hw"),
    "Omniglot": _Kind("root background transform target_transform download", 1, 105, 105),
    "FER2013": _Kind("root split transform target_transform", 1, 48, 48),
    "EuroSAT": _Kind("root transform target_transform download", 3, 64, 64),
    "PCAM": _Kind(_SPLIT, 3, 96, 96),
    "CelebA": _Kind("root split target_type transform target_transform download", 3, 218, 178, is_class=False),
    "ImageNet": _Kind("root split transform target_transform loader"),
    "LSUN": _Kind("root classes transform target_transform"),
    "Flowers102": _Kind(_SPLIT), "DTD": _Kind("root split partition transform target_transform download"),
    "Food101": _Kind(_SPLIT), "GTSRB": _Kind(_SPLIT), "StanfordCars": _Kind(_SPLIT), "Country211": _Kind(_SPLIT),
    "RenderedSST2": _Kind(_SPLIT), "SUN397": _Kind("root transform target_transform download"),
    "FGVCAircraft": _Kind("root split annotation_level transform target_transform download"),
    "OxfordIIITPet": _Kind("root split target_types transforms transform target_transform download", is_class=False),
    "Places365": _Kind("root split small download transform target_transform loader"),
    "Caltech101": _Kind("root target_type transform target_transform download", None, is_class=False),
    "Caltech256": _Kind("root transform target_transform download", None),
    "VOCSegmentation": _Kind("root year image_set download transform target_transform transforms", is_class=False),
    "VOCDetection": _Kind("root year image_set download transform target_transform transforms", is_class=False),
    "CocoDetection": _Kind("root annFile transform target_transform transforms", is_class=False),
    "CocoCaptions": _Kind("root annFile transform target_transform transforms", is_class=False),
    "Cityscapes": _Kind("root split mode target_type transform target_transform transforms", is_class=False),
    "ImageFolder": _Kind("root transform target_transform loader is_valid_file allow_empty"),
    "FakeData": _Kind("size image_size num_classes transform target_transform random_offset"),
}  # fmt: skip
_DEFAULT_LOADERS = frozenset({"torchvision.datasets.folder.default_loader", "torchvision.datasets.folder.pil_loader"})


def _declare(name: str, kind: _Kind) -> None:
    cls = Class(name, (DATASET,), unknown_base=f"torchvision.datasets.{name}")
    means(f"torchvision.datasets.{name}", cls)

    @method(cls, "__init__", optional(f"self {kind.parameters}"))
    def initialize(at: Invocation, self: Instance, rest: Value, others: Value, **options: Value) -> Value:
        absent: dict[str, Value] = dict.fromkeys(("transform", "target_transform", "transforms", "loader"))
        at.update(self, absent | given(options))
        if kind.classes is not None:
            self.attributes["classes"] = [Unknown("the name of a class") for _ in range(kind.classes)]
        if kind.data is not None:
            self.attributes.update(_contents(kind, _count(kind, self.attributes)))
        return None

    @method(cls, "__getitem__", "self, index")
    def sample(at: Invocation, self: Instance, index: Value) -> Value:
        target: Value = Unknown("the target of a sample")
        if kind.is_class:
            target = fresh("label", minimum=0, reason="the number of a class")
        return _transformed(at, self.attributes, _image(kind, self.attributes), target)

    @method(cls, "__len__", "self")
    def length(at: Invocation, self: Instance) -> Value:
        return self.attributes.get("size", 1000) if name == "FakeData" else _count(kind, self.attributes)


def _transformed(at: Invocation, attributes: Mapping[str, Value], image: Value, target: Value) -> Value:
    """A sample as the transforms of its data set make it."""
    both, transform, of_target = (attributes.get(name) for name in ("transforms", "transform", "target_transform"))
    if both is not None:
        return at.call(both, image, target)
    if transform is not None:
        image = at.call(transform, image)
    if of_target is not None:
        target = at.call(of_target, target)
    return image, target


def _count(kind: _Kind, attributes: Mapping[str, Value]) -> Dim:
    train, data = attributes.get("train", True), attributes.get("data")
    if isinstance(data, Tensor) and data.shape.rank and kind.counts is not None:
        return data.shape.dims[0]  # some programs keep a part of it
    if kind.counts is None or not isinstance(train, bool) or data is not None:
        return fresh("n", reason="the number of images of a data set")
    return kind.counts[not train]


def _contents(kind: _Kind, count: Dim) -> dict[str, Value]:
    """``data`` and ``targets``, under old names too."""
    assert kind.bands is not None and kind.height is not None and kind.width is not None
    size = {"hwc": (kind.height, kind.width, kind.bands), "chw": (kind.bands, kind.height, kind.width)}
    shape = Shape((count, *size.get(str(kind.data), (kind.height, kind.width))))
    labels = fresh("label", minimum=0, reason="the number of a class")
    if kind.data != "tensor":
        array = Array(Shape((count,)), "int")
        return {"data": Array(shape, "int"), "targets": [Gap("labels", labels)], "labels": array}
    data, targets = Tensor(shape, "int"), Tensor(Shape((count,)), "int")
    return {
        **dict.fromkeys(("data", "train_data", "test_data"), data),
        **dict.fromkeys(("targets", "train_labels", "test_labels"), targets),
    }


def _image(kind: _Kind, attributes: Mapping[str, Value]) -> Value:
    loader = attributes.get("loader")
    if loader is not None and not (isinstance(loader, External) and loader.dotted in _DEFAULT_LOADERS):
        return Unknown("what a loader of its own reads")
    if "image_size" not in kind.parameters:
        return picture(kind.bands, kind.height, kind.width, "images of a data set differ in size")
    size = attributes.get("image_size", (3, 224, 224))
    if isinstance(size, (tuple, list)) and len(size) == 3 and all(map(is_size, size)):
        return picture(*size)
    return picture(reason="fake data of unknown size")


for _name, _kind in _KINDS.items():
    _declare(_name, _kind)
