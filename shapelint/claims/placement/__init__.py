"""Finding what a comment is beside, from positions alone.

In: a parsed file with its comments.  Out: a :class:`~.claim.Claim` for each comment that states shapes, with its place
(between which elements, in which function) and the spots that it may speak of.  What code does when it runs is not
looked at, so that claims are the same on every run.
"""
