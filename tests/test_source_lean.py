"""A lean parse gives the tree that libcst gives, and leaves libcst as it was."""

import gc
import subprocess
import sys
from pathlib import Path

import libcst as cst
import pytest

from shapelint.source.lean import lean_parsing
from shapelint.source.parse import SourceError, parse

HERE = Path(__file__)


def printed_alike(probe: str) -> str:
    """What a program prints with libcst as it is, and the same with libcst as we import it."""
    plain, quick = (
        subprocess.run(
            [sys.executable, "-c", begin + probe], capture_output=True, text=True, check=True, cwd=HERE.parent.parent
        ).stdout
        for begin in ("", "import shapelint.source.quick_libcst")
    )
    assert plain == quick
    return plain


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


def test_nodes_are_declared_as_libcst_declares_them() -> None:
    """What is left out when they are declared is what none of them keeps; since Python 3.14 some keep annotations for later."""
    probe = """
import sys, libcst
late = {"__annotate_func__", "__annotations_cache__"}
kinds = [kind for kind in vars(libcst).values() if isinstance(kind, type)]
print(sorted((kind.__name__, sorted(vars(kind).keys() - late), kind.__eq__.__qualname__, kind.__repr__.__qualname__) for kind in kinds))
"""
    assert "CSTNode.__eq__" in printed_alike(probe)


def test_nodes_behave_as_libcst_has_them() -> None:
    """They are made, refused, changed, derived from and kept frozen alike, though what makes them is compiled late."""
    probe = """
import copy, dataclasses, pickle, libcst as cst

@dataclasses.dataclass(frozen=True)
class Marked(cst.Name):
    mark: int = 3

def told(act):
    try:
        return act()
    except Exception as error:
        return type(error).__name__, str(error)

name = cst.Name("a")
for act in (
    lambda: cst.Name(),
    lambda: cst.Name(""),
    lambda: cst.Name("a", valeu="b"),
    lambda: cst.Name("a", [cst.LeftParen()]),
    lambda: setattr(name, "value", "b"),
    lambda: delattr(name, "value"),
    lambda: name.with_changes(value="b").value,
    lambda: dataclasses.replace(name, value="c").value,
    lambda: (Marked("d").mark, Marked("d", mark=4).mark),
    lambda: setattr(Marked("d"), "mark", 5),
    lambda: pickle.loads(pickle.dumps(name)).value,
    lambda: copy.deepcopy(cst.parse_module("x = f(1, *a)\\n")).code,
    lambda: cst.Module([cst.SimpleStatementLine([cst.Pass()])]).code,
    lambda: cst.Name("a").lpar is cst.Name("a").lpar,
    lambda: cst.Arg(name).comma,
    lambda: cst.Add() is not cst.Add() and cst.Add().whitespace_before is not cst.Add().whitespace_before,
    lambda: cst.Name.__dataclass_params__.frozen and cst.Name.__dataclass_params__.init,
    lambda: [(field.name, field.init) for field in dataclasses.fields(cst.FunctionDef)],
):
    print(told(act))
"""
    assert "FrozenInstanceError" in printed_alike(probe)


def test_dataclasses_are_as_before() -> None:
    """Whoever declares one afterwards gets all of it."""
    from dataclasses import dataclass

    @dataclass
    class Point:
        x: int

    assert Point(1) == Point(1)
    assert repr(Point(1)).endswith("Point(x=1)")
