"""The words and edits for what is wrong: messages, labels, traces and fixes.

In: a ``Blame`` about a comment, or the ``Breach`` of a docstring or annotation.  Out: text, spans and edits, from which the rules
build their diagnostics.  Nothing is decided here.
"""
