"""``shapelint weights``: does a checkpoint fit a model?  Names and shapes only: no weight is read, nothing is executed."""

from .bounded import BadFile
from .fit import judge, open_target

__all__ = ["BadFile", "judge", "open_target"]
