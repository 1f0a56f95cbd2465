"""``shapelint annotate``: shape comments written into the code that they are about.

In: the text of a file, its project, and a way to lint a text.  Out: the text with stale comments refreshed and missing ones
added, in the style of the comments it has.  What is written is read back by the linter, and whatever would bring a finding
is not kept.
"""

from .annotator import annotate_text

__all__ = ["annotate_text"]
