"""Source files: syntax trees with positions, comments, suppressions; the only room that knows libcst's whitespace."""

from .comments import Comment
from .parse import Source, SourceError, parse

__all__ = ["Comment", "Source", "SourceError", "parse"]
