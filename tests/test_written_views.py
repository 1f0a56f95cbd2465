"""Random programs that write through views, in branches that we know and in such that we do not: torch runs them too.

Sizes of layers and buffers are read off the elements at the end.  What we state of them is torch's, whatever the condition is
that we do not know, or we state nothing.  What changes the shape of a tensor in place is left out: of one of two tensors it is
not followed.
"""

from __future__ import annotations

import random
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from oracle import cases

from shapelint.interp.model.state import state_of
from shapelint.interp.paths.targets import construct
from shapelint.summary.target import load

HEAD = """\
import copy, operator
import numpy as np
import torch
from torch import nn

from settings_of_nobody import flag, count

FLAG = flag()
COUNT = count()


def write(t, value):
    t[0] = value


def first(t):
    return t[0]


class Holder:
    def __init__(self, t):
        self.t = t

    def put(self, value):
        self.t[0] = value


class Net(nn.Module):
    def __init__(self):
        super().__init__()
"""
MADE = (
    "torch.zeros(2, 3, dtype=torch.long)", "torch.ones(3, 2).long()", "torch.arange(6)", "torch.arange(6).view(2, 3)",
    "torch.full((2, 2), 3)", "torch.tensor([[1, 0], [2, 0]])", "torch.from_numpy(np.ones((2, 3), dtype=np.int64))",
    "torch.zeros(2, 2, 2)", "torch.ones(4)", "torch.zeros(2, 3, dtype=torch.bool)", "nn.Parameter(torch.ones(2, 2), False)",
)  # fmt: skip
VIEWS = (
    "{v}[{i}]", "{v}[{a}:{b}]", "{v}[:, {i}]", "{v}[..., {i}]", "{v}[None]", "{v}.view(-1)", "{v}.t()", "{v}.T", "{v}.reshape(-1)",
    "{v}.flatten()", "{v}.unbind(0)[{i}]", "{v}.unbind(1)[0]", "{v}.chunk(2)[0]", "{v}.split(1)[{i}]", "{v}.split(1, 1)[0]",
    "{v}.narrow(0, {i}, 1)", "{v}.select(0, {i})", "{v}.diagonal()", "{v}.expand(2, *{v}.shape)", "{v}.detach()",
    "torch.from_numpy({v}.detach().numpy())", "{v}.data", "{v}.unsqueeze(0)", "{v}.squeeze()", "{v}.permute(1, 0)", "{v}.clone()",
    "{v}.contiguous()", "{v}.t().contiguous()", "{v}.to(torch.long)", "{v}.long()", "{v} + 0", "+{v}", "{v} if FLAG else {w}",
    "[{v}, {w}][{i}]", "({v} if FLAG else {w})[0]", "torch.cat([{v}])", "copy.deepcopy({v})", "None if FLAG else {v}", "{v}",
    "first({v})", "list({v})[{i}]", "next(iter({v}))", "torch.stack([{v}, {v}])", "{v}[{v} > 0]", "{v}[[0]]", "Holder({v}).t",
    "nn.Flatten(0)({v})", "nn.Identity()({v})", "torch.as_tensor({v})", "{v}[COUNT - COUNT]", "[{v}, {w}][COUNT % 2]",
    "dict(a={v}, b={w})['a' if FLAG else 'b']", "torch.broadcast_tensors({v}, {v})[0]", "{v}.unfold(0, 1, 1)", "torch.ravel({v})",
    "nn.Parameter({v}.data, requires_grad=False)", "{v}.swapaxes(0, 1)", "torch.squeeze({v}[{i}:{i} + 1])",
)  # fmt: skip
WRITES = (
    "{v}[{i}] = {c}", "{v}[:, {i}] = {c}", "{v}[{a}:{b}] = {c}", "{v}[{i}][{i}] = {c}", "{v} += {c}", "{v}[{i}] += {c}",
    "{v}[:, 0] += {c}", "{v} *= {c}", "{v}.fill_({c})", "{v}.zero_()", "{v}.mul_({c})", "{v}.add_({w})", "{v}.copy_({w})",
    "{v}[{v} > {i}] = {c}", "{v}[[0, {i}]] = {c}", "{v}[torch.tensor([{i}])] = {c}", "torch.add({v}, {c}, out={w})",
    "{v}.masked_fill_({v} > 1, {c})", "{v}.numpy()[0] = {c}", "{v}.index_fill_(0, torch.tensor([0]), {c})", "write({v}, {c})",
    "nn.init.constant_({v}, {c})", "{v}[COUNT % 2] = {c}", "nn.ReLU(inplace=True)({v})", "np.copyto({v}.numpy(), {c})",
    "torch.Tensor.fill_({v}, {c})", "operator.setitem({v}, 0, {c})", "{v}.__setitem__(0, {c})", "{v}.data[0] = {c}",
    "{v}.T[0] = {c}", "{v}[...] = {w}", "{v}[0] = {w}[0]", "{v}.view(-1)[{i}] = {c}", "{v}.unbind(0)[0].fill_({c})",
    "{v}[0], {w}[0] = {c}, {c}", "{v}.clamp_({c})", "{v} //= {c}", "{v} |= 1", "Holder({v}).put({c})", "{v}.sub_(1).add_({c})",
    "torch.nn.functional.relu({v}, inplace=True)", "{v}.bernoulli_(1.0)",
    "({v} if FLAG else {w})[0] = {c}", "({v} if COUNT else {w}).fill_({c})", "{v}.put_(torch.tensor([0]), torch.ones(1).long())",
    "[t.fill_({c}) for t in ({v}, {w})]", "{v}[{i}:] = {v}[:1]", "{v}.numpy().fill({c})", "del {w}",
    "{v}.scatter_(0, torch.zeros_like({v}).long(), {c})", "{v}.apply_(lambda x: x + 1)", "getattr({v}, 'fill_')({c})",
    "{v}.detach().add_({c})", "{v}[0].data.fill_({c})", "torch.fill_({v}, {c})",
)  # fmt: skip


class _Program:
    """A program as it grows: only what torch accepts, in whatever world, is kept."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.names: list[str] = []

    def text(self) -> str:
        ends = [
            line
            for name in self.names
            for line in (
                f"self.r_{name} = nn.Linear(abs(int({name}.sum())) + 1, 1) if {name} is not None else None",
                f"self.register_buffer('n_{name}', {name}.nonzero() if {name} is not None else None)",
            )
        ]
        return HEAD + "".join(f"        {line}\n" for line in [*self.lines, *ends])

    def grow(self) -> None:
        for _ in range(2):
            self._add([self._made()])
        for _ in range(self.random.randint(3, 9)):
            kind = self.random.choices(("view", "write", "made", "block"), (4, 6, 1, 4))[0]
            match kind:
                case "view":
                    self._add([self._view()])
                case "write":
                    self._add([self._write()])
                case "made":
                    self._add([self._made()])
                case _:
                    self._add(self._block())

    def _add(self, lines: list[str]) -> None:
        before, names = list(self.lines), list(self.names)
        self.lines += lines
        if len(lines) == 1 and lines[0].startswith("t") and lines[0].partition(" = ")[0].isidentifier():
            self.names.append(lines[0].partition(" = ")[0])
        if any(_torch_state(self.text(), flag, count) is None for flag, count in WORLDS):
            self.lines, self.names = before, names

    def _block(self) -> list[str]:
        head = self.random.choice(
            ("if FLAG:", "if not FLAG:", "if len(self._modules) == 0:", "for i in range(2):", "for _ in range(COUNT):",
             "while FLAG:", "with torch.no_grad():", "try:")
        )  # fmt: skip
        pick = self.random.choice
        inside = [pick((self._write, self._write, self._rebind))() for _ in range(self.random.randint(1, 3))]
        body = [head, *(f"    {line}" for line in inside)]
        if head.startswith("while"):
            body.append("    break")
        if head == "try:":  # whose handler is not followed, so it is one that is never entered
            body += ["except AssertionError:", f"    {self._write()}"]
        elif head.startswith("if") and pick((True, False)):
            body += ["else:", f"    {self._write()}"]
        return body

    def _made(self) -> str:
        return f"t{len(self.lines)} = {self.random.choice(MADE)}"

    def _view(self) -> str:
        return f"t{len(self.lines)} = {self._filled(self.random.choice(VIEWS))}"

    def _rebind(self) -> str:
        return f"{self.random.choice(self.names)} = {self._filled(self.random.choice(VIEWS))}"

    def _write(self) -> str:
        return self._filled(self.random.choice(WRITES))

    def _filled(self, template: str) -> str:
        pick = self.random.choice
        return template.format(
            v=pick(self.names), w=pick(self.names), i=pick("01"), a=pick("01"), b=pick("123"), c=pick("012345")
        )


WORLDS = ((False, 0), (True, 0), (False, 1), (True, 2))


def _torch_state(text: str, flag: bool, count: int) -> dict[str, tuple[int, ...]] | None:
    """What torch makes of the program in that world; None if it refuses it."""
    settings = ModuleType("settings_of_nobody")
    settings.__dict__.update(flag=lambda: flag, count=lambda: count)
    sys.modules["settings_of_nobody"] = settings
    names: dict[str, Any] = {}
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            exec(compile(text, "program", "exec"), names)
            net = names["Net"]()
    except Exception:  # noqa: BLE001  # whatever a random program does
        return None
    return {name: tuple(tensor.shape) for name, tensor in net.state_dict().items()}


@pytest.mark.parametrize("part", range(8))
def test_what_is_stated_of_elements_is_torch_s(part: int, tmp_path: Path) -> None:
    """In every world that the conditions allow."""
    known = 0
    for seed in range(part * 100_000, part * 100_000 + cases(12)):
        program = _Program(seed)
        program.grow()
        text = program.text()
        path = tmp_path / f"net{seed}.py"
        path.write_text(text)
        project, file = load(str(path))
        ours = {e.name: e.tensor.shape.dims for e in state_of(construct(file, project, "Net")).entries}
        for flag, count in WORLDS:
            theirs = _torch_state(text, flag, count)
            assert theirs is not None
            for name, dims in ours.items():
                stated = [dim for dim in dims if isinstance(dim, int)]
                known += len(stated) == len(dims)
                if name in theirs and len(theirs[name]) == len(dims):
                    agree = all(not isinstance(a, int) or a == b for a, b in zip(dims, theirs[name], strict=True))
                    assert agree, f"{name} is {theirs[name]}, not {dims}, with {flag}, {count}, in {path}:\n{text}"
    assert known
