"""What is refused before libcst sees it.

libcst's parser ends the whole process with a segmentation fault on source that is nested too deeply, and takes
quadratic time on long chains.  CPython's own parser is ten times faster, has its limits built in, and goes first.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from itertools import islice

from ..regex import lazy
from .depth import DEEPEST
from .lines import line_starts

__all__ = ["MOST_TOKENS", "SourceError", "guard"]

# On half of the stack that is there, so that what it can parse does not exhaust ours.
_JUDGE = """
import sys
sys.path[:] = sys.argv[1:]
import libcst
try:
    import resource
    resource.setrlimit(resource.RLIMIT_STACK, (4_000_000, resource.getrlimit(resource.RLIMIT_STACK)[1]))
except (ImportError, ValueError):
    pass
libcst.parse_module(sys.stdin.buffer.read())
"""
_JUDGE_SECONDS = 10
_NEWER = lazy(
    r"\bexcept\s*\*|\bexcept\s+[^:\n]+,|\[\s*\*"  # exception groups, bare tuples of exceptions, stars in an index
    r"|\b(?:def|class)\s+\w+\s*\[|^\s*type\s+\w+\s*[\[=]"  # type parameters
    r"|(?<!\w)(?:[tT][rR]?|[rR][tT])['\"]",  # template strings
    re.MULTILINE,
)
_TOKEN = lazy(r"#[^\n]*|\"[^\"\n]*\"|'[^'\n]*'|\w+|[^\w\s]")
MOST_TOKENS = 110_000
"""The tree of libcst takes up to 4 KB for each: more would take more than 500 MB."""
_F_STRING = lazy(r"(?<!\w)(?:[fF][rR]?|[rR][fF])['\"]")
