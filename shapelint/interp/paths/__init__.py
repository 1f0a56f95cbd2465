"""The runs of a file: which of its paths are executed, from where, on which made-up arguments and inputs.

In: a parsed file, the :class:`~shapelint.interp.project.project.Project` it may import from, and which of its nodes something
is claimed of.  Out: an :class:`~shapelint.interp.paths.exploration.Exploration` with one
:class:`~shapelint.interp.model.tape.Run` for each path, which can be replayed with something changed.
"""
