"""Modules that replace themselves by one that imports what it is asked for: what they hold they tell type checkers.

if TYPE_CHECKING:
    from .unet import UNet
else:
    sys.modules[__name__] = LazyModule(__name__, {"unet": ["UNet"]})
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from ...source.parse import Source

__all__ = ["imports_for_checkers"]


def imports_for_checkers(source: Source, body: Sequence[cst.CSTNode]) -> list[cst.CSTNode]:
    """The statements ``from a import b`` that only a type checker sees, if another module takes the place of this one.

    ``body``: the statements at the top level of ``source``.
    """
    text = source.text
    if "TYPE_CHECKING" not in text or not ("sys.modules[__name__]" in text or "def __getattr__(" in text):
        return []
    branches = [node.body for node in body if isinstance(node, cst.If) and _asks_for_checker(node.test)]
    return [line for branch in branches for line in _imports_in(branch)]


def _asks_for_checker(test: cst.BaseExpression) -> bool:
    """Whether it is ``TYPE_CHECKING``, ``typing.TYPE_CHECKING`` or one of these or something else."""
    match test:
        case cst.Name(value="TYPE_CHECKING") | cst.Attribute(attr=cst.Name(value="TYPE_CHECKING")):
            return True
        case cst.BooleanOperation(left=left, operator=cst.Or(), right=right):
            return _asks_for_checker(left) or _asks_for_checker(right)
        case _:
            return False


def _imports_in(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The imports in a block, whatever it depends on: what is missing in fact is found missing when it is asked for."""
    if isinstance(node, cst.SimpleStatementLine):
        if any(isinstance(part, cst.ImportFrom) for part in node.body):
            yield node
        return
    for child in node.children:
        yield from _imports_in(child)
