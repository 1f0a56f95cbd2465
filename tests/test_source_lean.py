"""A lean parse gives the tree that libcst gives, and leaves libcst as it was."""

import gc
from pathlib import Path

import libcst as cst
import pytest

from shapelint.source.lean import lean_parsing
from shapelint.source.parse import SourceError, parse

HERE = Path(__file__)


def test_tree_is_the_one_that_libcst_makes() -> None:
    """Node by node, and written out it is the text again."""
    text = HERE.read_text(encoding="utf-8")
    tree = parse(text, str(HERE)).tree
    copy = tree.visit(cst.CSTTransformer())  # in which bodies that were parsed late are like others
    assert copy.deep_equals(cst.parse_module(text))
    assert tree.code == text


def test_equal_whitespace_is_one_node() -> None:
    """Which is where the memory is saved."""
    with lean_parsing():
        tree = cst.parse_module("x  =  1\n")
    assign = cst.ensure_type(cst.ensure_type(tree.body[0], cst.SimpleStatementLine).body[0], cst.Assign)
    target = assign.targets[0]
    assert target.whitespace_before_equal is target.whitespace_after_equal
    assert isinstance(target.whitespace_after_equal, cst.SimpleWhitespace)


@pytest.mark.parametrize("collecting", [True, False])
def test_libcst_is_as_before(collecting: bool) -> None:
    """Whoever builds nodes after a parse, even one that failed, has them checked."""
    before, was_collecting = cst.SimpleWhitespace, gc.isenabled()
    (gc.enable if collecting else gc.disable)()
    try:
        with pytest.raises(SourceError):
            parse("x = (", "broken.py")
        with pytest.raises(cst.ParserSyntaxError), lean_parsing():
            cst.parse_module("x = (")
        assert gc.isenabled() is collecting
    finally:
        (gc.enable if was_collecting else gc.disable)()
    assert cst.SimpleWhitespace is before
    with pytest.raises(cst.CSTValidationError):
        cst.Name("")
