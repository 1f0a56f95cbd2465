"""Which reading of its comments makes a run agree with most of them.

In: a run, and the claims of its file.  Out: a ``Reading``, in which each claim is true, false or open under one convention, one
layout and one solution for the sizes that the code leaves open; its divergences are the false claims that no earlier mistake
explains.  Which of these prove something (``proof``, ``block_check``), and whether the comments were written for other
defaults (``other_defaults``), is decided here, too; who is wrong is not.
"""
