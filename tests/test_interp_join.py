"""What is known of a value after a branch on an unknown condition, and that an arm leaves nothing behind."""

from __future__ import annotations

import itertools

import pytest

from shapelint.interp.machine.heap import Heap
from shapelint.interp.machine.value_join import join
from shapelint.interp.model.values import Choice, Gap, Loaded, OneOf
from shapelint.shapes import Expr, Parameter, Shape, Tensor, Unknown

IMAGE, MASK = (3, 8, 8), (1, 8, 8)


def tensor(*dims: int, kind: type[Tensor] = Tensor) -> Tensor:
    return kind(Shape(dims))


def test_equal_values_stay_what_they_are() -> None:
    """A condition that makes no difference costs nothing."""
    layer = tensor(3)
    for value in (3, "relu", None, (1, "a"), layer):
        assert join([value, value, value]) is value
    assert join([(1, "a"), (1, "a")]) == (1, "a")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([3, 5], Expr),
        ([True, False], Choice),
        ([True, 1], Unknown),
        ([None, "relu"], Choice),
        (["a", "b", "c", "d", "e"], Unknown),
        ([0.5, 0.25], Unknown),
        ([3, "same"], Unknown),
        ([(1,), (1, 2)], Unknown),
        ([[1], [2]], Unknown),
        ([{"a": 1}, {}], OneOf),
        ([{1}, {2}], Unknown),
        ([Gap("a"), Gap("b")], Gap),
        ([Gap("a"), 1], Unknown),
        ([Unknown("a"), Unknown("b")], Unknown),
        ([tensor(*IMAGE), tensor(*MASK)], Tensor),
        ([tensor(*IMAGE), None], Unknown),
        ([tensor(1, kind=Parameter), tensor(2, kind=Parameter)], Tensor),
        ([tensor(1, kind=Loaded), tensor(2, kind=Loaded)], Loaded),
        ([tensor(1, kind=Loaded), tensor(2)], Tensor),
    ],
)
def test_one_rule_for_each_kind_of_value(values: list[object], kind: type) -> None:
    """Values of one kind keep what they have in common, in whatever order they come; others are unknown."""
    for order in itertools.permutations(values):
        assert type(join(order)) is kind


def test_tuples_and_tensors_are_joined_part_by_part() -> None:
    """What is the same in both arms stays known."""
    joined = join([(tensor(*IMAGE), "a"), (tensor(*MASK), "b")])
    assert isinstance(joined, tuple)
    image, name = joined
    assert isinstance(image, Tensor) and image.shape.dims[1:] == (8, 8) and isinstance(image.shape.dims[0], Expr)
    assert isinstance(name, Choice) and name.options == ("a", "b")


def test_lists_of_tensors_become_a_gap_that_knows_what_they_are_like() -> None:
    """The number is unknown, the shape of each is not."""
    joined = join([[tensor(*IMAGE)], [tensor(*IMAGE), tensor(*IMAGE)]])
    assert isinstance(joined, list) and len(joined) == 1
    gap = joined[0]
    assert isinstance(gap, Gap) and isinstance(gap.like, Tensor) and gap.like.shape == Shape(IMAGE)


def test_an_arm_is_undone_and_its_effects_are_joined() -> None:
    """After each arm everything is as before; after both, what they agree on is known."""
    heap = Heap()
    names, layers = {"width": 3, "depth": 1}, ["conv"]
    arms = []
    for width in (4, 5):
        heap.begin()
        heap.touch(names)
        names.update(width=width, depth=2)
        if width == 5:
            heap.touch(layers)
            layers.append("pool")
        arms.append(heap.take_back())
        assert (names, layers) == ({"width": 3, "depth": 1}, ["conv"])
    heap.merge(arms)
    assert isinstance(names["width"], Expr) and names["depth"] == 2
    assert layers[0] == "conv" and isinstance(layers[1], Gap)


def branch_that_adds(heap: Heap) -> dict[str, object]:
    """A dict to which one of two arms has added a key."""
    options: dict[str, object] = {}
    arms = []
    for added in ({"bias": False}, {}):
        heap.begin()
        heap.touch(options)
        options.update(added)
        arms.append(heap.take_back())
    heap.merge(arms)
    return options


def test_a_name_of_one_arm_makes_the_keys_uncertain() -> None:
    """Whoever counts the entries of the dict afterwards must not rely on them."""
    heap = Heap()
    options = branch_that_adds(heap)
    assert options == {"bias": False} and not heap.is_countable(options)


def test_another_dict_is_not_taken_for_one_that_is_gone() -> None:
    """What is known of a dict does not depend on where in memory it lies."""
    heap = Heap()
    for _ in range(100):
        branch_that_adds(heap)
        assert all(heap.is_countable(new) for new in [{} for _ in range(10)])
