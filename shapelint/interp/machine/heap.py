"""Undoable memory: what lets an unknown condition be followed both ways.

Every mutable container of the linted program (locals, attributes, lists, dicts, sets, the memory of tensors) is announced to
the heap before it is changed, and so is a tensor of unknown rank that turns out to have one.  While an arm of an unknown branch
runs, the first announcement keeps a copy; afterwards the arm's effects are taken back, and the arms are joined container by
container, element by element.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, count, filterfalse
from operator import is_not
from typing import Any, TypeAlias
from weakref import WeakSet

from ...shapes import Memory, Shape, Tensor, Unknown, Value, births, unknown_rank
from ..model.classes import Instance
from ..model.module_tree import is_module
from ..model.values import Choice, Gap, Waiting
from .value_join import alike, join, join_shapes, same

__all__ = ["Heap", "Journal", "ranks_in"]

Mutable: TypeAlias = "dict[Any, Any] | list[Any] | set[Any] | Memory"
"""A container that can be announced.  Its elements are ``Any``, since ``list[Value]`` would not take a ``list[Tensor]``."""

Journal: TypeAlias = "dict[int, tuple[Mutable | Tensor, Mutable | Shape]]"
"""``id`` of a container -> the container itself, which keeps that ``id`` from being used again, and a copy of its content.
What may change of a tensor is its shape, once, where its rank was not known."""

_OBJECTS = frozenset({Instance, Choice})
"""Types of values that may be modules."""


class Heap:
    """The journals of the arms that are being followed, innermost last.

    ``announced``: where everything that is announced is noted, by id; None if nobody wants to know.
    """

    __slots__ = ("_announced", "_begun", "_ended", "_journals", "_loose", "_made", "_memories")

    def __init__(self, announced: dict[int, object] | None = None) -> None:
        self._announced = announced
        self._journals: list[Journal] = []
        # For each arm: what tells tensors that were made in it from those before (Tensor.born), and the attributes of the
        # objects that were made in it, by id.
        self._begun: list[int] = []
        self._made: list[dict[int, Mutable]] = []
        self._ended: dict[int, Mutable] = {}  # the same of the arms that are over and were not merged yet
        self._loose: dict[int, Mutable] = {}  # by id, and the dict itself so that no other gets its id
        self._memories: WeakSet[Memory] = WeakSet()

    def is_countable(self, container: dict[Any, Value]) -> bool:
        """Whether it is known which keys a dict has: none is unknown, none was only perhaps added."""
        return id(container) not in self._loose and not any(isinstance(key, Unknown) for key in container)

    def touch(self, container: Mutable) -> None:
        """Announce that ``container`` is about to change."""
        if self._announced is not None:
            self._announced[id(container)] = container
        if self._journals and id(container) not in self._journals[-1]:
            self._journals[-1][id(container)] = (container, container.copy())

    def made(self, attributes: dict[str, Value]) -> None:
        """There is a new object: what the arm does to it is all that ever happens to it there."""
        if self._made:
            self._made[-1][id(attributes)] = attributes

    def narrow(self, tensor: Tensor, shape: Shape) -> None:
        """``tensor`` has the rank of ``shape`` (:meth:`Tensor.narrow`), as far as the arm goes that showed it.

        A tensor that was made in this arm is not seen by others, so it keeps its rank when the arm is over.
        """
        for changed, before in tensor.narrow(shape):
            if self._journals and changed.born < self._begun[-1]:
                self._journals[-1].setdefault(id(changed), (changed, before))

    def notice(self, tensor: Tensor) -> None:
        """There is such a tensor: what is written to nobody knows what may be written to it."""
        if tensor.memory is not None:
            self._memories.add(tensor.memory)

    def touch_tensor(self, tensor: Tensor) -> None:
        """Announce that elements of ``tensor``, and of all its views, are about to change."""
        if tensor.memory is not None and self._journals:
            for memory in tensor.memory.reached():
                self.touch(memory)

    def forget_tensors(self) -> None:
        """Something was written, and it is not known to what: it may have been to any tensor."""
        for memory in self._memories:
            self.touch(memory)
            memory.values = None

    @property
    def arms(self) -> int:
        """How many arms of unknown branches are being followed, one inside the other."""
        return len(self._journals)

    def begin(self) -> None:
        """An arm starts."""
        self._journals.append({})
        self._begun.append(births())
        self._made.append({})

    def take_back(self) -> Journal:
        """The arm ends: undo its effects, and return what it had made of each container it changed."""
        before = self._journals.pop()
        self._begun.pop()
        self._ended.update(self._made.pop())
        after: Journal = {}
        for key, (container, content) in before.items():
            after[key] = (container, container.shape if isinstance(container, Tensor) else container.copy())
            _assign(container, content)
        return after

    def merge(self, arms: Sequence[Journal], repeated: bool = False) -> int:
        """Join the effects of the arms that were followed, container by container, and return how many elements that were.

        ``repeated``: one arm is a round of a loop that may be taken any number of times.
        """
        joined = 0
        ended, self._ended = self._ended, {}
        if self._made:
            self._made[-1].update(ended)
        for key, container in {key: arm[key][0] for arm in arms for key in arm}.items():
            changed = [arm[key][1] for arm in arms if key in arm]
            if isinstance(container, Tensor):
                self._give(container, _shown_by_all(changed, len(arms)))
                continue
            # The joined effects are effects of the arm around these, which may be taken back in turn.
            self.touch(container)
            if len(arms) == 1 or (key in ended and len(changed) == 1 and not repeated):
                _assign(container, changed[0])  # nobody sees an object but who took the arm that made it
                continue
            contents: list[Any] = [arm[key][1] if key in arm else container for arm in arms]
            joined += sum(map(len, contents))
            if isinstance(container, dict) and any(content.keys() != contents[0].keys() for content in contents):
                self._loose[id(container)] = container
            _assign(container, _join_contents(contents, repeated))
        return joined

    def _give(self, tensor: Tensor, shape: Any) -> None:
        """The arms that live have shown that a tensor has this shape; None if they have not."""
        if shape is not None:
            if self._journals and tensor.born < self._begun[-1]:
                self._journals[-1].setdefault(id(tensor), (tensor, tensor.shape))
            tensor.shape = shape


def ranks_in(state: Journal) -> list[Shape]:
    """The shapes that an arm has shown tensors of unknown rank to have."""
    return [
        content for container, content in state.values() if isinstance(container, Tensor) and isinstance(content, Shape)
    ]


def _shown_by_all(shapes: Sequence[Any], arms: int) -> Shape | None:
    """What is known of a tensor of unknown rank after arms of which some have shown these shapes."""
    if len(shapes) < arms:
        return None
    first: Shape = shapes[0]
    if all(shape == first for shape in shapes):
        return first  # perhaps of an unknown rank still, with the last sizes known
    joined = join_shapes(shapes)
    return joined if joined.lead is None else None


def _assign(container: Any, content: Any) -> None:
    """Give ``container`` the content of another of its kind."""
    if isinstance(container, list):
        container[:] = content
    elif isinstance(container, Tensor):
        container.shape = content
    elif isinstance(container, Memory):
        container.values = content.values
    else:
        container.clear()
        container.update(content)


def _join_contents(contents: Sequence[Any], repeated: bool) -> Mutable:
    """One content for a container that had these at the end of the arms."""
    first = contents[0]
    if isinstance(first, dict):
        return _join_dicts(contents, repeated)
    if isinstance(first, Memory):
        return _join_memories(contents)
    if isinstance(first, set):
        return set().union(*contents)
    return _join_lists(contents, repeated)


def _join_memories(memories: Sequence[Memory]) -> Memory:
    """What all arms have left in a piece of memory; where they differ nothing is known of it."""
    first = memories[0].values
    # ``1``, ``1.0`` and ``True`` cannot meet here, since a piece of memory has numbers of one kind.
    same = all(other.values is first or other.values == first for other in memories[1:])
    return Memory(first if same else None)


def _join_dicts(dicts: Sequence[dict[Any, Value]], repeated: bool) -> dict[Any, Value]:
    """Entry by entry.  Most are the same objects in all arms, so no bytecode is executed for them."""
    first, *others = dicts
    if len(dicts) == 2 and not (first and others[0]):
        # Of an object that one arm made; each branch around that one joins it again.
        return {
            key: _of_one_arm(value, repeated) if type(value) in _OBJECTS else value
            for key, value in (first or others[0]).items()
        }
    joined = dict(first)
    changed: set[Any] = set()
    for other in others:
        # A key that is missing gives None, which is what a name keeps that is None in one arm and unbound in another.
        changed.update(compress(first, map(is_not, first.values(), map(other.get, first))))
        if not other.keys() <= joined.keys():
            changed.update(other.keys() - first.keys())
            joined.update(dict.fromkeys(filterfalse(joined.__contains__, other)))
    if repeated:
        changed.update(key for key, value in joined.items() if isinstance(value, Choice))
    for key in list(filter(changed.__contains__, joined)) if changed else ():
        joined[key] = _join_entries([each[key] for each in dicts if key in each], len(dicts), repeated)
    return joined


def _join_lists(lists: Sequence[list[Value]], repeated: bool) -> list[Value]:
    """Element by element where the number is the same; otherwise a gap between the elements at both ends that are the same."""
    first = lists[0]
    start = min(_shared(first, other) for other in lists)
    columns = list(zip(*(other[start:] for other in lists), strict=False))
    if all(len(other) == len(first) for other in lists) and not any(map(_differ_in_number, columns)):
        return [*first[:start], *map(join, columns)]
    while all(start < len(other) and same(other[start], first[start]) for other in lists):
        start += 1
    end = 0
    room = min(map(len, lists)) - start
    while end < room and all(same(other[-1 - end], first[-1 - end]) for other in lists):
        end += 1
    like = alike([element for other in lists for element in other[start : len(other) - end]])
    gap = Gap("the elements differ between branches", _of_any_round(like) if repeated else like)
    return [*first[:start], gap, *first[len(first) - end :]]


def _shared(left: list[Value], right: list[Value]) -> int:
    """How many elements at the beginning are the same objects.

    A loop that appends in an arm joins all that it has so far in each round, so no bytecode is executed for each element.
    """
    return next(compress(count(), map(is_not, left, right)), min(len(left), len(right)))


def _differ_in_number(column: tuple[Value, ...]) -> bool:
    """Whether one arm has an unknown number of elements where another has one."""
    gaps = sum(isinstance(element, Gap) for element in column)
    return 0 < gaps < len(column)


def _join_entries(values: list[Value], arms: int, repeated: bool) -> Value:
    """The value of a name or key that had ``values`` in those of the ``arms`` that bound it."""
    # An arm that is the first to use an import has its value, and the others have what waits for that use.
    values = [value.settled if isinstance(value, Waiting) else value for value in values]
    if len(values) < arms and _may_be_a_module(values[0]):
        # Whether there is such a submodule matters to the container that runs or counts its submodules.
        return Gap("added an unknown number of times") if repeated else join([*values, None])
    value = join(values)
    if repeated and isinstance(value, list) and all(value is not other for other in values):
        return [Gap(gap.reason, _of_any_round(gap.like)) for gap in value if isinstance(gap, Gap)]
    return Unknown("differs between rounds") if repeated and isinstance(value, Choice) else value


def _of_one_arm(value: Value, repeated: bool) -> Value:
    """The value of a name or key that only one of two arms binds: that arm's, since whoever reads it later took that arm."""
    return _join_entries([value], 2, repeated)


def _of_any_round(like: Value) -> Value:
    """What is known of an element that any round of a loop may have added: the shape it has in one says nothing of others."""
    if isinstance(like, tuple):
        return tuple(map(_of_any_round, like))
    if not isinstance(like, Tensor):
        return like
    result = type(like)(unknown_rank("differs between rounds"), like.dtype)
    result.share(like, None)
    return result


def _may_be_a_module(value: Value) -> bool:
    return any(map(is_module, value.options)) if isinstance(value, Choice) else is_module(value)
