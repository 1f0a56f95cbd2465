"""Layers that are declared to keep the size of their input, and do not.

In: the runs of a file.  Out: a ``BrokenSame`` for each constructor that a comment (``# same padding``), an idiom
(``padding=k // 2``) or a name (``Conv2dSame``) declares so, whose window breaks it, and for which nothing nearby makes up.
"""
