"""A change as a unified diff."""

from __future__ import annotations

import os

__all__ = ["difference"]


def difference(before: bytes, after: bytes, path: str) -> str:
    """A unified diff that ``patch`` takes; empty if nothing changed."""
    from difflib import unified_diff

    old, new = (_lines(content) for content in (before, after))
    name = path.replace(os.sep, "/").lstrip("/")
    lines = unified_diff(old, new, f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(content: bytes) -> list[str]:
    """Lines with their ends, cut at LF only, as ``patch`` does."""
    text = content.decode("utf-8", "surrogateescape")
    pieces = text.split("\n")
    return [f"{piece}\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])
