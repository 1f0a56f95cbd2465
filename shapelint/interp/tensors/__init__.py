"""Functions, methods and operators of torch, applied to values of the interpreter.

Enters: an operator of ``ops/`` and what it is called with.  Leaves: its result, with an entry on the tape where a tensor
takes part; an operator that is rejected, or whose operands are not known, gives an unknown.
"""
