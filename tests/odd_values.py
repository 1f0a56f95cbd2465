"""Odd arguments for fuzzing: numbers at all limits, text in other alphabets, tensors of strange shapes, values half known."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from shapelint.interp.machine.machine import Machine
from shapelint.interp.model.class_names import ClassNames
from shapelint.interp.model.classes import Class, Instance, Module
from shapelint.interp.model.frame import Frame
from shapelint.interp.model.open_shape import ShapeOf
from shapelint.interp.model.values import Choice, External, Gap, Identity, Loaded, OneOf, Ratio
from shapelint.interp.project.project import Project, new_module
from shapelint.ops.elements import Array
from shapelint.shapes import Shape, Tensor, Unknown, fresh, symbol, unknown_rank
from shapelint.shapes.tensor import Parameter
from shapelint.source.parse import parse

__all__ = ["ARGUMENTS", "KEYWORDS", "TENSORS", "VALUES", "machine_for"]

H, W = symbol("H"), symbol("W")
MODULE: Module = new_module("odd", parse("import torch\n", "odd.py"))
PROJECT = Project(lambda path: None)
"""One for all calls, since most of its tables do not change."""

_PLAIN: tuple[Callable[[], Any], ...] = (
    *(lambda value=value: value for value in (
        None, True, False, ..., 0, 1, 2, 3, 5, 7, 64, -1, -2, -7, 255, 4096, 65_536, 2**31, 2**63 - 1, 2**63, -(2**63), 10**18,
        2**999, -(2**999), 0.0, -0.0, 0.5, 2.5, -1.5, 1e-320, 1e308, -1e308, math.inf, -math.inf, math.nan, 1j,
        "", "a", "same", "mean", "zeros", "reflect", "ij", "xy", "é", "日本 語", "h w -> w h", "b (h é) w -> b h é w", "b c ... -> b ...",
        "(a b) -> a b", "ij,jk->ik", "i...j->...", "->", "...", "{0.x}", "{0[1]}", "{:>9}", "%s %d", "%(a)s", "{", "\x00", "\ud800",
        "0", "-1", "9" * 400, "1e400", "nan", "float32", "a" * 5000, b"", b"\xff",
    )),
    list, lambda: (), dict, lambda: set(), lambda: [1], lambda: (2, 2), lambda: (1, 2, 3), lambda: [0, 0, 0, 0],
    lambda: (-1, 3), lambda: (None, None), lambda: [[1, 2], [3, 4]], lambda: [[1], [2, 3]], lambda: [[]], lambda: (3, "a"),
    lambda: [2.5, 1], lambda: {"a": 1, "b": 2}, lambda: {1: 2, None: 3}, lambda: {"x": None}, lambda: {1, 2}, lambda: ["a", "b"],
    lambda: [("a", 1), ("b", 2)], lambda: range(5), lambda: range(0), lambda: range(10**15), lambda: slice(None), lambda: slice(1, 3),
    lambda: slice(-5, None, -1), lambda: slice(0, 2**70), lambda: slice("a", None), lambda: slice(0, 5, 0), lambda: [1] * 300,
    lambda: (1,) * 70, lambda: (2**62, 2**62),
)  # fmt: skip
_PARTLY_KNOWN: tuple[Callable[[], Any], ...] = (
    lambda: H, lambda: W, lambda: H + W, lambda: H * W, lambda: (H - 1) // 2 + 1, lambda: -H, lambda: H - 100, lambda: fresh("n", minimum=0),
    lambda: fresh("q", minimum=-(1 << 62)), lambda: H**16, lambda: H * 10**290, lambda: Ratio(H, 2), lambda: Unknown("an odd value"),
    lambda: Gap("some"), lambda: Gap("some", Tensor(Shape((3,)))), lambda: Gap("some", 3), lambda: [Gap("some")], lambda: (1, Gap("some")),
    lambda: Choice((1, None)), lambda: Choice((Tensor(Shape((3,))), "a")), lambda: OneOf("one", [{"a": 1}, {}]),
    lambda: External("somewhere.x"), lambda: External("torch.float16"), lambda: External("torch.channels_last"), lambda: Identity(H),
    lambda: PROJECT.external("torch.nn.ReLU"), lambda: PROJECT.external("torch.relu"), lambda: PROJECT.builtin("str"),
    lambda: PROJECT.builtin("len"), lambda: PROJECT.builtin("list"), lambda: Instance(Class("Odd")), lambda: Instance(Class("Odd", names=ClassNames(x=1))),
    lambda: Class("Odd"), lambda: ShapeOf(Tensor(unknown_rank("odd"))), lambda: [H, 3], lambda: (H, W), lambda: [Unknown("x")],
    lambda: {"a": H}, lambda: {Unknown("k"): 1}, lambda: _module("ReLU"), lambda: _module("Linear", 3, 4), lambda: [_module("ReLU")],
    lambda: _module("Sequential"), lambda: _module("ModuleDict"), lambda: _module("ParameterList"), lambda: slice(H, None), lambda: slice(None, -H),
)  # fmt: skip
_TENSORS: tuple[Callable[[], Any], ...] = (
    *(lambda dims=dims: Tensor(Shape(dims)) for dims in (
        (), (0,), (1,), (3,), (5,), (2, 3), (0, 3), (3, 0), (1, 1), (4, 4), (2, 3, 4), (1, 0, 1), (3, 8, 8), (2, 3, 8, 8), (1, 1, 1, 1), (2, 4, 0, 8),
        (2, 3, 4, 8, 8), (1,) * 9, (H,), (H, W), (2, H, W), (1, 3, H, W), (H, 3, H, H), (H, H // 2), (H * W, 3), ((H - 1) // 2, W), (2**62, 2**62),
        (fresh("n", minimum=0), 3),
    )),
    *(lambda dtype=dtype: Tensor(Shape((2, 3)), dtype) for dtype in ("int", "bool", "complex", None)),
    lambda: Tensor(unknown_rank("odd")), lambda: Tensor(Shape((3,), "odd")), lambda: Tensor(Shape((H, 8), "odd")),
    lambda: Tensor(Shape(()), "int", 3), lambda: Tensor(Shape(()), "int", -1), lambda: Tensor(Shape(()), "float", math.nan),
    lambda: Tensor(Shape(()), "bool", True), lambda: Tensor(Shape((3,)), "int", [0, 1, 2]), lambda: Tensor(Shape((2, 2)), "float", [[0.5, -1.0], [2.0, 1e30]]),
    lambda: Tensor(Shape((0,)), "float", []), lambda: Tensor(Shape((2,)), "bool", [True, False]), lambda: Tensor(Shape((2,)), "int", [H, 3]),
    lambda: Array(Shape((2, 3)), "float", [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), lambda: Array(Shape((4,)), "int", [3, 1, 2, 2]), lambda: Array(Shape(())),
    lambda: Array(unknown_rank("odd"), None), lambda: Array(Shape((H, 3))), lambda: Parameter(Shape((3, 3))), lambda: Loaded(Shape((2, 3, 8, 8))),
    lambda: [Tensor(Shape((3,))), Tensor(Shape((3,)))], lambda: (Tensor(Shape((2, 3))), Tensor(Shape((2, 4)))), lambda: [Tensor(Shape((H,)))] * 3,
    lambda: (Tensor(Shape((2, 5, 8))), Tensor(Shape((2, 5, 8)))), lambda: [Array(Shape((3,))), 2], lambda: [Tensor(Shape(()), "int", 2), 3],
)  # fmt: skip

TENSORS = st.sampled_from(_TENSORS).map(lambda make: make())
VALUES = st.one_of(
    *(st.sampled_from(kind).map(lambda make: make()) for kind in (_PLAIN, _PLAIN, _PARTLY_KNOWN, _TENSORS))
)
"""Half of them known, and half half known, tensors among them."""
ARGUMENTS = st.lists(st.one_of(TENSORS, VALUES), max_size=5)
KEYWORDS = (
    "dim", "axis", "bias", "padding", "stride", "kernel_size", "size", "shape", "dtype", "out", "keepdim", "indices", "input", "other", "weight",
    "mask", "batch_first", "groups", "dilation", "num_layers", "scale_factor", "mode", "start", "end", "step", "default", "key", "n", "p", "repeat",
    "é", "**",
)  # fmt: skip


def machine_for(fuel: int = 3000) -> tuple[Machine, Frame]:
    """A machine in an empty file, and the frame of that."""
    machine, frame = Machine(PROJECT, fuel), Frame(MODULE, {})
    machine.frames.append(frame)
    return machine, frame


def _module(name: str, *args: Any) -> Any:
    from shapelint.interp.machine.tables import call

    machine, frame = machine_for()
    return call(machine, PROJECT.external(f"torch.nn.{name}"), args, {}, None, frame)
