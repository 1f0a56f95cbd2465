"""Python's data model: what calling, reading attributes, iterating, comparing and class statements do to values.

In: values (:data:`~shapelint.shapes.Value`), the :class:`~shapelint.interp.machine.machine.Machine` that holds the state of
the run, and the frame that asks.  Out: the value that Python would give, an ``Unknown`` with its reason where that depends
on something unknown; ``Thrown`` is raised where Python would certainly raise.
"""
