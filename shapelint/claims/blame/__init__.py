"""Which side of a contradiction is wrong: the comment, or an argument of a layer.

In: a reading with its divergences, or a call that PyTorch refuses.  Out: a ``Blame`` for each divergence, whose ``Repair``, if it
has one, is the argument that would make the comment true; a ``Misfit`` for a call that the stated sizes do not suit.  Every
repair is tried by replaying the run, and what the surrounding layers are like decides ties.
"""
