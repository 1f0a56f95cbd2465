"""jaxtyping 0.3.11 and torchtyping 0.1.5 as judges: generated annotations and tensors get the same verdict."""

from __future__ import annotations

import random
import warnings
from collections.abc import Mapping
from typing import Any

import pytest
import torch
import torchtyping
from jaxtyping import AnnotationError, Float, TypeCheckError, jaxtyped
from oracle import COMPARED, cases
from torch import Tensor as TorchTensor
from typeguard import typechecked

from shapelint.claims.signatures.axis_text import RefusedAnnotation
from shapelint.claims.signatures.axis_verdicts import Sizes
from shapelint.claims.signatures.jaxtyping_axes import parse_annotation, read_axes
from shapelint.claims.signatures.refused_annotations import refused_annotations
from shapelint.claims.signatures.stated import Quote, Stated, ValueRole
from shapelint.claims.signatures.stated_calls import tensors_at
from shapelint.claims.signatures.stated_shapes import stated_in
from shapelint.claims.signatures.unify import unify
from shapelint.shapes import Shape, Tensor
from shapelint.source.parse import parse

_NAMES = ("b", "c", "h", "w", "B", "batch_size", "batchsize")
_EXPRESSIONS = (
    "{0}+1", "{0}-1", "2*{0}", "{0}*{1}", "{0}//2", "{0}/2", "({0}+{1})//2", "min({0},{1})", "max({0},2)", "{0}**2", "{0}%2",
    "-{0}+4", "abs({0}-{1})", "{0}+{1}*2", "{{n}}", "2*{{n}}", "{0}+{{n}}", "{{k}}", "min({0},{{n}})", "round({0}/2)", "int({0}/2)",
)  # fmt: skip
_ARGUMENTS = {"n": 2, "k": 3}


def _word(chance: random.Random, known: list[str]) -> str:
    """One axis; expressions mostly of names that are known by then, since jaxtyping takes no others."""
    name = chance.choice(_NAMES[:4] if chance.random() < 0.8 else _NAMES)
    match chance.randint(0, 15):
        case 0 | 1:
            return chance.choice(("1", "2", "3", "4"))
        case 2 | 3 | 4 if known:
            return chance.choice(_EXPRESSIONS).format(chance.choice(known), chance.choice(known))
        case 5:
            return "_" + chance.choice(("", name))
        case 6 | 7:
            return "#" + chance.choice((name, name, "3"))
        case 8:
            return f"{name}={chance.choice(('2', '3', *known))}"
        case 9 if known:
            return "#" + chance.choice(_EXPRESSIONS[:4]).format(chance.choice(known), chance.choice(known))
    known.append(name)
    return name


def _string(chance: random.Random, known: list[str]) -> str:
    words = [_word(chance, known) for _ in range(chance.randint(0, 4))]
    if chance.random() < 0.35:
        dots = chance.choice(("...", "*batch", "*batch", "*#batch", "#*batch", "*b", "*_x", "*"))
        words.insert(chance.randint(0, len(words)), dots)
    text = chance.choice((" ", "  ")).join(words)
    return _spoilt(chance, text) if chance.random() < 0.06 else text


def _spoilt(chance: random.Random, text: str) -> str:
    """A string with a sign too many, a comma, or dots that are glued to a name."""
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice((",", ", ", "#", "*", "_", "?", "...", " ... ", " *x ", "=", " 4_ ")) + text[at:]


def _shape(
    chance: random.Random, text: str, sizes: dict[str, int], groups: dict[str, tuple[int, ...]]
) -> tuple[int, ...]:
    """A shape that fits, mostly: names have one size throughout, dims that broadcast are 1 now and then."""
    dims: list[int] = []
    for word in text.split():
        bare = word.lstrip("#*_?").rpartition("=")[2]
        if "*" in word[:2] or word == "...":
            known = groups.setdefault(bare, tuple(chance.choice((1, 2, 3)) for _ in range(chance.randint(0, 2))))
            dims.extend(1 if "#" in word and chance.random() < 0.3 else size for size in known)
        elif "#" in word and chance.random() < 0.3:
            dims.append(1)
        elif bare.isdecimal():
            dims.append(int(bare))
        elif bare.isidentifier():
            dims.append(sizes.setdefault(bare, chance.choice((1, 2, 3, 4))))
        else:
            dims.append(_worth(bare, sizes))
    if chance.random() < 0.15 and dims:
        dims[chance.randrange(len(dims))] += chance.choice((-1, 1, 1))
    if chance.random() < 0.05:
        dims = dims[1:] if chance.random() < 0.5 else [*dims, 2]
    return tuple(max(size, 0) for size in dims)


def _worth(expression: str, sizes: dict[str, int]) -> int:
    try:
        return min(int(eval(expression.format(**_ARGUMENTS), {}, dict(sizes))), 40)
    except (ArithmeticError, NameError, SyntaxError, TypeError, KeyError, ValueError):
        return 2


def _theirs(pairs: list[tuple[str, tuple[int, ...]]]) -> bool | None:
    """jaxtyping's verdict on one call; None if it has none, since a name comes later or an expression is no Python."""

    @jaxtyped(typechecker=None)
    def call(n: int, k: int) -> bool:
        return all(isinstance(torch.empty(shape), Float[TorchTensor, text]) for text, shape in pairs)

    try:
        return call(**_ARGUMENTS)
    except (AnnotationError, SyntaxError, TypeError, ZeroDivisionError):
        return None


def _is_refused(text: str) -> bool:
    try:
        Float[TorchTensor, text]
    except ValueError:
        return True
    return False


def _ours(pairs: list[tuple[str, tuple[int, ...]]]) -> bool | None:
    stated = []
    for text, shape in pairs:
        pattern = parse_annotation(text)
        if pattern is None:
            return None
        one = Stated(None, ValueRole.ARGUMENT, pattern, Quote(text, 1, 1), True)
        stated.append((one, Tensor(Shape(shape)), Shape(shape)))
    return not any(found.is_false for found in unify(stated, Sizes(frozenset(), _ARGUMENTS)))


def test_generated_annotations_get_the_verdict_of_jaxtyping() -> None:
    """One to three tensors of one call: both take them, or neither does; both refuse the annotation, or neither does."""
    for seed in range(cases(1500)):
        chance = random.Random(f"jaxtyping {seed}")
        known: list[str] = []
        sizes: dict[str, int] = {}
        groups: dict[str, tuple[int, ...]] = {}
        texts = [_string(chance, known) for _ in range(chance.randint(1, 3))]
        pairs = [(text, _shape(chance, text, sizes, groups)) for text in texts]
        refused = [_is_refused(text) for text in texts]
        for text, wrong in zip(texts, refused, strict=True):
            assert _we_refuse(text) is wrong, text
            COMPARED["jaxtyping: annotations"] += 1
        if any(refused):
            continue
        theirs, ours = _theirs(pairs), _ours(pairs)
        if theirs is not None and ours is not None:
            assert ours is theirs, (seed, pairs, theirs)
            COMPARED[f"jaxtyping: calls that {'fit' if theirs else 'do not fit'}"] += 1
        else:
            COMPARED["jaxtyping: calls without a verdict"] += 1


def _we_refuse(text: str) -> bool:
    try:
        read_axes(text)
    except RefusedAnnotation:
        return True
    return False


def _annotation(chance: random.Random, texts: list[str], depth: int = 0) -> str:
    """An annotation of one tensor or several, in lists, tuples, dictionaries and unions."""
    inner = [_annotation(chance, texts, depth + 1) for _ in range(2)] if depth < 2 else []
    match chance.randint(0, 9) if inner else 9:
        case 0:
            return f"list[{inner[0]}]"
        case 1:
            return f"dict[str, {inner[0]}]"
        case 2:
            return f"tuple[{inner[0]}, {inner[1]}]"
        case 3:
            return f"tuple[{inner[0]}, ...]"
        case 4:
            return f"Optional[{_hint(chance, texts)}]"
        case 5:
            return f"{_hint(chance, texts)} | {_hint(chance, texts)} | None"
        case 6:
            return f"Union[{_hint(chance, texts)}, {_hint(chance, texts)}]"
        case 7:
            return f"Float[{_hint(chance, texts)}, '{chance.choice(('b', '2', 'h w', ''))}']"
        case _:
            return _hint(chance, texts)


def _hint(chance: random.Random, texts: list[str]) -> str:
    return f"Float[Tensor, '{chance.choice(texts)}']"


def _value(chance: random.Random, annotation: str, sizes: dict[str, int]) -> Any:
    """A value of the right form, whose tensors fit mostly."""
    head, _, rest = annotation.partition("[")
    parts = _split(rest[:-1]) if head != "Float" or " | " in annotation else []
    match head:
        case "list":
            return [_value(chance, parts[0], sizes) for _ in range(chance.randint(1, 3))]
        case "dict":
            return {name: _value(chance, parts[1], sizes) for name in ("x", "y")[: chance.randint(1, 2)]}
        case "tuple" if parts[1] == "...":
            return tuple(_value(chance, parts[0], sizes) for _ in range(chance.randint(1, 3)))
        case "tuple":
            return tuple(_value(chance, part, sizes) for part in parts)
        case "Optional" | "Union":
            return _value(chance, chance.choice(parts), sizes)
    if " | " in annotation:
        return _value(chance, chance.choice(annotation.split(" | ")[:2]), sizes)
    if annotation.startswith("Float[Float["):
        inner, outer = _split(rest[:-1])
        shape = _shape(chance, outer.strip("'"), sizes, {}) + _value(chance, inner, sizes).shape
    else:
        shape = _shape(chance, annotation.split("'")[1], sizes, {})
    return torch.empty(shape)


def _split(text: str) -> list[str]:
    """At commas outside of brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def _as_ours(value: Any) -> Any:
    match value:
        case TorchTensor():
            return Tensor(Shape(tuple(value.shape)))
        case list() | tuple():
            return type(value)(map(_as_ours, value))
        case dict():
            return {name: _as_ours(item) for name, item in value.items()}
    return value


def _verdict_of_stated(text: str, values: Mapping[str, Any]) -> bool:
    """Ours on a call with these values of the function that ``text`` defines."""
    pairs = []
    for one in stated_in(parse(text, "net.py")):
        assert one.name is not None
        pairs += [(one, tensor, tensor.shape) for tensor in tensors_at(values[one.name], one.path)]
    return not any(found.is_false for found in unify(pairs, Sizes(frozenset())))


def test_lists_tuples_dictionaries_and_unions_get_the_verdict_of_jaxtyping() -> None:
    """Each element is checked, and of a union the first member that fits gives its names their sizes."""
    texts = ["b c", "b 3", "b", "c b", "h w", "*batch c", "... 2", "#b c", "b c+1"]
    for seed in range(cases(250)):
        chance = random.Random(f"nested {seed}")
        annotations = {name: _annotation(chance, texts) for name in ("x", "y")[: chance.randint(1, 2)]}
        text = f"def f({', '.join(f'{name}: {said}' for name, said in annotations.items())}): ...\n"
        sizes: dict[str, int] = {}
        values = {name: _value(chance, said, sizes) for name, said in annotations.items()}
        space: dict[str, Any] = {}
        exec("from typing import *\nfrom jaxtyping import Float\nfrom torch import Tensor\n" + text, space)
        try:
            jaxtyped(typechecker=typechecked)(space["f"])(**values)
            theirs = True
        except AnnotationError:
            continue  # a name that comes later
        except TypeCheckError:
            theirs = False
        assert _verdict_of_stated(text, {name: _as_ours(value) for name, value in values.items()}) is theirs, (
            seed,
            text,
            values,
        )
        COMPARED[f"jaxtyping: nested annotations that {'fit' if theirs else 'do not fit'}"] += 1


_ELEMENTS = ("'b'", "'c'", "'h'", "2", "3", "None", "Any", "-1", "'b': 2", "'c': 3", "'b': 'c'")
_DETAILS = ("float", "torch.float32", "torch.strided", "is_float")


def test_generated_lists_get_the_verdict_of_torchtyping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, sizes, ``None`` and ``Any`` are axes, dots any number of them, types none.

    torchtyping asks tensors for the names of their dims, which torch no longer has; unnamed tensors had only None.
    """
    monkeypatch.setattr(torch.Tensor, "names", property(lambda tensor: (None,) * tensor.ndim), raising=False)
    torchtyping.patch_typeguard()
    for seed in range(cases(300)):
        chance = random.Random(f"torchtyping {seed}")
        said = {name: _elements(chance) for name in ("x", "y")[: chance.randint(1, 2)]}
        text = f"def f({', '.join(f'{name}: TensorType[{words}]' for name, words in said.items())}): ...\n"
        sizes: dict[str, int] = {}
        tensors = {name: torch.empty(_listed(chance, words, sizes)) for name, words in said.items()}
        space: dict[str, Any] = {"torch": torch}
        exec("from typing import Any\nfrom torchtyping import TensorType, is_float\n" + text, space)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                typechecked(space["f"])(**tensors)
                theirs = True
            except TypeError:
                theirs = False
        values = {name: Tensor(Shape(tuple(tensor.shape))) for name, tensor in tensors.items()}
        assert _verdict_of_stated(text, values) is theirs, (seed, text, tensors)
        COMPARED[f"torchtyping: calls that {'fit' if theirs else 'do not fit'}"] += 1


def _elements(chance: random.Random) -> str:
    words = [chance.choice(_ELEMENTS) for _ in range(chance.randint(1, 4))]
    if chance.random() < 0.3:
        words.insert(0, chance.choice(("...", "'batch': ...")))
    if chance.random() < 0.3:
        words.append(chance.choice(_DETAILS))
    return ", ".join(words)


def _listed(chance: random.Random, words: str, sizes: dict[str, int]) -> tuple[int, ...]:
    dims: list[int] = []
    for word in words.split(", "):
        name, _, size = word.partition(": ")
        if "..." in word:
            dims += [2] * sizes.setdefault(word, chance.randint(0, 2))
        elif word in ("None", "Any", "-1"):
            dims.append(chance.choice((1, 2, 3)))
        elif (size or name).isdecimal():
            dims.append(int(size or name))
        elif word not in _DETAILS:
            dims.append(sizes.setdefault(name, chance.choice((2, 2, 3))))
    if chance.random() < 0.15:
        dims = dims[1:] if chance.random() < 0.5 else [*dims, 2]
    return tuple(dims)


def test_what_jaxtyping_refuses_is_told_as_a_finding() -> None:
    """The finding stands where jaxtyping raises, and what is offered instead is taken."""
    for text in (
        "b, c",
        "b,c",
        "*a *b",
        "... ...",
        "...c",
        "c#",
        "##c",
        "*4",
        "_4",
        "#_",
        "b c",
        "min(b,c)",
        "a=b=c",
        "*#b",
        "",
    ):
        source = parse(
            f"from jaxtyping import Float\nfrom torch import Tensor\nX = Float[Tensor, {text!r}]\n", "net.py"
        )
        found = refused_annotations(source)
        assert bool(found) is _is_refused(text), text
        assert all(place.mended is None or not _is_refused(place.mended.strip("'\"")) for place in found)
    assert found == []
