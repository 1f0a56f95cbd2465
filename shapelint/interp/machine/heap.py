"""Undoable memory: what lets an unknown condition be followed both ways.

Every mutable container of the linted program (locals, attributes, lists, dicts, sets) is announced to the heap before
it is changed.  While an arm of an unknown branch runs, the first announcement keeps a copy; afterwards the arm's
effects are taken back, and the arms are joined field by field.
"""

from __future__ import annotations

from typing import Any

from ...ops.elements import Array
from ...shapes import Expr, Shape, Tensor, Unknown, fresh, unknown_rank
from ..model.module_tree import is_module
from ..model.values import Bound, Builtin, Choice, Class, External, Function, Gap, Instance, Loaded, OneOf, Partial

__all__ = ["Heap", "alike", "join"]

State = dict[int, tuple[Any, Any]]
"""id of a container -> the container, and a copy of its content."""

_ALTERNATIVES = (Instance, Function, Class, Bound, Builtin, Partial, External, Choice, str, type(None), bool)
_MOST_OPTIONS = 4
_MOST_ALIKE = 64


class Heap:
    """The journal of the arms that are being followed, innermost last."""

    __slots__ = ("_journals", "_loose")

    def __init__(self) -> None:
        self._journals: list[State] = []
        self._loose: set[int] = set()

    def is_countable(self, container: dict[Any, Any]) -> bool:
        """Whether it is known which keys a dict has: none is unknown, none was only perhaps added."""
        return id(container) not in self._loose and not any(isinstance(key, Unknown) for key in container)

    def touch(self, container: Any) -> None:
        """Announce that ``container`` is about to change."""
        if self._journals and id(container) not in self._journals[-1]:
            self._journals[-1][id(container)] = (container, container.copy())

    def begin(self) -> None:
        """An arm starts."""
        self._journals.append({})

    def take_back(self) -> State:
        """The arm ends: undo its effects, and return what it had made of each container it changed."""
        before = self._journals.pop()
        after: State = {}
        for key, (container, content) in before.items():
            after[key] = (container, container.copy())
            _assign(container, content)
        return after

    def merge(self, arms: list[State], repeated: bool = False) -> None:
        """Join the effects of the arms that were followed, container by container.

        ``repeated``: one arm is a round of a loop that may be taken any number of times.
        """
        if len(arms) == 1:
            for container, content in arms[0].values():
                self.touch(container)
                _assign(container, content)
            return
        for key, container in {key: arm[key][0] for arm in arms for key in arm}.items():
            contents = [arm[key][1] if key in arm else container.copy() for arm in arms]
            self.touch(container)
            if isinstance(container, dict) and any(content.keys() != contents[0].keys() for content in contents):
                self._loose.add(id(container))
            _assign(container, _join_contents(contents, repeated))


def join(values: list[Any]) -> Any:
    """What is known of a value that is one of ``values``."""
    first = values[0]
    if all(_same(first, value) for value in values[1:]):
        return first
    if all(isinstance(value, Gap) for value in values):
        return Gap(first.reason, alike(values))
    if all(isinstance(value, Tensor) for value in values):
        kinds = {type(value) for value in values}
        made = kinds.pop() if kinds in ({Array}, {Loaded}) else Tensor
        return made(_join_shapes([value.shape for value in values]), first.dtype)
    if all(isinstance(value, (int, Expr)) and not isinstance(value, bool) for value in values):
        return fresh("q", minimum=0, reason="differs between branches")
    if all(isinstance(value, tuple) and len(value) == len(first) for value in values):
        return tuple(join(list(column)) for column in zip(*values, strict=True))
    if all(isinstance(value, _ALTERNATIVES) for value in values):
        options: list[Any] = []
        for value in values:
            for option in value.options if isinstance(value, Choice) else (value,):
                if not any(_same(option, other) for other in options):
                    options.append(option)
        if len(options) <= _MOST_OPTIONS:
            return Choice(tuple(options))
    if all(type(value) is list for value in values):
        like = alike([element for value in values for element in value])
        if like is not None:
            return [Gap("the elements differ between branches", like)]
    if all(type(value) is dict for value in values):
        return OneOf("differs between branches", [dict(value) for value in values])
    return Unknown("differs between branches")


def _same(left: Any, right: Any) -> bool:
    if left is right:
        return True
    if type(left) is not type(right):
        return False
    if isinstance(left, (int, float, str, Expr, External)):
        return bool(left == right)
    if isinstance(left, tuple):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, Tensor):
        return left.shape == right.shape and left.shape.lead is None and left.elements is right.elements
    return False


def _join_shapes(shapes: list[Shape]) -> Shape:
    ranks = {shape.rank for shape in shapes}
    if len(ranks) > 1 or None in ranks:
        return unknown_rank("the rank differs between branches")
    dims = [
        column[0] if all(dim == column[0] for dim in column) else fresh("q", reason="differs between branches")
        for column in zip(*(shape.dims for shape in shapes), strict=True)
    ]
    return Shape(tuple(dims))


def _join_contents(contents: list[Any], repeated: bool = False) -> Any:
    first = contents[0]
    if isinstance(first, dict):
        keys = {key: None for content in contents for key in content}
        return {key: _join_entries([c[key] for c in contents if key in c], len(contents), repeated) for key in keys}
    if isinstance(first, set):
        return set().union(*contents)
    columns = list(zip(*contents, strict=False))
    if all(len(content) == len(first) for content in contents) and not any(map(_differ_in_number, columns)):
        return [join(list(column)) for column in columns]
    start = 0
    while all(start < len(content) and _same(content[start], first[start]) for content in contents):
        start += 1
    end = 0
    room = min(len(content) for content in contents) - start
    while end < room and all(_same(content[-1 - end], first[-1 - end]) for content in contents):
        end += 1
    middle = [element for content in contents for element in content[start : len(content) - end]]
    like = alike(middle)
    gap = Gap("the elements differ between branches", _of_any_round(like) if repeated else like)
    return [*first[:start], gap, *first[len(first) - end :]]


def alike(elements: list[Any]) -> Any:
    """What tensors, or tuples that begin with one, have in common; None of anything else."""
    likes = [element.like if isinstance(element, Gap) else element for element in elements]
    if not likes or len(likes) > _MOST_ALIKE or not all(map(_is_sample, likes)):
        return None
    return join(likes)


def _is_sample(value: Any) -> bool:
    return isinstance(value[0] if isinstance(value, tuple) and value else value, Tensor)


def _differ_in_number(column: tuple[Any, ...]) -> bool:
    """Whether one arm has an unknown number of elements where another has one."""
    gaps = sum(isinstance(element, Gap) for element in column)
    return 0 < gaps < len(column)


def _join_entries(values: list[Any], arms: int, repeated: bool) -> Any:
    if len(values) < arms and _may_be_a_module(values[0]):
        # Whether there is such a submodule matters to the container that runs or counts its submodules.
        return Gap("added an unknown number of times") if repeated else join([*values, None])
    # A name that only one arm binds keeps that arm's value: whoever reads it later took that arm.
    value = join(values)
    if repeated and isinstance(value, list) and all(value is not other for other in values):
        return [Gap(gap.reason, _of_any_round(gap.like)) for gap in value]
    return Unknown("differs between rounds") if repeated and isinstance(value, Choice) else value


def _of_any_round(like: Any) -> Any:
    """What is known of an element that any round of a loop may have added: of one round its shape says nothing of others."""
    if isinstance(like, tuple):
        return tuple(map(_of_any_round, like))
    return type(like)(unknown_rank("differs between rounds"), like.dtype) if isinstance(like, Tensor) else like


def _may_be_a_module(value: Any) -> bool:
    return any(map(is_module, value.options)) if isinstance(value, Choice) else is_module(value)


def _assign(container: Any, content: Any) -> None:
    if isinstance(container, list):
        container[:] = content
    else:
        container.clear()
        container.update(content)
