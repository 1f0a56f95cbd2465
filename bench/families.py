"""How many stated shapes are seen, bound to a tensor and checked, by how they are written and where they stand.

Comments, and on the signature side docstrings and annotations.  Checked: at least one dimension was compared with a known
one, or a name with what at least two others keep it for; where only a rank was taken from a comment, its sizes count if
another comment uses them.  Decided: all of them were, or one is wrong.  What is not checked is counted by reason.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from shapelint.claims.binding.alignment import DimPair
from shapelint.claims.binding.points import Points
from shapelint.claims.findings import Findings, read
from shapelint.claims.placement.claim import Claim, Convention
from shapelint.claims.placement.spots import spots_of
from shapelint.claims.reading.reading import Reading
from shapelint.claims.signatures.contracts import Held
from shapelint.claims.verdict import Verdict
from shapelint.interp import Exploration, Project
from shapelint.interp.paths.exploration import explore
from shapelint.shapes import Symbol, symbols_of
from shapelint.source.guard import SourceError
from shapelint.source.notebooks.ipynb import read_ipynb
from shapelint.source.parse import Source, parse

__all__ = ["Remark", "print_families", "remarks"]

SIDES = ("declaration", "forward", "elsewhere", "signature")
_NOWHERE, _UNKNOWN, _OTHER_RANK = "nothing known runs there", "the rank is not known", "no such rank there"
_NAMES, _SIZES = "nothing but names and wildcards", "the sizes are not known"
_UNCALLED, _NO_TENSOR = "the function is not called", "no single tensor there, or of another rank"
_MAKES_LAYERS = re.compile(r"\bnn\.[A-Z]\w*\(|\b(?:Conv|ConvTranspose|MaxPool|AvgPool)[123]d\(")


@dataclass(frozen=True)
class Remark:
    """One comment, docstring entry or annotation that states a shape, and what became of it; ``reason`` if unchecked."""

    path: Path
    row: int
    text: str
    family: str
    side: str
    verdict: Verdict
    is_checked: bool
    reason: str

    @property
    def is_bound(self) -> bool:
        return self.verdict is not Verdict.UNBOUND

    @property
    def is_decided(self) -> bool:
        return self.verdict in (Verdict.TRUE, Verdict.FALSE)


def print_families(paths: list[Path], listed: bool) -> None:
    """The table of seen, bound and checked comments; with ``listed`` the comments that are not checked."""
    found = [remark for path in paths for remark in remarks(path)]
    print(f"\n{'stated shapes':28}{'seen':>7}{'bound':>7}{'checked':>9}{'decided':>9}{'true':>7}")
    for side in SIDES:
        of_side = [remark for remark in found if remark.side == side]
        _print_row(f"{side} side", of_side)
        for family, _ in Counter(remark.family for remark in of_side).most_common():
            _print_row(f"  {family}", [remark for remark in of_side if remark.family == family])
    _print_row("all", found)
    unchecked = [remark for remark in found if not remark.is_checked]
    print("\nnot checked, because" if unchecked else "")
    for (side, reason), count in Counter((remark.side, remark.reason) for remark in unchecked).most_common():
        print(f"{count:7}  {side} side: {reason}")
    for remark in unchecked if listed else ():
        print(f"  {remark.path}:{remark.row}: {remark.reason}: {remark.text}")


def remarks(path: Path) -> Iterator[Remark]:
    """The shape comments of a file, read as the linter reads them; nothing where the file cannot be parsed."""
    content = path.read_text(encoding="utf-8", errors="replace")
    project = Project(_reader())
    try:
        text = read_ipynb(content).text if path.suffix == ".ipynb" else content
        source = parse(text, str(path))
        exploration = explore(source, project)
        findings = read(exploration)
    except (SourceError, RecursionError):
        return
    yield from _of_comments(path, source, exploration, findings)
    yield from _of_signatures(path, exploration, findings.held)


def _of_comments(path: Path, source: Source, exploration: Exploration, findings: Findings) -> Iterator[Remark]:
    compared = {claim for reading in findings.readings for claim in _compared(reading)} | findings.named
    unbound = any(verdict is Verdict.UNBOUND for verdict in findings.verdicts.values())
    everywhere = [Points(run, source) for run in exploration.runs] if unbound else []
    for claim in findings.claims:
        place = claim.placement
        family = claim.remark.shapes[0].notation.value
        side, verdict = _side(source, place.function), findings.verdicts[claim]
        reason = "" if claim in compared else _reason(claim, everywhere, verdict)
        yield Remark(path, claim.row, place.comment.text, family, side, verdict, claim in compared, reason)


def _compared(reading: Reading) -> Iterator[Claim]:
    """Claims of which a dimension was compared; with a size that was only taken from a comment, if another one uses it."""
    judged = list(zip(reading.assertions, reading.judgements, strict=True))
    taken = {name for shape in reading.run.assumed.values() for dim in shape.dims for name in symbols_of(dim)}
    uses = {(a.claim, n) for a, j in judged for pair in (*j.true, *j.false) for n in _names(reading, pair)}
    shared = Counter(name for _, name in uses)
    for assertion, judgement in judged:
        names = [_names(reading, pair) for pair in (*judgement.true, *judgement.false)]
        if any(not some <= taken or not some or any(shared[name] > 1 for name in some) for some in names):
            yield assertion.claim


def _names(reading: Reading, pair: DimPair) -> frozenset[Symbol]:
    return symbols_of(reading.run.tape.dim(pair.computed))


def _reason(claim: Claim, everywhere: list[Points], verdict: Verdict) -> str:
    if verdict is not Verdict.UNBOUND:
        named = all(not isinstance(dim.dim, int) for shape in claim.remark.shapes for dim in shape.dims)
        return _NAMES if named else _SIZES
    ranks = {
        point.shape.rank
        for points in everywhere
        for part in claim.parts
        for spot in spots_of(claim, part, Convention())
        for point in points.at(spot) or ()
    }
    return _NOWHERE if not ranks else _UNKNOWN if None in ranks else _OTHER_RANK


def _of_signatures(path: Path, exploration: Exploration, held: Held) -> Iterator[Remark]:
    called = {entered.site.node for run in exploration.runs for entered in run.tape.entered}
    for stated, verdict in held.verdicts.items():
        checked = stated in held.checked
        unbound = _NO_TENSOR if stated.function is None or stated.function in called else _UNCALLED
        named = all(not isinstance(dim.dim, int) for dim in stated.pattern.dims)
        reason = "" if checked else unbound if verdict is Verdict.UNBOUND else _NAMES if named else _SIZES
        family = "annotation" if stated.exact else "docstring"
        yield Remark(path, stated.span.row, stated.pattern.text, family, "signature", verdict, checked, reason)


def _reader() -> Callable[[str], str | None]:
    known: dict[str, str | None] = {}

    def read_file(name: str) -> str | None:
        if name not in known:
            path = Path(name)
            known[name] = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None
        return known[name]

    return read_file


def _side(source: Source, function: Any) -> str:
    """Beside the constructors of layers, or beside code that runs on tensors."""
    if function is None:
        return "elsewhere"
    if function.name.value == "forward":
        return "forward"
    span = source.span(function)
    lines = source.lines[span.row - 1 : span.end_row]
    return "declaration" if any(_MAKES_LAYERS.search(line) for line in lines) else "forward"


def _print_row(name: str, some: list[Remark]) -> None:
    if not some:
        return
    bound, checked = sum(r.is_bound for r in some), sum(r.is_checked for r in some)
    decided, true = sum(r.is_decided for r in some), sum(r.verdict is Verdict.TRUE for r in some)
    share = f"{checked / len(some):.0%}"
    print(f"{name:28}{len(some):7}{bound:7}{checked:9}{decided:9}{true:7}{share:>6} checked")
