"""What the meta device accepts and the CPU refuses, and what we and ``shapelint verify`` say of it.

    python bench/devices.py [--each 70] [--verify 60]

The calls are those that the tests generate (``tests/layer_arguments.py``): ``--each`` for every layer of torch.nn.  Of the calls
that the CPU refuses although the meta device takes them it counts those that we refuse as well.  ``--verify`` of them, drawn
at random, and as many that both take, are written as models and given to ``verify``, whose verdict must be agreement.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "tests"))

import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layer_arguments import ARGUMENTS
from oracle import T, in_torch, our_layer, torch_layer

from shapelint import layers
from shapelint.verify.verification import Verification, verify

Case = tuple[str, dict[str, Any], Any]


def main() -> None:
    options = _parser().parse_args()
    warnings.simplefilter("ignore")
    cases = [case for name in sorted(set(ARGUMENTS) & set(layers.CATALOGUE)) for case in drawn(name, options.each)]
    lenient: list[Case] = []
    both: list[Case] = []
    kinds: Counter[str] = Counter()
    ours = 0
    for case in cases:
        name, kwargs, inputs = case
        refused = torch_layer(name, (), kwargs, inputs).stage is not None
        if not refused:
            both.append(case)
        elif meta_accepts(case):
            lenient.append(case)
            kinds[name] += 1
            ours += our_layer(name, (), kwargs, inputs).stage is not None
    print(f"{len(cases):,} calls; {len(lenient)} that meta accepts and the CPU refuses, {ours} of them refused by us")
    print("  " + ", ".join(f"{count} {name}" for name, count in kinds.most_common(12)))
    draw = random.Random(1)
    for title, chosen in (("accepted by meta alone", lenient), ("accepted by both", both)):
        came = Counter(verdict(case) for case in draw.sample(chosen, min(options.verify, len(chosen))))
        print(f"verify, {title}: {', '.join(f'{count} {how}' for how, count in came.most_common())}")


def drawn(name: str, count: int) -> list[Case]:
    """Generated calls of a layer."""
    found: list[Case] = []

    @settings(
        max_examples=count, database=None, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None
    )
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        kwargs, inputs = ARGUMENTS[name](data.draw, layers.CATALOGUE[name].spatial)
        found.append((name, dict(kwargs), inputs))

    collect()
    return found


def meta_accepts(case: Case) -> bool:
    name, kwargs, inputs = case
    try:
        with torch.device("meta"), torch.no_grad():
            module = getattr(torch.nn, name)(**in_torch(kwargs)).eval()
            module(*in_torch(list(inputs)))
    except Exception:  # noqa: BLE001  # whatever torch raises is a refusal
        return False
    return True


def verdict(case: Case) -> str:
    """``agreement`` or ``difference`` of ``verify``; ``not written`` for a call that no option can spell."""
    name, kwargs, inputs = case
    texts = [written(each) for each in inputs]
    if None in texts or any(isinstance(value, T) for value in kwargs.values()):
        return "not written"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.py"
        path.write_text(f"from torch import nn\n\nnet = nn.{name}(**{kwargs!r})\n")
        (found,) = verify(f"{path}::net", [text for text in texts if text is not None])
    if not isinstance(found, Verification):
        return "without a kernel" if "not implemented for" in str(found) else "not run"
    if found.differs:
        print(f"  difference: {name}(**{kwargs}) on {inputs}: {' | '.join(found.lines())}")
    return "difference" if found.differs else "agreement"


def written(value: Any) -> str | None:
    """An input as ``--input`` takes it."""
    if not isinstance(value, T) or value.dtype not in ("float", "int", "bool"):
        return None
    kind = {"float": "float32", "int": "int64", "bool": "bool"}[value.dtype]
    return f"({', '.join(map(str, value.shape))}):{kind}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=70, help="calls of each layer")
    parser.add_argument("--verify", type=int, default=60, help="calls that are given to verify")
    return parser


if __name__ == "__main__":
    main()
