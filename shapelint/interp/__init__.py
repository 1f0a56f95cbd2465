"""Abstract execution of Python: what the code does, without running it.  Knows nothing of comments."""

from . import syntax  # noqa: F401  # it registers what it defines
from .model.site import Site
from .model.tape import Call, Entered, Override, Run, Statement, Tape
from .model.values import Instance
from .modules import module as modules  # noqa: F401  # they register what they define
from .paths.exploration import Exploration, explore
from .project.project import Project
from .tensors import operations as torch_calls  # noqa: F401  # they register what they define

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
