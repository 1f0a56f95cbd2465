"""Where nodes and comments stand: exact rows and columns, whatever the layout."""

from __future__ import annotations

import io
import tokenize
from pathlib import Path

import libcst as cst
import pytest

from shapelint.diagnostic import Span
from shapelint.source.parse import Source, parse
from shapelint.source.positions import Positions

ROOT = Path(__file__).parent.parent


def text_at(source: Source, span: Span) -> str:
    """The text that a span covers."""
    lines = source.lines[span.row - 1 : span.end_row]
    if len(lines) == 1:
        return lines[0][span.column - 1 : span.end_column - 1]
    return "\n".join([lines[0][span.column - 1 :], *lines[1:-1], lines[-1][: span.end_column - 1]])


def spans_of(source: Source, kind: type[cst.CSTNode]) -> list[str]:
    """The texts of all nodes of one type, in order."""
    found: list[str] = []

    class Visitor(cst.CSTVisitor):
        def on_visit(self, node: cst.CSTNode) -> bool:
            if type(node) is kind:
                found.append(text_at(source, source.span(node)))
            return True

    source.tree.visit(Visitor())
    return found


LAYOUT = """\
@decorated
# of the class
class A:  # trailing
    x = (f(a, *c, b = 2 ,
         d=[1,
            2])).g
    # own

    def f(self):
        if x: return x[0]
        return - (1 + 2), \\
            {"é": 'ü'}
"""


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (cst.Call, ["f(a, *c, b = 2 ,\n         d=[1,\n            2])"]),
        (cst.Arg, ["a", "*c", "b = 2", "d=[1,\n            2]"]),
        (cst.List, ["[1,\n            2]"]),
        (cst.Subscript, ["x[0]"]),
        (cst.BinaryOperation, ["1 + 2"]),
        (cst.Dict, ["{\"é\": 'ü'}"]),
        (cst.Return, ["return x[0]", "return - (1 + 2), \\\n            {\"é\": 'ü'}"]),
        (cst.If, ["if x: return x[0]"]),
        (cst.Assign, [LAYOUT.split("\n", 3)[3].split("\n    # own")[0].strip()]),
        (cst.FunctionDef, [LAYOUT[LAYOUT.index("def f") :].rstrip("\n")]),
        (cst.ClassDef, [LAYOUT[LAYOUT.index("class A") :].rstrip("\n")]),
    ],
)
def test_a_node_stands_where_its_text_does(kind: type[cst.CSTNode], texts: list[str]) -> None:
    """Brackets around an expression, the comma behind an argument and comments before a statement are not part of it."""
    assert spans_of(parse(LAYOUT, "x.py"), kind) == texts


def test_whitespace_has_no_place() -> None:
    """Only syntax is asked for."""
    source = parse("x = 1\n", "x.py")
    with pytest.raises(KeyError):
        source.span(source.tree.body[0].trailing_whitespace)  # type: ignore[union-attr]


@pytest.mark.parametrize("path", sorted((ROOT / "fixtures").rglob("*.py")) + sorted((ROOT / "shapelint").rglob("*.py")))
def test_comments_are_those_that_the_tokenizer_finds(path: Path) -> None:
    """Every comment with its row and column, and nothing that only looks like one (text of an f-string)."""
    if "fixtures" in path.parts and {"broken", "notebooks"} & set(path.parts):  # with magics, for one
        return
    text = path.read_text("utf-8")
    source = parse(text, str(path))
    expected = [
        (token.start[0], token.start[1] + 1, token.string)
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    ]
    assert [(c.row, c.column, c.text) for c in source.comments] == expected
    assert all(c.own_line == (not source.lines[c.row - 1][: c.column - 1].strip()) for c in source.comments)
    assert all(text_at(source, c.span) == c.text for c in source.comments)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_line_end_of_python_counts(newline: str) -> None:
    """LF, CR LF and CR end a line; a form feed and a Unicode line separator do not."""
    source = parse(newline.join(["a = 1", "\x0c", "b = '\u2028'  # é", "c = 3  # last", ""]), "x.py")
    assert [(c.row, c.column) for c in source.comments] == [(3, 10), (4, 8)]
    assert source.lines == ("a = 1", "\x0c", "b = '\u2028'  # é", "c = 3  # last", "")


def test_the_text_of_an_f_string_is_no_comment() -> None:
    """A part of an f-string may begin with a number sign."""
    source = parse('x = f"# {1}# two" + f"""\n# three {x}\n# four\n"""  # real\n', "x.py")
    assert [c.text for c in source.comments] == ["# real"]


def test_a_byte_order_mark_does_not_shift_columns() -> None:
    """Editors do not count it either."""
    source = parse("\ufeffx = 1  # one\n", "x.py")
    assert source.comments[0].column == 8
    assert source.text.startswith("x")


SCATTERED = """\
# head

import a; import b  # two

@decorated(
    1)
# of the function
def f(x):
    return x
    # at its end
# before the next

(
    f(2)
)
class A: pass
async def g(): return 1
if f:
    x = '''
# no comment
'''
# tail
"""


@pytest.mark.parametrize("text", [SCATTERED, SCATTERED.replace("\n", "\r\n"), SCATTERED.rstrip("\n"), "# only\n"])
def test_statements_are_placed_one_by_one_as_all_at_once(text: str) -> None:
    """What is written out on request, in whatever order, stands where it stands when everything is written out."""
    whole, lazy = Positions(parse(text, "a.py").tree), parse(text, "a.py")
    known = Positions(lazy.tree)
    nodes = [node for _, _, node in known._state.noted.values() if node is not lazy.tree]
    for node in reversed(nodes):
        assert lazy.span(node) == known.span(node)
    every = range(1, len(lazy.lines) + 1)
    for row in reversed(every):
        fresh = parse(text, "a.py")
        found = [(comment.row, comment.text) for comment in fresh.comments_in([row])]
        assert found == [(span.row, token) for span, token in whole.comments(every) if span.row == row]
