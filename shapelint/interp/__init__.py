"""Abstract execution of Python: what the code does, without running it.  Knows nothing of comments."""

from . import compound, expressions, modules, statements, torch_calls  # noqa: F401  # they register what they define
from .explore import Exploration, explore
from .imports import Project
from .tape import Call, Entered, Override, Run, Site, Statement, Tape
from .values import Instance

__all__ = [
    "Call",
    "Entered",
    "Exploration",
    "Instance",
    "Override",
    "Project",
    "Run",
    "Site",
    "Statement",
    "Tape",
    "explore",
]
