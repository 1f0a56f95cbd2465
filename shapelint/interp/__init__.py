"""Abstract execution of Python: what the code of a file does, found without running it.

Enters: the parsed :class:`~shapelint.source.parse.Source` of a file, and the :class:`Project` that reads what it imports.
Leaves: an :class:`Exploration`, that is the paths that were executed, each a :class:`Run` with its tape of calls.  Nothing
here knows of comments; where a claim or a rule asks "what if", it replays a run with something changed.
"""

from ..source import quick_libcst  # noqa: F401  # before anything that imports libcst
from . import syntax  # noqa: F401  # for what it registers
from .model.classes import Instance
from .model.site import Site
from .model.tape import Call, Run
from .modules import construction, entry_access, module_calls, module_methods  # noqa: F401  # for what they register
from .paths.exploration import Exploration
from .project.project import Project
from .tensors import operations  # noqa: F401  # for what it registers

__all__ = ["Call", "Exploration", "Instance", "Project", "Run", "Site"]
