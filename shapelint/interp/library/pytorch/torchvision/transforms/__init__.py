"""``torchvision.transforms``: its classes and functions; ``v2`` has the same names."""

from . import classes, combined  # noqa: F401  # they declare
