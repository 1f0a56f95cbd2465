"""How long whole processes take and how much memory, as ratios to what the same machine needs for other work, in one run.

    python bench/speed.py FOLDER [--runs 5] [--only WORD ...] [--limit 900]

FOLDER keeps what is needed for the next time: virtual environments with this checkout and with the pinned peers (``PEERS``),
and the packages that are linted (``PACKAGES``).  The processes of a row take turns; ratios are taken pair by pair, of CPU time
(user and system) unless the row says that it is of wall time, and the median is printed beside the least and the most.
``--only`` takes the rows whose names hold one of the words; ``--limit``: seconds of a process, after which it is ended and has no
figure.

Printed is a table in Markdown with the aim of each row, after a line on how loaded the machine was: CPU time suffers little from
that, wall time can be relied on only where nothing else runs.  ``show`` is compared with torchinfo where torch is installed for
the Python that runs this.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from libraries import _unpacked
from scaling import FAMILIES, exponent

ROOT = Path(__file__).resolve().parent.parent
PEERS = ("torchfix==0.7.0", "pyrefly==1.5.0", "ty==0.0.108", "ruff==0.17.6")
BESIDE_TORCH = ("torchinfo==1.8.0", "pillow")
PACKAGES = {
    "torchvision/models": ("torchvision==0.28.0", "torchvision/models"),
    "timm": ("timm==1.0.31", "timm"),
    "monai": ("monai==1.6.1", "monai"),
    "espnet": ("espnet==202511", "."),
}
"""What is linted: the distribution, and the folder in it."""
EDITED = "models/densenet.py"
"""Of timm; nothing imports it but the package."""
MODELS = ("resnet.py::resnet50()", "densenet.py::densenet121()", "swin_transformer.py::swin_t()", "vgg.py::vgg16()")

CHECK = ("check", "--quiet")

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


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds, and megabytes of the largest process that it waited for."""

    wall: float
    cpu: float
    megabytes: float


@dataclass(frozen=True)
class Command:
    """A process: where it runs, and what is done before each time."""

    argv: tuple[str, ...]
    folder: Path
    before: Callable[[], None] = lambda: None
    path: str = ""


class Place:
    """The folder with the environment and the packages."""

    def __init__(self, folder: Path, limit: float) -> None:
        self.folder, self.limit = folder.resolve(), limit
        self.python, self.peers = self.folder / "venv/bin/python", self.folder / "peers/bin/python"
        self.scratch = Path(tempfile.mkdtemp(prefix="speed-"))

    def prepare(self) -> None:
        """Make what is not there yet; this checkout is installed anew."""
        for python in (self.python, self.peers):  # two, since TorchFix wants an old libcst
            if not python.exists():
                subprocess.run([sys.executable, "-m", "venv", python.parent.parent], check=True)
                self._pip(python, *(PEERS if python == self.peers else [str(ROOT)]))
        self._pip(self.python, "--force-reinstall", "--no-deps", str(ROOT))
        if find_spec("torch") is not None and not (self.folder / "beside").is_dir():
            self._pip(self.peers, "--no-deps", "--target", str(self.folder / "beside"), *BESIDE_TORCH)

    def _pip(self, python: Path, *args: str) -> None:
        subprocess.run([python, "-m", "pip", "install", "--quiet", *args], check=True)

    def package(self, name: str) -> Path:
        """The folder of a package that is linted."""
        distribution, inside = PACKAGES[name]
        unpacked = _unpacked(distribution, self.folder / "packages")
        if unpacked is None:
            raise SystemExit(f"{distribution} cannot be had")
        found = next(iter(sorted(unpacked.glob(f"**/{inside}"))), None) if inside != "." else unpacked
        assert found is not None
        return found

    def program(self, name: str, *args: str | Path, folder: Path | None = None) -> Command:
        """A program of ours or of a peer."""
        python = self.python if name == "shapelint" else self.peers
        return Command((str(python.parent / name), *map(str, args)), folder or self.scratch)

    def lint(self, *args: str | Path, folder: Path | None = None) -> Command:
        """This linter, one process."""
        return self.program("shapelint", *CHECK, "--jobs", "1", *args, folder=folder)

    def run(self, command: Command) -> Cost | None:
        """What one run costs; None if it does not end in time."""
        command.before()
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SHAPELINT"))
        }
        environment.pop("VIRTUAL_ENV", None)
        if command.path:
            environment["PYTHONPATH"] = command.path
        began = time.perf_counter()
        process = subprocess.Popen(
            command.argv, cwd=command.folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = began + self.limit
        while True:
            pid, _, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = 0  # it has been waited for
                break
            if time.perf_counter() > until:
                process.kill()
                process.wait()
                return None
            time.sleep(0.002)
        wall = time.perf_counter() - began
        return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@dataclass(frozen=True)
class Row:
    """A line of the table.  ``commands`` gives ours and the other, which take turns; without another it is memory that is told."""

    name: str
    aim: str
    commands: Callable[[], tuple[Command, Command | None]]
    wall: bool = False
    times: int = 1


def rows(place: Place) -> Iterator[Row]:
    """The table, from the cheapest row to the dearest."""
    netd = ROOT / "fixtures/models/netd.py"
    imports = _program("import libcst, click"), _program("import click")
    yield Row(
        "`shapelint netd.py` to importing libcst and click", "<= 1.2",
        lambda: (place.lint("--isolated", netd), imports[0](place)), times=3,
    )  # fmt: skip
    yield Row("a cache hit to importing click", "<= 1.3", lambda: (_cached(place, netd), imports[1](place)), times=3)
    for target in MODELS if find_spec("torch") is not None else ():
        name = target.partition("::")[2].removesuffix("()")
        yield Row(f"`show` of {name} to torchinfo", "< 1", partial(_shown, place, target, name))
    for name, aim in (("torchvision/models", "<= 1.2"), ("timm", "<= 1.8"), ("monai", "<= 2.0")):
        yield Row(f"check of {name} to its parse", aim, partial(_parsed, place, name))
    models = partial(place.package, "torchvision/models")
    yield Row(
        "check of torchvision/models to Pyrefly, cold", "<= 3",
        lambda: (place.lint("--isolated", models()), _pyrefly(place, models())),
    )  # fmt: skip
    yield Row(
        "check of torchvision/models to Pyrefly, warm", "<= 0.15",
        lambda: (_cached(place, models()), _pyrefly(place, models())),
    )  # fmt: skip
    for name, *argv in (
        ("torchfix", "--select", "ALL"),
        ("ty", "check", "--python", sys.prefix),
        ("ruff", "check", "-n"),
    ):
        yield Row(
            f"{name} on torchvision/models to our check", "", partial(_peer, place, name, argv, models)
        )  # fmt: skip
    yield Row("one file of timm edited to a cold run", "<= 0.0167", partial(_edited, place))
    timm = partial(place.package, "timm")
    yield Row(
        "one process to two on timm, wall", ">= 1.8",
        lambda: (place.lint("--isolated", timm()), place.program("shapelint", *CHECK, "-j", "2", "--isolated", timm())),
        wall=True,
    )  # fmt: skip
    for name in ("timm", "monai", "espnet"):
        yield Row(f"memory of {name}", "<= 250 MB", partial(_alone, place, name))


def _program(text: str) -> Callable[[Place], Command]:
    return lambda place: Command((str(place.python), "-c", text), place.scratch)


def _cached(place: Place, path: Path) -> Command:
    """The check of a file or folder all of which is in the cache."""
    folder = Path(tempfile.mkdtemp(dir=place.scratch))
    copied = shutil.copytree(path, folder / path.name) if path.is_dir() else shutil.copy(path, folder)
    command = place.lint(Path(copied).name, folder=folder)
    place.run(command)
    return command


def _shown(place: Place, target: str, name: str) -> tuple[Command, Command]:
    site = place.package("torchvision/models").parent.parent
    ours = place.program("shapelint", "show", site / "torchvision/models" / target, "--input", "1x3x224x224")
    path = os.pathsep.join((str(site), str(place.folder / "beside")))
    return ours, Command((sys.executable, "-c", TORCHINFO, name), place.scratch, path=path)


def _parsed(place: Place, name: str) -> tuple[Command, Command]:
    folder = place.package(name)
    return place.lint("--isolated", folder), Command((str(place.python), "-c", PARSE, str(folder)), place.scratch)


def _pyrefly(place: Place, folder: Path) -> Command:
    interpreter = ("--python-interpreter-path", sys.executable) if find_spec("torch") is not None else ()
    return place.program("pyrefly", "check", *interpreter, ".", folder=folder)


def _peer(place: Place, name: str, argv: Sequence[str], models: Callable[[], Path]) -> tuple[Command, Command]:
    return place.program(name, *argv, models()), place.lint("--isolated", models())


def _alone(place: Place, name: str) -> tuple[Command, None]:
    return place.lint("--isolated", place.package(name)), None


def _edited(place: Place) -> tuple[Command, Command]:
    """One file of timm changed, and all else in the cache; and all of it, written into a new cache."""
    copy = place.scratch / "edited"
    shutil.copytree(place.package("timm"), copy / "timm")
    number = iter(range(10_000))

    def edit() -> None:
        with (copy / "timm" / EDITED).open("a") as file:
            file.write(f"# edit {next(number)}\n")

    def forget() -> None:
        shutil.rmtree(copy / "cold", ignore_errors=True)

    again = place.lint("--cache-dir", copy / "kept", "timm", folder=copy)
    place.run(again)
    cold = place.lint("--cache-dir", copy / "cold", "timm", folder=copy)
    return Command(again.argv, copy, edit), Command(cold.argv, copy, forget)


def measured(row: Row, place: Place, runs: int) -> tuple[str, ...]:
    """The cells of a row."""
    ours, theirs = row.commands()
    pairs: list[tuple[Cost, Cost | None]] = []
    for _ in range(runs * row.times if theirs else 1):
        mine, other = place.run(ours), theirs and place.run(theirs)
        if mine is None or (theirs and other is None):
            return row.name, f"no end in {place.limit:g} s", "", "", row.aim
        pairs.append((mine, other))
    peak = f"{max(mine.megabytes for mine, _ in pairs):.0f}"
    ratios = [_ratio(row, mine, other) for mine, other in pairs if other is not None]
    if not ratios:
        return row.name, f"{peak} MB", "", peak, row.aim
    return row.name, f"{median(ratios):.3g}", f"{min(ratios):.3g} to {max(ratios):.3g}", peak, row.aim


def _ratio(row: Row, ours: Cost, theirs: Cost) -> float:
    return ours.wall / theirs.wall if row.wall else ours.cpu / theirs.cpu


def growth(name: str, limit: float) -> tuple[str, ...]:
    """The exponent of CPU time of a family of ``scaling.py``, from its first size to the last that ended in time."""
    command = [sys.executable, str(ROOT / "bench/scaling.py"), name]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    with suppress(subprocess.TimeoutExpired):
        process.wait(limit)
    process.kill()
    printed = process.communicate()[0].splitlines()
    done = [line for line in map(json.loads, printed) if "size" in line]
    sizes, aim = FAMILIES[name][1], f"<= {FAMILIES[name][2]}"
    if len(done) < 2:
        return f"growth of {name}", f"no end in {limit:g} s", "", "", aim
    found = exponent((done[0]["size"], done[-1]["size"]), (done[0]["ms"], done[-1]["ms"]))
    reached = f"{done[0]['size']} to {done[-1]['size']}" + ("" if len(done) == len(sizes) else f" of {sizes[-1]}")
    return f"growth of {name}", f"exponent {found:.2f}", reached, "", aim


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[""], metavar="WORD")
    parser.add_argument("--limit", type=float, default=900)
    options = parser.parse_args()
    place = Place(options.folder, options.limit)
    place.prepare()
    before = os.getloadavg()[0]
    print("| work | median | from, to | MB | aim |\n|---|---|---|---|---|", flush=True)
    try:
        for row in rows(place):
            if any(word in row.name for word in options.only):
                print(f"| {' | '.join(measured(row, place, options.runs))} |", flush=True)
        for name in FAMILIES:
            if any(word in f"growth of {name}" for word in options.only):
                print(f"| {' | '.join(growth(name, options.limit))} |", flush=True)
    finally:
        shutil.rmtree(place.scratch)
    print(
        f"\n{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}, {os.cpu_count()} processors, load {before:.0f} before and "
        f"{os.getloadavg()[0]:.0f} after, Python {sys.version.split()[0]}"
    )


if __name__ == "__main__":
    main()
