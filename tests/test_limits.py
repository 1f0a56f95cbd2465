"""No program makes the linter compute without end: values beyond the limits of ``shapes/limits.py`` are unknown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interp_support import explored, values
from oracle import cases

from shapelint.interp.model.tape import Cause
from shapelint.interp.model.values import Gap
from shapelint.interp.paths import exploration
from shapelint.shapes import Dim, Equality, Expr, Unknown, compare, fresh, symbol, symbols_of
from shapelint.shapes.dim import Floor, terms_of
from shapelint.shapes.limits import (
    DEEPEST,
    HIGHEST_DEGREE,
    LONGEST,
    LOWEST,
    MOST_PARTS,
    MOST_TERMS,
    TOO_MANY_TERMS,
    is_large,
)
from shapelint.shapes.roots import integer_roots
from shapelint.source.guard import MOST_TOKENS, SourceError, guard

H, W = symbol("H"), symbol("W")

GROWING: dict[str, Callable[[Dim], Dim]] = {
    "squared": lambda x: x * x,
    "squared with a rest": lambda x: x * x + W,
    "multiplied": lambda x: x * (H + W + 1),
    "with a number": lambda x: x * 10**9,
    "with a large constant": lambda x: x + 10**300 * 7,
    "halved and added": lambda x: (x + 1) // 2 + (x + 2) // 3,
    "squared and halved": lambda x: (x * x + 1) // 2,
    "nested": lambda x: (x + W) // 2 + H,
    "divided": lambda x: (x + 1) // 10**9 + 1,
    "a power": lambda x: x**7 if isinstance(x, Expr) else x,
}


def _atoms(dim: Dim) -> int:
    found = 0
    for monomial, _ in terms_of(dim):
        for atom, _ in monomial:
            found += 1 + (_atoms(atom.numerator) if isinstance(atom, Floor) else 0)
    return found


@pytest.mark.parametrize("grow", GROWING.values(), ids=GROWING)
def test_an_expression_that_grows_stays_within_the_limits(grow: Callable[[Dim], Dim]) -> None:
    """However long a loop runs, an expression has few terms, a low degree, small coefficients and few parts."""
    x: Dim = H
    for _ in range(200):
        x = grow(x)
        terms = tuple(terms_of(x))
        assert len(terms) <= MOST_TERMS + 1
        assert all(not is_large(coefficient) for _, coefficient in terms)
        assert all(sum(power for _, power in monomial) <= HIGHEST_DEGREE for monomial, _ in terms)
        assert _atoms(x) <= 4 * MOST_PARTS


def test_what_is_beyond_the_limits_is_an_unknown_of_any_sign() -> None:
    """Nothing is proved of it: it may be negative, and it says why it is not known."""
    (unknown,) = symbols_of((H + 1) ** (HIGHEST_DEGREE + 1))
    assert unknown.reason == TOO_MANY_TERMS and unknown.minimum == LOWEST
    assert compare((H + 1) ** (HIGHEST_DEGREE + 1), -3) is Equality.DEPENDS


def test_roots_are_found_wherever_they_are() -> None:
    """A size may be so large that it is found only by bisection; below its minimum a symbol has no value."""
    assert compare(H**2, 4 * 10**10) is Equality.DEPENDS
    assert compare(H**2, 4 * 10**10 + 1) is Equality.NEVER
    assert compare(fresh("a", minimum=-5), -3) is Equality.DEPENDS
    assert compare(fresh("a", minimum=-2), -3) is Equality.NEVER


@settings(max_examples=cases(300), deadline=None)
@given(
    st.lists(st.integers(-6, 8), min_size=1, max_size=5), st.sampled_from((1, -2, 3)), st.integers(-2, 2),
    st.integers(-12, 5), st.one_of(st.none(), st.integers(-12, 25)),
)  # fmt: skip
def test_integer_roots(roots: list[int], factor: int, rest: int, first: int, last: int | None) -> None:
    """They are those that trying all integers finds."""
    coefficients = [factor]
    for root in roots:
        coefficients = [a - root * b for a, b in zip([0, *coefficients], [*coefficients, 0], strict=True)]
    coefficients[0] += rest
    tried = range(first, (60 if last is None else last) + 1)
    expected = [t for t in tried if sum(c * t**i for i, c in enumerate(coefficients)) == 0]
    assert integer_roots(coefficients, first, last) == expected


@pytest.mark.parametrize("text", ["r = [" + "1, " * MOST_TOKENS + "]\n", "x = 1\n" * MOST_TOKENS + "(\n"])
def test_a_text_of_too_many_tokens_is_refused(text: str) -> None:
    """Before anything is made of it: its tree would take more memory than one file may."""
    with pytest.raises(SourceError, match="more than 110,000 tokens"):
        guard(text)


def test_a_long_text_of_few_tokens_is_none_of_these() -> None:
    """Docstrings, comments and other strings are one token each."""
    words = "a word, " * MOST_TOKENS
    assert guard(f'"""{words}"""\n# {words}\nr = "{words}"\n') is not None


# -- values of programs -----------------------------------------------------------------------------------------------

LOOP = "\nfor i in range(300):\n    "
DOUBLED = "\nfor i in range(20):\n    "
"""Enough for what doubles, and not so many rounds that its fuel is used up."""
GROWN = {
    "a string that is doubled": f"r = 'a'{LOOP}r += r",
    "a long string": "r = 'a' * 10**9",
    "a string of strings": "r = ('a' * 60000).replace('a', 'b' * 60000)",
    "joined strings": "r = ('a' * 60000).join(['b'] * 60000)",
    "a joined list": f"r = ','{LOOP}r = r.join(['a'] * 300)",
    "bytes": f"r = b'a'{LOOP}r = r + r",
    "centered": "r = 'a'.center(10**9)",
    "left": "r = 'a'.ljust(10**10)",
    "filled with zeros": "r = 'a'.zfill(10**9)",
    "tabs": "r = '\\t'.expandtabs(10**9)",
    "a width": "r = '%1000000000d' % 1",
    "a precision": "r = '%.1000000000f' % 1.0",
    "a width that is given": "r = '%*d' % (10**9, 1)",
    "a format": "r = '{:1000000000}'.format(1)",
    "a format that is given": "r = '{:{}}'.format(1, 10**9)",
    "many fields": "r = ('{0}' * 20000).format('a' * 60000)",
    "an f-string": "r = f'{1:1000000000}'",
    "an f-string of a given width": "w = 10**9\nr = f'{1:{w}}'",
    "a list that is doubled": f"r = [0]{LOOP}r = r + r",
    "a long list": "r = [0] * 10**9",
    "a tuple that is doubled": f"r = (0,){LOOP}r = r + r",
    "a dict of itself": f"r = {{}}{LOOP}r = {{**r, i: r}}",
    "all numbers": "r = tuple(range(10**9))",
    "a set of all numbers": "r = set(range(10**9))",
    "a power": "r = 10**10**9",
    "a power of a known base": "r = pow(-7, 99999)",
    "a number that is squared": f"r = 3{LOOP}r = r * r",
    "a shift": "r = 1 << 10**12",
    "a product": "r = math.prod(range(1, 400))",
    "a multiple": "r = math.lcm(*range(1, 3000))",
    "a sum": "r = sum([10**300] * 600)",
    "a long literal": f"r = {'9' * 4000}",
    "a long hexadecimal": f"r = 0x{'f' * 4000}",
    "beyond floats": "r = 10**400 / 3",
    "elements of a large tensor": "r = torch.linspace(0, 1, 10**10).tolist()",
    "many numbers": "r = torch.arange(10**9).tolist()",
    "rows of a large tensor": "r = torch.zeros(10**9, 3).unbind()",
    "pieces": "r = torch.zeros(10**9).split(1)",
    "listed pieces": "r = torch.zeros(60000).split([1] * 60000)",
    "chunks": "r = torch.zeros(10**9).chunk(10**9)",
    "even pieces": "r = torch.zeros(10**9).tensor_split(10**9)",
    "a large tensor": f"r = torch.zeros(10**9){LOOP}r = r[:, None].expand(-1, 10**9).flatten()",
    "many axes": f"r = torch.zeros(3){LOOP}r = r[None]",
    "a grid": "r = torch.meshgrid(*[torch.zeros(3)] * 600)",
    "a slow pattern": "import re\nr = re.match('(a+)+$', 'a' * 60 + 'b')",
    "a pattern of choices": "import re\nr = re.match('a?' * 60 + 'a' * 60, 'a' * 60)",
    "a pattern on a long text": "import re\nr = re.search('a*b', 'a' * 60000)",
}
NESTED = {
    "a nested tuple": f"r = (){LOOP}r = (r,)",
    "a tree of tuples": f"r = (1,){DOUBLED}r = (r, r)",
    "a tree of lists": f"r = [1]{DOUBLED}r = [r, r]",
    "a tree of rows": f"r = (1,){LOOP}r = list(zip([r], [r]))[0] if isinstance(r, tuple) else (1,)",
    "a tree of arguments": f"def f(*a): return a\nr = (1,){DOUBLED}r = f(r, r)",
}
GAPS = {
    "a list that is extended": f"r = [0]{DOUBLED}r.extend(r)",
    "a list that is added to": f"r = [0]{DOUBLED}r += r",
    "a slice that is assigned": f"r = [0]{LOOP}r[len(r):] = r",
    "all numbers": "r = list(range(10**9))",
    "a product": "r = list(itertools.product(range(100), repeat=100))",
    "repeated": "r = list(itertools.repeat(0, 10**9))",
}


@pytest.mark.parametrize("program", GROWN.values(), ids=GROWN)
def test_a_large_value_is_unknown(program: str) -> None:
    """And says why, instead of being made."""
    found = values(program)["r"]
    assert isinstance(found, Unknown) and found.reason


@pytest.mark.parametrize("program", GAPS.values(), ids=GAPS)
def test_a_long_list_has_a_gap(program: str) -> None:
    """It may still be added to; what is in it is not known."""
    found = values(program)["r"]
    assert any(isinstance(element, Gap) for element in found) and len(found) <= LONGEST


@pytest.mark.parametrize("program", NESTED.values(), ids=NESTED)
def test_a_nested_value_stays_small(program: str) -> None:
    """What is too deep, or has too many parts, is unknown where it would be made, and may be put into others again."""
    level, depth = [values(program)["r"]], 0
    while level := [part for value in level if isinstance(value, (list, tuple)) for part in value]:
        depth += 1
        assert depth <= DEEPEST and len(level) <= LONGEST


def test_known_values_stay_known() -> None:
    """Within the limits nothing is lost."""
    found = values("""
        text = "%5.2f|%-4s|{}" % (1.5, "a")
        filled = "{:>8}{:03d}".format("x", 7).center(20, "-")
        rows = [[i * j for j in range(50)] for i in range(50)]
        total, power, mask = sum(map(sum, rows)), 2**64 - 1, (1 << 40) | 1
        names = ",".join(f"layer{i:02d}" for i in range(200))
        pairs = dict(zip(range(5000), range(5000)))
        parts = torch.zeros(4000, 2).unbind()
        sequence = list(range(50000))[49990:]
    """)
    assert found["text"] == " 1.50|a   |{}" and found["filled"] == "----       x007-----"
    assert (found["total"], found["power"], found["mask"]) == (1225 * 1225, 2**64 - 1, 2**40 + 1)
    assert len(found["names"]) == 200 * 7 + 199 + 100 and len(found["pairs"]) == 5000
    assert len(found["parts"]) == 4000 and found["sequence"] == list(range(49990, 50000))


ENDLESS = {
    "a loop": "while True: pass",
    "a recursion": "def f(n): return f(n + 1) + f(n + 2)\nf(0)",
    "copies of a list": "k, l = [], [0] * 65536\nfor i in range(4000): k.append(l[:])",
    "copies of a dict": "k, d = [], dict.fromkeys(range(60000))\nfor i in range(4000): k.append(dict(d))",
    "strings of a list": "l = ['a' * 60000 + str(i) for i in range(60000)]",
    "sums": "l = [1] * 65536\nfor i in range(4000): x = sum(l)",
    "rows": "k, x = [], torch.zeros(4000, 3)\nfor i in range(4000): k.append(list(x))",
    "numbers of tensors": "k, x = [], torch.arange(4000.)\nfor i in range(4000): k.append(x + i)",
    "copies of a model": "k, m = [], nn.Sequential(*[nn.ReLU() for i in range(300)])\nfor i in range(4000): k.append(copy.deepcopy(m))",
    "questions": "u = unknown()\nl = [u] * 65536\nfor i in range(4000): x = 3 in l",
    "arms": "u = unknown()\nl = [0] * 65536\nfor i in range(4000):\n    if u.f(i): l[0] = i",
}


@pytest.mark.parametrize("program", ENDLESS.values(), ids=ENDLESS)
def test_work_on_large_values_takes_fuel(program: str) -> None:
    """So that a path ends after about as many steps as one on small values."""
    run = explored(program).runs[0]
    assert run.ended is not None and run.ended.cause in (Cause.FUEL, Cause.DEPTH)


def test_a_list_that_grows_inside_of_another_is_measured_when_it_is_used() -> None:
    """Lists may be put into others before they are long, and into themselves."""
    found = values("""
        row = []
        rows = [row] * 60000
        row.extend(range(60000))
        tensor, same, found = torch.tensor(rows), rows == [[0]] * 60000, [rows].count(rows)
        loop = []
        loop.append(loop)
        looped, equal = torch.tensor(loop), loop == [loop]
        alike = copy.deepcopy(loop)
    """)
    assert isinstance(found["same"], Unknown) and isinstance(found["found"], Unknown)
    assert found["tensor"].shape.rank is None and found["looped"].shape.rank is None
    assert isinstance(found["equal"], Unknown)
    assert isinstance(found["alike"], Unknown)


def test_the_paths_of_a_file_share_its_fuel(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many classes it has; those for which none is left say that they were not run."""
    monkeypatch.setattr(exploration, "FILE_FUEL", 10_000)
    endless = "class N{}(nn.Module):\n    def forward(self, x):\n        while True:\n            x = x + 1\n"
    runs = explored("\n".join(map(endless.format, range(50)))).runs
    made = [len(run.tape.calls) for run in runs]
    assert 0 < sum(made) < 10_000 and made[1] == 0 < made[-1]
    assert all(run.ended is not None and run.ended.cause is Cause.FUEL for run in runs[1:])
