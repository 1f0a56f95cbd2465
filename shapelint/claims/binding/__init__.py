"""Laying claims over the tensors of a run.

In: the claims of a file, one run with its tape, a convention and a layout.  Out: an :class:`~.assertion.Assertion` for each
shape that is claimed, with every tensor it may speak of and what the code calls its names.  Which convention, which layout
and which sizes are right is not decided here: :mod:`~shapelint.claims.reading` tries several.
"""
