"""What expressions and statements do: one function for each type of node, found by that type.

In: a libcst node, the frame it is executed in, and the :class:`~shapelint.interp.machine.machine.Machine`, to which the
functions here are made known by importing this package.  Out: the value of an expression, or how a statement ended; what is
worth remembering (values of statements, calls, unknowns) is on the machine's tape.
"""

from . import (  # noqa: F401  # they register what they define
    call_expressions,
    compound,
    comprehensions,
    displays,
    expressions,
    loops,
    operator_expressions,
    statements,
    subscripts,
)
