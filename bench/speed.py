"""How long whole processes take, as ratios to what the same machine needs for the same work at least, in one run.

    python bench/speed.py [--site SITE] [--models torchvision/models] [--runs 5]

SITE (see zoo_truth.py) must hold torchvision and torchinfo 1.8.0.  Three measures: checking one file beside importing
what the tool is built on; checking a folder beside ``libcst.parse_module`` alone on the same files; ``show`` beside
torchinfo's ``summary`` of the same model.  The shortest of the runs counts; the two take turns.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIXTURE = ROOT / "fixtures/models/netd.py"
MODELS = ("resnet.py::resnet50()", "densenet.py::densenet121()", "swin_transformer.py::swin_t()", "vgg.py::vgg16()")

PARSE = """
import pathlib, sys, libcst
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.py")):
    libcst.parse_module(path.read_bytes())
"""
TORCHINFO = """
import sys, torch, torchinfo
torch.library.register_fake = lambda *a, **k: lambda f: f
import torchvision
model = getattr(torchvision.models, sys.argv[1])()
torchinfo.summary(model, (1, 3, 224, 224), device="cpu", verbose=1)
"""


def main() -> None:
    options = _parser().parse_args()
    lint = [sys.executable, "-m", "shapelint"]
    _compare(
        "one file: shapelint fixtures/models/netd.py",
        [*lint, "--isolated", FIXTURE],
        'python -c "import libcst, click"',
        [sys.executable, "-c", "import libcst, click"],
        options,
    )
    if options.site is None:
        return
    folder = options.site.resolve() / options.models
    _compare(
        f"a folder: shapelint check {options.models}",
        [*lint, "check", "--isolated", folder],
        "libcst.parse_module on it",
        [sys.executable, "-c", PARSE, folder],
        options,
    )
    for target in MODELS:
        name = target.partition("::")[2].removesuffix("()")
        _compare(
            f"a model: shapelint show {name}()",
            [*lint, "show", options.site.resolve() / "torchvision/models" / target, "--input", "1x3x224x224"],
            "torchinfo",
            [sys.executable, "-c", TORCHINFO, name],
            options,
        )


def _compare(ours: str, command: list[object], theirs: str, other: list[object], options: argparse.Namespace) -> None:
    """Run both commands in turn and print the shortest times and their ratio."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(options.runs):
        for samples, argv in zip(times, (command, other), strict=True):
            samples.append(_seconds(argv, options.site))
    mine, floor = min(times[0]), min(times[1])
    print(f"{ours}: {mine:.2f} s; {theirs}: {floor:.2f} s; {mine / floor:.2f} times", flush=True)


def _seconds(command: list[object], site: Path | None) -> float:
    path = os.pathsep.join(str(folder) for folder in (ROOT, *([site.resolve()] if site else [])))
    start = time.perf_counter()
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise SystemExit(f"{' '.join(map(str, command))} failed: {done.stderr[-500:]}")
    return seconds


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path)
    parser.add_argument("--models", default="torchvision/models", help="the folder in SITE to check")
    parser.add_argument("--runs", type=int, default=5)
    return parser


if __name__ == "__main__":
    main()
