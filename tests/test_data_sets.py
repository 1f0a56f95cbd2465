"""Samples of torchvision's data sets, and what its transforms make of them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from interp_support import plain, values

IMPORTS = """
from torchvision import datasets, transforms
import torchvision.transforms as T
import torchvision.transforms.functional as TF
from torchvision.transforms import v2
from PIL import Image
import numpy as np
import cv2
"""


def shown(source: str, before: str = "") -> Any:
    """The value of an expression; a fresh size of an unknown name is ``?``, an image its bands, height and width."""
    found = values(f"{IMPORTS}\n{before}\nr = {source}")["r"]
    attributes = getattr(found, "attributes", None)
    if attributes is not None:
        found = tuple(attributes[name] for name in ("bands", "height", "width"))
    return re.sub(r"\b[CHWqn]\b", "?", str(plain(found)))


# https://docs.pytorch.org/vision/stable/datasets.html, and the pages of the data that it describes
IMAGES = {
    "datasets.MNIST('.')": "(1, 28, 28)", "datasets.FashionMNIST('.', False)": "(1, 28, 28)",
    "datasets.KMNIST(root='.')": "(1, 28, 28)", "datasets.QMNIST('.')": "(1, 28, 28)",
    "datasets.EMNIST('.', split='letters')": "(1, 28, 28)", "datasets.USPS('.')": "(1, 16, 16)",
    "datasets.SEMEION('.')": "(1, 16, 16)", "datasets.Omniglot('.')": "(1, 105, 105)", "datasets.FER2013('.')": "(1, 48, 48)",
    "datasets.CIFAR10('.')": "(3, 32, 32)", "datasets.CIFAR100('.')": "(3, 32, 32)", "datasets.SVHN('.')": "(3, 32, 32)",
    "datasets.STL10('.')": "(3, 96, 96)", "datasets.PCAM('.')": "(3, 96, 96)", "datasets.EuroSAT('.')": "(3, 64, 64)",
    "datasets.CelebA('.')": "(3, 218, 178)", "datasets.FakeData()": "(3, 224, 224)",
    "datasets.FakeData(10, (1, 8, 9))": "(1, 8, 9)", "datasets.ImageFolder('.')": "(3, ?, ?)", "datasets.ImageNet('.')": "(3, ?, ?)",
    "datasets.LSUN('.', classes='train')": "(3, ?, ?)", "datasets.Flowers102('.')": "(3, ?, ?)",
    "datasets.Caltech101('.')": "(?, ?, ?)", "datasets.mnist.MNIST('.')": "(1, 28, 28)",
}  # fmt: skip


@pytest.mark.parametrize("source", IMAGES)
def test_the_images_of_a_data_set_have_the_channels_and_the_size_that_its_page_tells(source: str) -> None:
    """What differs from image to image is unknown."""
    assert shown(f"{source}[0][0]") == IMAGES[source]


# https://docs.pytorch.org/vision/stable/transforms.html; of an RGB image of 40 by 60 pixels
TRANSFORMS = {
    "T.ToTensor()": "(3, 40, 60)", "T.PILToTensor()": "(3, 40, 60)", "v2.ToImage()": "(3, 40, 60)", "T.Resize(20)": "(3, 20, 30)",
    "T.Resize([20])": "(3, 20, 30)", "T.Resize((8, 9))": "(3, 8, 9)", "T.Resize(size=(8, 9), antialias=True)": "(3, 8, 9)",
    "T.Resize(20, max_size=25)": "(3, ?, ?)", "T.CenterCrop(32)": "(3, 32, 32)", "T.CenterCrop((8, 9))": "(3, 8, 9)",
    "T.RandomCrop(32, padding=4)": "(3, 32, 32)", "T.RandomResizedCrop(224)": "(3, 224, 224)", "T.Pad(2)": "(3, 44, 64)",
    "T.Pad((1, 2))": "(3, 44, 62)", "T.Pad((1, 2, 3, 4))": "(3, 46, 64)", "T.Grayscale()": "(1, 40, 60)", "v2.RGB()": "(3, 40, 60)",
    "T.Grayscale(num_output_channels=3)": "(3, 40, 60)", "T.RandomHorizontalFlip()": "(3, 40, 60)", "T.RandomRotation(10)": "(3, 40, 60)",
    "T.RandomRotation(10, expand=True)": "(3, ?, ?)", "T.ColorJitter(0.5)": "(3, 40, 60)", "T.RandomGrayscale()": "(3, 40, 60)",
    "T.RandomApply([T.CenterCrop(40)])": "(3, 40, ?)", "T.RandomChoice([T.Resize((8, 8)), T.CenterCrop(8)])": "(3, 8, 8)",
    "T.RandomOrder([T.ColorJitter(), T.RandomVerticalFlip()])": "(3, 40, 60)", "T.Lambda(lambda x: x.convert('L'))": "(1, 40, 60)",
    "T.Compose([T.Resize(20), T.CenterCrop(16), T.ToTensor(), T.Normalize((0.5,) * 3, (0.5,) * 3)])": "(3, 16, 16)",
    "T.Compose([T.ToTensor(), T.Lambda(lambda x: x[:1].view(-1))])": "(2400,)", "T.Compose([T.ToTensor(), T.ToPILImage()])": "(3, 40, 60)",
    "v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Resize((8, 8))])": "(3, 8, 8)",
}  # fmt: skip


@pytest.mark.parametrize("source", TRANSFORMS)
def test_a_transform_makes_of_an_image_what_its_page_tells(source: str) -> None:
    """Also ``v2``, and functions of the file's own in a Lambda."""
    assert shown(f"{source}(datasets.FakeData(9, (3, 40, 60))[0][0])") == TRANSFORMS[source]


def test_crops_are_tuples() -> None:
    """FiveCrop gives five, TenCrop ten."""
    source = "[t.size for t in T.FiveCrop(8)(Image.open('a'))]"
    assert (shown(source), shown("len(T.TenCrop(8)(Image.open('a')))")) == (str([(8, 8)] * 5), "10")


FUNCTIONS = {
    "TF.resize(x, [8, 9])": "(3, 8, 9)", "TF.center_crop(x, 5)": "(3, 5, 5)", "TF.crop(x, 0, 0, 4, 5)": "(3, 4, 5)", "TF.hflip(x)": "(3, 40, 60)",
    "TF.center_crop(x, output_size=5)": "(3, 5, 5)", "TF.resized_crop(x, 0, 0, 4, 5, (7, 8))": "(3, 7, 8)", "TF.pad(x, 1)": "(3, 42, 62)",
    "TF.rgb_to_grayscale(x)": "(1, 40, 60)", "TF.normalize(x, (0.5,), (0.5,))": "(3, 40, 60)", "TF.to_tensor(np.zeros((4, 5, 3)))": "(3, 4, 5)",
}  # fmt: skip


@pytest.mark.parametrize("source", FUNCTIONS)
def test_the_functional_forms_do_the_same_to_tensors(source: str) -> None:
    """The last two dimensions are height and width."""
    assert shown(source, "x = torch.zeros(3, 40, 60)") == FUNCTIONS[source]


FILES = {
    "Image.open('a.png')": "(?, ?, ?)", "Image.open('a.png').convert('RGB')": "(3, ?, ?)", "Image.open('a').convert('L').resize((8, 9))": "(1, 9, 8)",
    "Image.open('a').crop((1, 2, 5, 9)).convert('RGBA')": "(4, 7, 4)", "Image.fromarray(np.zeros((8, 9, 3)))": "(3, 8, 9)",
    "np.array(Image.open('a').convert('RGB').resize((8, 9)))": "(9, 8, 3)", "np.asarray(Image.new('L', (8, 9)))": "(9, 8)",
    "cv2.resize(cv2.imread('a.png'), (8, 9))": "(9, 8, 3)", "cv2.imread('a.png', 0)": "(?, ?)",
    "cv2.cvtColor(cv2.imread('a.png'), cv2.COLOR_BGR2GRAY)": "(?, ?)",
}  # fmt: skip


@pytest.mark.parametrize("source", FILES)
def test_an_image_file_has_the_channels_that_it_is_converted_to(source: str) -> None:
    """Pillow's sizes are (width, height), arrays are (height, width, bands)."""
    assert shown(source) == FILES[source]


CONTENTS = {
    "datasets.MNIST('.').data": "(60000, 28, 28)", "datasets.MNIST('.', train=False).targets": "(10000,)", "len(datasets.CIFAR10('.'))": "50000",
    "datasets.CIFAR10('.', False).data": "(10000, 32, 32, 3)", "datasets.MNIST('.').train_data": "(60000, 28, 28)",
    "len(datasets.USPS('.', train=False))": "2007", "len(datasets.CIFAR100('.').classes)": "100", "datasets.SVHN('.').data": "(?, 3, 32, 32)",
}  # fmt: skip


@pytest.mark.parametrize("source", CONTENTS)
def test_a_data_set_tells_what_it_holds(source: str) -> None:
    """``data``, ``targets``, ``classes`` and its length."""
    assert shown(source) == CONTENTS[source]


def test_what_a_transform_of_its_own_does_is_not_guessed() -> None:
    """Neither a function from elsewhere nor another loader of images."""
    assert "Unknown" in shown("datasets.MNIST('.', transform=elsewhere.f)[0][0]", "import elsewhere")
    assert "Unknown" in shown("datasets.ImageFolder('.', loader=elsewhere.f)[0][0]", "import elsewhere")
