"""``torchvision``."""

from shapelint.interp.library.images import PIL  # noqa: F401  # the images of its data sets have the methods of PIL's
