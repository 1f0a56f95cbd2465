"""A body that is parsed when it is looked into gives the nodes, places and comments that the whole file gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import libcst as cst
import pytest

from shapelint.source.late_bodies import LateBody, first_statement, is_waiting
from shapelint.source.parse import Source, SourceError, parse, parse_trusted

ROOT = Path(__file__).parent.parent
FILES = ("shapelint/engine.py", "shapelint/source/positions.py", "tests/test_source_lean.py", "fixtures/models/netd.py")

TEXT = '''\
import torch.nn as nn


class Net(nn.Module):
    """A net."""

    def forward(self, x):
        """Its docstring.  # not a comment"""
        # above the first statement: (N, 3)

        y = self.conv(x)  # (N, 8, 32, 32)
        if y:
            # inside
            y = "é"; x = """
# text
"""
        return {
            "a": (y, x),
        }  # after

    async def later(self, x):
        y = 1
        z = 2
        return x

    def ends_in_comment(self, x):
        for y in x:
            a = 1
            b = 2
            # of the loop
        # of the function


def plain(x):
  a = 1
  b = 2
  return a
'''


TEXTS = [TEXT, TEXT.rstrip("\n"), *((ROOT / file).read_text(encoding="utf-8") for file in FILES)]


def _nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _spans(source: Source, nodes: list[cst.CSTNode]) -> list[object]:
    found: list[object] = []
    for node in nodes:
        try:
            found.append(source.span(node))
        except KeyError:
            found.append(None)
    return found


def _waiting(source: Source) -> list[LateBody]:
    return [node.body for node in _functions(source.tree) if isinstance(node.body, LateBody) and is_waiting(node.body)]


def _functions(tree: cst.Module) -> Iterator[cst.FunctionDef]:
    for node in tree.body:
        for inner in (node, *(node.body.body if isinstance(node, cst.ClassDef) else ())):
            if isinstance(inner, cst.FunctionDef):
                yield inner


@pytest.mark.parametrize("asked_before", [True, False], ids=["written before", "parsed before"])
@pytest.mark.parametrize("text", TEXTS)
def test_everything_is_at_its_place(text: str, asked_before: bool) -> None:
    """Whether a statement was written out before or after its bodies were parsed."""
    whole, late = parse_trusted(text, "a.py"), parse(text, "a.py")
    assert _waiting(late)
    if asked_before:
        for node in late.tree.body:
            late.span(node)
        assert _waiting(late)
    nodes, others = list(_nodes(whole.tree)), list(_nodes(late.tree))
    assert [type(node) for node in nodes] == [
        cst.IndentedBlock if type(node) is LateBody else type(node) for node in others
    ]
    assert _spans(late, others) == _spans(whole, nodes)
    assert late.comments == whole.comments
    assert late.tree.code == text


@pytest.mark.parametrize("text", TEXTS)
def test_headers_need_no_body(text: str) -> None:
    """Where a function is, and its docstring, are known while its body waits."""
    whole, late = parse_trusted(text, "a.py"), parse(text, "a.py")
    waiting = len(_waiting(late))
    for node, other in zip(_functions(whole.tree), _functions(late.tree), strict=True):
        assert whole.span(node) == late.span(other)
        first = first_statement(other.body)
        assert first is None or first.deep_equals(node.body.body[0])
    assert len(_waiting(late)) == waiting


def test_a_comment_has_its_function_parsed() -> None:
    """And no other."""
    late = parse(TEXT, "a.py")
    row = TEXT[: TEXT.index("# (N, 8")].count("\n") + 1
    before = len(_waiting(late))
    assert [comment.text for comment in late.comments_in([row])] == ["# (N, 8, 32, 32)"]
    assert len(_waiting(late)) == before - 1


@pytest.mark.parametrize("odd", ["(y): int = 1", "if x:\n        \\\n        y = 1"])
def test_what_libcst_refuses_is_known_at_once(odd: str) -> None:
    """Though nobody looks into the body."""
    with pytest.raises(SourceError):
        parse(f"def f(x):\n    a = 1\n    {odd}\n    return a\n", "a.py")
