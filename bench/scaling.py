"""How the work grows with the input: exponents of counts and of time, for inputs of which the size can be chosen.

    python bench/scaling.py [NAME ...]

Each family is a function from a size to a file.  Printed are, for each size, the statements executed, the values
compared in joins, the nodes parsed and the CPU seconds; and how each grows from the first to the last size, as the
exponent ``k`` of ``size ** k``.
"""

from __future__ import annotations

import gc
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Callable

from shapelint.engine import check_source
from shapelint.interp.machine import heap, value_join
from shapelint.interp.machine.machine import Machine
from shapelint.source import parse

HEADER = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n"


def sequential(size: int) -> str:
    """A Sequential of ``size`` layers, each with a true comment."""
    layers = "".join("            nn.Conv2d(8, 8, 3, padding=1),  # (N, 8, 32, 32)\n" for _ in range(size))
    return (
        f"{HEADER}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        self.main = nn.Sequential(\n{layers}        )\n\n    def forward(self, x):\n        return self.main(x)\n\n"
        "Net()(torch.zeros(1, 8, 32, 32))\n"
    )


def comment_rows(size: int) -> str:
    """A function with ``size`` rows of comments."""
    rows = "".join(f"        # note {row}: (N, 8, 32, 32)\n" for row in range(size))
    return (
        f"{HEADER}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        self.conv = nn.Conv2d(8, 8, 3, padding=1)\n\n    def forward(self, x):\n{rows}        return self.conv(x)\n"
    )


def inheritance(size: int) -> str:
    """A chain of ``size`` classes, each derived from the one before."""
    first = "class Net0(nn.Module):\n    def forward(self, x):\n        return x\n\n"
    return HEADER + first + "".join(f"class Net{i}(Net{i - 1}):\n    pass\n\n" for i in range(1, size))


def appended(size: int) -> str:
    """A loop of ``size`` rounds that appends to a list if a condition holds that is not known."""
    return (
        f"{HEADER}import somewhere\nfound = []\nfor i in range({size}):\n"
        "    if somewhere.asks(i):\n        found.append(i)\n"
    )


def notebook(size: int) -> str:
    """A notebook of ``size`` cells, every one of which defines and calls the same model."""
    cell = (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.fc = nn.Linear(8, 4)  # (N, 4)\n\n    def forward(self, x):\n        return self.fc(x)\n\n"
        "net = Net()\ny = net(torch.zeros(2, 8))  # (2, 4)\n"
    )
    return HEADER + cell * size


FAMILIES: dict[str, tuple[Callable[[int], str], tuple[int, ...], float]] = {
    "sequential": (sequential, (250, 500, 1000, 2000, 4000), 1.1),
    "comment_rows": (comment_rows, (2000, 10_000, 50_000), 1.2),
    "inheritance": (inheritance, (250, 500, 1000, 2000), 1.2),
    "appended": (appended, (250, 500, 1000, 2000), 1.2),
    "notebook": (notebook, (50, 100, 250, 500), 1.2),
}
"""By name: the family, its sizes, and the exponent that is aimed at."""


def measured(text: str) -> dict[str, float]:
    """What the check of one file costs, without the collection of garbage, as the command line works."""
    counts: Counter[str] = Counter()
    execute, same, parsed = Machine.execute, value_join.same, parse.parse

    def counted_execute(machine: Machine, node: object, frame: object) -> object:
        counts["statements"] += 1
        return execute(machine, node, frame)  # type: ignore[arg-type]

    def counted_same(left: object, right: object) -> bool:
        counts["comparisons"] += 1
        return same(left, right)

    Machine.execute, value_join.same, heap.same = counted_execute, counted_same, counted_same  # type: ignore[method-assign,assignment]
    gc.collect()
    gc.disable()
    try:
        begin = time.process_time()
        check_source(text, "input.py")
        counts["ms"] = round(1000 * (time.process_time() - begin))
    finally:
        gc.enable()
        Machine.execute, value_join.same, heap.same = execute, same, same  # type: ignore[method-assign]
    counts["nodes"] = _nodes(parsed(text, "input.py").tree)
    return {name: counts[name] for name in ("statements", "comparisons", "nodes", "ms")}


def _nodes(tree: object) -> int:
    found, pending = 0, [tree]
    while pending:
        found += 1
        pending.extend(pending.pop().children)  # type: ignore[attr-defined]
    return found


def exponent(sizes: tuple[int, int], costs: tuple[float, float]) -> float:
    """``k`` such that the cost grows as ``size ** k`` between two sizes; 0 if nothing was counted."""
    return math.log(costs[1] / costs[0]) / math.log(sizes[1] / sizes[0]) if min(costs) > 0 else 0.0


def main(names: list[str]) -> None:
    """Measure the families ``names``, all if there are none; one line of JSON for each size and for the exponents."""
    for family, sizes, _ in FAMILIES.values():
        measured(family(min(8, sizes[0])))  # what is imported when it is first needed
    for name in names or FAMILIES:
        family, sizes, aim = FAMILIES[name]
        rows = []
        for size in sizes:
            rows.append(measured(family(size)))
            print(json.dumps({"family": name, "size": size, **rows[-1]}), flush=True)
        ends = (sizes[0], sizes[-1])
        exponents = {key: round(exponent(ends, (rows[0][key], rows[-1][key])), 2) for key in rows[0]}
        print(json.dumps({"family": name, "aim": aim, "exponents": exponents}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
