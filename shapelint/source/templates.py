"""Template strings (PEP 750) that libcst 1.9 refuses: those with the prefix ``tr``, and one beside another.

Of all that Python's grammar took up from 3.12 to 3.14 libcst refuses nothing else, and it takes ``rt``.
"""

from __future__ import annotations

from ..regex import lazy

__all__ = ["templates_may_be_beside", "without_refused_templates"]

_RAW = lazy(r"(?<!\w)([tT])([rR])(?=['\"])")
_BESIDE = lazy(r"(?<=['\"])(?=(?:\s|\\\n)*(?:[tT][rR]?|[rR][tT])['\"])")


def templates_may_be_beside(text: str) -> bool:
    """Whether one template string may follow another string; what is in comments and strings counts, too."""
    return _BESIDE.search(text) is not None


def without_refused_templates(text: str) -> tuple[str, str, int] | None:
    """``text`` as libcst would take it, what was in its way, and where the first of it was; None if nothing is.

    The prefix is turned round and a sum is made of neighbours, so that libcst can judge whether the rest is valid.

    >>> without_refused_templates("x = tr'a{b}'")
    ("x = rt'a{b}'", 'template string with the prefix tr', 4)
    """
    turned = _RAW.sub(r"\2\1", text)
    mended = _BESIDE.sub(" +", turned)
    raw, beside = _RAW.search(text), _BESIDE.search(turned)
    if raw is not None and (beside is None or raw.start() <= beside.start()):
        return mended, f"template string with the prefix {raw[0]}", raw.start()
    if beside is not None:
        after = beside.start() + len(turned[beside.start() :]) - len(turned[beside.start() :].lstrip(" \t\n\\"))
        return mended, "template string beside another", after
    return None
