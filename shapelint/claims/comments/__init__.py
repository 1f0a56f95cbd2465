"""Reading a comment as text, before anybody asks what code is beside it.

In: the text of a comment, a line of a docstring, the string of an annotation.  Out: a :class:`~.remark.Remark` with a
:class:`~.remark.ShapePattern` for each shape, or :class:`~.not_a_shape.NotAShape` with the reason.  No libcst, no run and
no file is seen here, so that a notation can be tested with nothing but its text.
"""
