"""Source files: text, syntax trees with positions, comments, suppressions, notebooks.

In go the bytes of a file (``text``, ``notebooks``) and then its text (``parse``); out come a ``Source``, whose tree, lines,
comments and spans the other rooms read, or a ``SourceError`` with a message and a place.  ``guard`` keeps from libcst what
would crash it.  Nothing here opens files or knows of torch.
"""
