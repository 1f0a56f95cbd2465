"""What is remembered of a call gives the same as the call itself, and nothing of the tensors it was made with."""

from __future__ import annotations

from shapelint.interp.model.tape import Run
from shapelint.interp.paths.exploration import explore
from shapelint.shapes import Tensor
from shapelint.source.parse import parse


def script(text: str) -> Run:
    """The run of ``text`` as a script."""
    return explore(parse(f"import torch\nfrom torch import nn\n{text}", "a.py")).runs[0]


def outputs(run: Run, name: str) -> list[object]:
    """What the calls of ``name`` gave, in order."""
    return [call.output for call in run.tape.calls if call.name == name]


def test_equal_calls_give_tensors_of_their_own() -> None:
    """The second of two equal calls is remembered; what it gives is another tensor of the same shape."""
    first, second = outputs(script("x = torch.rand(2, 6)\ny = [x.view(3, 4), x.view(3, 4)]"), "view")
    assert isinstance(first, Tensor) and isinstance(second, Tensor)
    assert first is not second
    assert first.shape.dims == second.shape.dims == (3, 4)


def test_several_results_are_several_tensors() -> None:
    """A remembered ``chunk`` gives a tuple of new tensors."""
    first, second = outputs(script("x = torch.rand(2, 6)\ny = [x.chunk(2, 1), x.chunk(2, 1)]"), "chunk")
    assert isinstance(first, tuple) and isinstance(second, tuple)
    assert len({id(part) for part in (*first, *second)}) == 4
    assert all(part.shape.dims == (2, 3) for part in (*first, *second))


def test_what_is_handed_back_is_the_operand_at_hand() -> None:
    """``relu_`` gives its own operand, not that of the call it is remembered from."""
    run = script("a, b = torch.rand(2, 6), torch.rand(2, 6)\na.relu_()\nb.relu_()")
    calls = [call for call in run.tape.calls if call.name == "relu_"]
    assert [call.output is call.inputs[0] for call in calls] == [True, True]


def test_a_changed_operand_is_not_remembered() -> None:
    """After a call that changes the shape of its operand nothing is known, the second time either."""
    run = script("a, b = torch.rand(2, 6), torch.rand(2, 6)\na.unsqueeze_(0)\nb.unsqueeze_(0)")
    calls = [call for call in run.tape.calls if call.name == "unsqueeze_"]
    assert [call.inputs[0].shape.rank for call in calls] == [None, None]


def test_kinds_of_arguments_are_told_apart() -> None:
    """``True`` is not 1: ``sum(1, True)`` keeps the dimension, ``sum(1, 0)`` does not."""
    first, second = outputs(script("x = torch.rand(2, 6)\ny = [x.sum(1, True), x.sum(1, False)]"), "sum")
    assert isinstance(first, Tensor) and isinstance(second, Tensor)
    assert (first.shape.dims, second.shape.dims) == ((2, 1), (2,))


def test_a_refused_call_is_refused_again() -> None:
    """Rejections are worked out anew each time."""
    run = script("c = nn.Conv2d(3, 8, 3)\nx = torch.rand(1, 4, 9, 9)\nc(x)\nc(x)")
    assert [call.reject is not None for call in run.tape.calls if call.name == "Conv2d"] == [True, True]
