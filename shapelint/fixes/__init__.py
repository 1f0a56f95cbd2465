"""Repairs: from the edits of findings to a changed text.

In go a text, its findings and a function that checks a text; out come the text after all repairs (``repeat``), or the
change as a diff (``difference``).  Nothing here writes files: that is ``shapelint.replacing``.
"""
