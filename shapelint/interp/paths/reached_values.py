"""All that a module holds: what its names mean, and whatever hangs from that.

Asked of Python's own garbage collector, since values hold each other in many ways: in containers, attributes, frames that
functions close over, and closures of the interpreter's own functions.
"""

from __future__ import annotations

import gc
import types
from collections.abc import Iterable
from enum import Enum
from functools import partial
from itertools import islice

import libcst as cst

from ...diagnostic import Span
from ...layers import Layer
from ...ops.declare import Op
from ...shapes import Expr, Symbol, Unknown
from ...shapes.tensor import UnknownFloat
from ...source.parse import Source
from ...source.pieces import NamedNode
from ..machine.machine import Machine
from ..model.class_names import ClassNames
from ..model.classes import Class, Instance, Module, Super
from ..model.frame import Frame
from ..model.functions import (
    Bound,
    Builtin,
    ClassMethod,
    Function,
    Parameters,
    Partial,
    Property,
    StaticMethod,
)
from ..model.module_tree import is_module
from ..model.site import Site
from ..model.values import Choice, DefaultDict, External, Gap, OneOf, Ratio
from ..project.deferred import Deferred
from ..project.project import Project

__all__ = ["reached"]

_HOLDERS = frozenset(
    {
        dict, list, tuple, set, frozenset, types.CellType, types.MethodType, types.FunctionType, partial, types.MappingProxyType,
        ClassNames, DefaultDict, Class, Module, Super, Frame, Bound, Builtin, ClassMethod, Function, Partial, Property,
        StaticMethod, Choice, Gap, OneOf, Deferred, Instance,
    }
)  # fmt: skip
_CLOSED = (
    str, int, float, complex, bytes, type(None), type(...), type(NotImplemented), type, range, slice, types.ModuleType,
    types.BuiltinFunctionType, types.GenericAlias, cst.CSTNode, Source, NamedNode, Project, Machine, Layer, Span, Parameters, Site,
    External, Ratio, Expr, Symbol, Unknown, UnknownFloat, Op, Enum,
)  # fmt: skip
"""What holds nothing that the program could change, or is no value of it."""


def reached(modules: Iterable[Module]) -> tuple[dict[int, object], bool]:
    """The values that these modules hold, by id, and whether none of them may change without being announced to the heap.

    Modules of torch count their calls, tensors learn their shapes; and of what is not known here nobody can tell.
    """
    found: dict[int, object] = {}
    sure = True
    is_holder: dict[type, bool] = {}
    fresh: list[object] = list(modules)
    while fresh:
        known = len(found)
        for value in fresh:
            kind = type(value)
            if kind not in is_holder:
                is_holder[kind] = kind in _HOLDERS
                sure = sure and (is_holder[kind] or issubclass(kind, _CLOSED))
            if is_holder[kind]:
                found[id(value)] = value
        added = list(islice(found.values(), known, None))
        sure = sure and not any(type(value) is Instance and is_module(value) for value in added)
        fresh = gc.get_referents(*(value for value in added if type(value) is not types.FunctionType))
        for value in added:
            if type(value) is types.FunctionType:  # not what its file defines
                fresh += (*(value.__closure__ or ()), *(value.__defaults__ or ()))
    return found, sure
