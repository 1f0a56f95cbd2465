"""Symbolic shapes: exact dimension algebra, three-valued comparison, inversion.  Knows nothing of Python source."""

from .compare import Bounds, Equality, bounds_of, compare, less, sign
from .dim import Dim, Expr, Symbol, births, fresh, substitute, symbol, symbols_of
from .division import exact_quotient, quotient
from .memory import Element, Elements, Memory
from .needs import Kind, Needs, Reject
from .shape import Shape, unknown_rank
from .solve import solve
from .tensor import Fractions, Parameter, Tensor, Unknown, UnknownFloat, tensors_in
from .value import Value

__all__ = [
    "Bounds",
    "Dim",
    "Element",
    "Elements",
    "Equality",
    "Expr",
    "Fractions",
    "Kind",
    "Memory",
    "Needs",
    "Parameter",
    "Reject",
    "Shape",
    "Symbol",
    "Tensor",
    "Unknown",
    "UnknownFloat",
    "Value",
    "births",
    "bounds_of",
    "compare",
    "exact_quotient",
    "fresh",
    "less",
    "quotient",
    "sign",
    "solve",
    "substitute",
    "symbol",
    "symbols_of",
    "tensors_in",
    "unknown_rank",
]
