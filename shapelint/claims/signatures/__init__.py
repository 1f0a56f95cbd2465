"""Shapes that docstrings and annotations state, held against the calls of their functions.

In: a parsed file and the runs of its paths.  Out: :class:`~.contracts.Held`, with a verdict for each stated shape and the
breaches that are findings.  This room binds by parameter name and return value, not by position in the file as comments
are bound, so it needs nothing of :mod:`~shapelint.claims.placement` and decides without a convention.
"""
