"""``torch.utils.data``: data sets, and loaders that make batches of them."""

from . import datasets, loaders  # noqa: F401  # they declare
