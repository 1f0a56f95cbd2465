"""What torch computes where a shape comment stands: runs the module classes of a file and looks at their layers.

    python bench/points.py models/netd.py

Independent of shapelint: names come from Python's own ast, shapes from torch on the meta device, and a comment is read
only if it ends in plain spatial numbers (``(ngf*8) x 4 x 4``, ``[64, 32, 32]``, ``=> 16x16``).  The input size nobody
states is the one that makes most comments of the class true, as is the convention (the state here, or after the next
layer).  A comment is *confirmed* if torch then computes its numbers.  As a worker (``--worker``) it reads JSON requests
``{"text", "near"}`` a line and answers with the points of the file.  Executes the file's classes, not its other code.
"""

from __future__ import annotations

import ast
import json
import os
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parent))

from sandbox import Guess, executed_classes, guessed_arguments
from sizes import SizeComment, size_comments

CANDIDATES = (1, 28, 32, 64, 96, 128, 224, 256)
FACTORS = (2, 1 / 2, 3 / 2, 2 / 3, 3, 1 / 3)


Block = tuple[range, bool]
"""Rows that belong together, and whether they are the arm of a condition."""


@dataclass(frozen=True)
class Leaf:
    """A call of a leaf layer: the calls in the file that made the layer (innermost first), and what came out."""

    made_at: tuple[tuple[int, int], ...]
    called_at: tuple[int, ...]
    out: tuple[int, ...]


def points(text: str, near: dict[str, tuple[int, ...]] | None = None) -> dict[str, Any]:
    """The classes of the file that ran: their input size, layer outputs and confirmed comments.

    ``near``: for the classes named there (and no others) sizes around these inputs are tried.
    """
    comments = size_comments(text)
    functions = _functions(text)
    answer: dict[str, Any] = {}
    for cls, first, last in executed_classes(text):
        if near is None or cls.__name__ in near:
            own = [comment for comment in comments if first <= comment.row <= last]
            around = () if near is None else tuple(near[cls.__name__])
            answer[cls.__name__] = _class_points(cls, own, around, functions) if own else {"error": "no comments"}
    return answer


def _functions(text: str) -> dict[int, Block]:
    """For each row inside a function the rows of the innermost function or arm of a condition."""
    found: dict[int, Block] = {}
    lines = text.split("\n")
    for node in ast.walk(ast.parse(text)):  # breadth first: what is inside comes later
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            rows = range(node.lineno, _end(node.body, node.col_offset, lines) + 1)
            found.update(dict.fromkeys(rows, (rows, False)))
        elif isinstance(node, ast.If):
            start = node.lineno + 1
            for arm in filter(None, (node.body, node.orelse)):
                rows = range(start, _end(arm, node.col_offset, lines) + 1)
                found.update(dict.fromkeys(rows, (rows, True)))
                start = rows.stop
    return found


def _end(body: list[ast.stmt], indent: int, lines: list[str]) -> int:
    """The last row of a body, the comments behind its last statement included."""
    row = body[-1].end_lineno or body[-1].lineno
    while row < len(lines) and (not (line := lines[row].lstrip()) or line.startswith("#")):
        if line and len(lines[row]) - len(line) <= indent:
            break
        row += 1
    return row


def _class_points(
    cls: type[nn.Module], comments: list[SizeComment], around: tuple[int, ...], functions: dict[int, Block]
) -> dict[str, Any]:
    try:
        with torch.device("meta"), _sites():
            module = cls(**guessed_arguments(cls)).eval()
    except Exception as error:  # noqa: BLE001  # foreign code may raise anything
        return {"error": f"{type(error).__name__}: {error}"}
    best: dict[str, Any] = {"error": "no input fits"}
    for size in dict.fromkeys(_sizes(module, comments, around)):
        try:
            leaves = _run(module, size)
        except Exception:  # noqa: BLE001  # the wrong input, most likely: the next one is tried
            continue
        for convention in ("here", "next"):
            found = [
                point
                for comment in comments
                if (point := _point(comment, leaves, convention, size, functions.get(comment.row, (range(0), False))))
            ]
            confirmed = sorted(point["row"] for point in found if point["confirmed"])
            if "error" in best or len(confirmed) > len(best["confirmed"]):
                best = {"input": list(size), "convention": convention, "confirmed": confirmed, "points": found}
            if len(confirmed) == len(comments):
                return best
    return best


def _sizes(module: nn.Module, comments: list[SizeComment], around: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Inputs worth trying: what the first layer takes, in the sizes that the comments name and a few usual ones."""
    if around:
        yield from _around(around)
        return
    first = next((m for m in module.modules() if isinstance(m, (nn.Linear, nn.modules.conv._ConvNd))), None)
    if isinstance(first, nn.Linear):
        yield (2, first.in_features)
    channels = getattr(first, "in_channels", 3)
    axes = len(getattr(first, "kernel_size", (1, 1)))
    named = sorted({comment.spatial for comment in comments if len(comment.spatial) == axes})
    yield from ((2, channels, *(factor * size for size in spatial)) for factor in (1, 2, 4) for spatial in named)
    yield from ((2, channels, *((size,) * axes)) for size in CANDIDATES)
    yield (2, channels)


def _around(size: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Sizes that may explain a changed layer: a little larger or smaller, or by a factor."""
    batch, channels, *spatial = size
    for factor in (1, *FACTORS):
        for step in (0, 1, -1, 2, -2, 3, -3):
            yield (batch, channels, *(max(1, round(side * factor) + step) for side in spatial))
    for axis, step in product(range(len(spatial)), (1, -1, 2, -2)):
        yield (batch, channels, *spatial[:axis], max(1, spatial[axis] + step), *spatial[axis + 1 :])


def _run(module: nn.Module, size: tuple[int, ...]) -> list[Leaf]:
    leaves: list[Leaf] = []
    hooks = [
        leaf.register_forward_hook(partial(_note, leaves)) for leaf in module.modules() if not any(leaf.children())
    ]
    try:
        with torch.no_grad(), torch.device("meta"):
            module(torch.rand(size, device="meta"))
    finally:
        for hook in hooks:
            hook.remove()
    return leaves


def _note(leaves: list[Leaf], module: nn.Module, _inputs: Any, output: Any) -> None:
    if isinstance(output, torch.Tensor):
        called = tuple(frame.f_lineno for frame in _frames() if frame.f_code.co_filename == Guess.FILENAME)
        leaves.append(Leaf(getattr(module, "_made_at", ()), called, tuple(output.shape)))


class _sites:
    """While entered, every module notes the calls of the linted file that led to its construction."""

    def __enter__(self) -> None:
        self._original = nn.Module.__init__
        original = self._original

        def init(module: nn.Module, *args: Any, **keywords: Any) -> None:
            original(module, *args, **keywords)
            frames = [frame for frame in _frames() if frame.f_code.co_filename == Guess.FILENAME]
            object.__setattr__(module, "_made_at", tuple(_rows(frame) for frame in frames))

        nn.Module.__init__ = init  # type: ignore[method-assign]

    def __exit__(self, *_: object) -> None:
        nn.Module.__init__ = self._original  # type: ignore[method-assign]


def _frames() -> Iterator[Any]:
    frame = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back  # type: ignore[assignment]


def _rows(frame: Any) -> tuple[int, int]:
    """First and last row of the expression that the frame is executing."""
    start, end, _, _ = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    return (start or frame.f_lineno, end or frame.f_lineno)


def _point(
    comment: SizeComment, leaves: list[Leaf], convention: str, size: tuple[int, ...], block: Block
) -> dict[str, Any] | None:
    """What torch has where the comment stands; None where no layer of the class is there."""
    shape = _shape_at(comment, leaves, convention, size, block)
    if shape is None:
        return None
    tail = shape[-len(comment.spatial) :]
    channels = comment.channels is None or (len(shape) > len(tail) and shape[-len(tail) - 1] == comment.channels)
    confirmed = tail == comment.spatial and len(shape) > len(tail) and channels
    return {"row": comment.row, "says": comment.text, "shape": list(shape), "confirmed": confirmed}


def _shape_at(
    comment: SizeComment, leaves: list[Leaf], convention: str, size: tuple[int, ...], block: Block
) -> tuple[int, ...] | None:
    inside = [leaf for leaf in leaves if leaf.made_at]
    if not comment.own_line:
        on = [leaf for leaf in leaves if any(end == comment.row for _, end in leaf.made_at)]
        on = on or [leaf for leaf in leaves if comment.row in leaf.called_at]
        return on[-1].out if on else None
    before = [leaf for leaf in inside if leaf.made_at[0][1] < comment.row]
    after = [leaf for leaf in inside if leaf.made_at[0][0] > comment.row]
    rows, is_arm = block
    if not any(leaf.made_at[0][0] in rows for leaf in inside):  # forward: what was called, not what was made
        called = [(leaf, row) for leaf in leaves for row in leaf.called_at if row in rows]
        if is_arm and not called:
            return None  # nobody knows whether it ran
        before = [leaf for leaf, row in called if row < comment.row]
        after = [leaf for leaf, row in called if row > comment.row]
    if convention == "here":
        return before[-1].out if before else size
    return after[0].out if after else None


def main() -> None:
    if sys.argv[1:] == ["--worker"]:
        torch.set_num_threads(1)
        resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
        with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
            os.dup2(2, 1)
            for line in sys.stdin:
                request = json.loads(line)
                answers.write(json.dumps(points(request["text"], request.get("near"))) + "\n")
                answers.flush()
        return
    for path in sys.argv[1:]:
        for name, found in points(Path(path).read_text(encoding="utf-8")).items():
            print(f"{path}::{name} on {found.get('input')}: {found.get('error', found.get('convention'))}")
            for point in found.get("points", ()):
                print(f"    {point['row']}: {'ok ' if point['confirmed'] else 'NOT'} {point['says']}: {point['shape']}")


if __name__ == "__main__":
    main()
