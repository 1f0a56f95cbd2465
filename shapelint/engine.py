"""From the text of one file to its findings.  Pure: it opens no file, but asks a ``Reader`` for those that are imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from .claims.claimed_classes import is_spoken_of
from .claims.findings import read
from .coverage import Coverage
from .diagnosis.checked import Checked
from .diagnostic import Diagnostic, Span
from .interp import Project, Site
from .interp.paths.exploration import FILE_FUEL, explore
from .measure import coverage_of
from .records import dataclass, field, replace
from .rules import invalid_syntax, registry
from .settings import Reader, Settings
from .source.parse import Source, SourceError, parse
from .source.suppress import Suppressions, suppressions_of
from .trials import Linted, settled

if TYPE_CHECKING:
    from .interp.paths.run_memory import RunMemory

__all__ = ["Result", "check_source", "lint", "understood"]


@dataclass(frozen=True, slots=True)
class Result:
    """What was found in one file, in the order to print it.  ``parsed``: False if the file could not even be parsed."""

    diagnostics: tuple[Diagnostic, ...]
    coverage: Coverage = field(default_factory=Coverage)
    parsed: bool = True


def check_source(
    text: str,
    path: str,
    settings: Settings = Settings(),  # noqa: B008  # frozen
    files: Reader | Project = lambda path: None,
) -> Result:
    """Lint ``text`` as the contents of ``path``.

    ``files``: gives the text of imported files; a Project, shared by the files of a session, parses each of them once, and
    knows the ``symbols`` of the settings.  Raises UnknownRule for a name in ``settings`` that no rule has.
    RecursionError, and whatever a bug in shapelint raises, are for the caller to catch.

    >>> text = "import torch.nn as nn\\nnet = nn.Sequential(nn.Conv2d(3, 64, 3), nn.BatchNorm2d(32))\\n"
    >>> for finding in check_source(text, "net.py").diagnostics:
    ...     print(finding.code, finding.span.row, finding.message)
    SHP301 2 32 channels expected, got 64
    """
    project = files if isinstance(files, Project) else Project(files, sizes=dict(settings.symbols))

    def understand(other: str) -> Checked:
        source = (project.whole(path, other) if other is text else None) or parse(other, path)
        if other is text:
            project.keep(source)
        return understood(source, settings, project)

    return lint(text, path, settings, understand)[0]


def lint(
    text: str, path: str, settings: Settings, understand: Callable[[str], Checked]
) -> tuple[Result, Checked | None]:
    """What is found in ``text``, and from what; None for a text that cannot be parsed.

    ``understand``: a text of this file, executed; it is asked for ``text`` first, then for repaired ones.  It raises
    SourceError.  Raises UnknownRule.
    """
    every = not settings.select and not settings.ignore
    asked = frozenset(registry.rules()) if every else registry.selected(settings.select, settings.ignore)
    try:
        checked = understand(text)
        coverage = coverage_of(checked)
        last = {rule.code for rule in registry.rules().values() if rule.after_suppressions}
        before = _outcome(checked, asked, settings)
        # Trials cost about as much as the file did, and together no more than a file may.
        trials = iter(range(FILE_FUEL // max(FILE_FUEL - checked.exploration.project.fuel, 1)))

        def tried(other: str) -> Linted | None:
            try:
                return None if next(trials, None) is None else _outcome(understand(other), asked, settings)
            except SourceError:
                return None

        found = settled(text, before, tried, frozenset(last))
        return Result(registry.graded(_once(sorted(found, key=_order)), settings.severity), coverage), checked
    except SourceError as error:
        failure = registry.graded((invalid_syntax.report(error, path),), settings.severity)
        return Result(failure, Coverage(files=1), parsed=False), None


def understood(source: Source, settings: Settings, project: Project, memory: RunMemory | None = None) -> Checked:
    """Execute the file abstractly and bind what its comments claim.  ``memory``: runs of an earlier version of it."""
    exploration = explore(source, project, is_spoken_of(source), settings.inputs_in(source.path), memory)
    return Checked(source, exploration, read(exploration))


def _outcome(checked: Checked, asked: frozenset[str], settings: Settings) -> Linted:
    """The findings, and what PyTorch refuses in any run, proven or not."""
    refused: set[tuple[int, str]] = set()
    for run in checked.exploration.runs:
        for call in run.tape.calls:
            span = _span(call.site, checked.source) if call.reject is not None else None
            if call.reject is not None and span is not None:
                refused.add((span.row, call.reject.kind.value))
        if run.ended is not None and run.ended.is_exception:
            span = _span(Site(run.source, run.node), checked.source)
            refused.add((1 if span is None else span.row, run.ended.detail))
    return Linted(_findings(checked, asked, settings.ignore_comments), frozenset(refused))


def _findings(checked: Checked, asked: frozenset[str], suppressing: bool) -> tuple[Diagnostic, ...]:
    """What the rules report whose codes are ``asked`` for, without what is suppressed if ``suppressing``, sorted."""
    rules = registry.rules()
    chosen = [rule for rule in rules.values() if rule.code in asked]
    last = [rule for rule in chosen if rule.after_suppressions]
    found = [finding for rule in chosen if rule not in last for finding in rule.check(checked)]
    suppressions = suppressions_of(checked.source) if suppressing else Suppressions(())
    kept = [finding for finding in _one_for_each_layer(found, checked) if not suppressions.silence(finding)]
    if last:
        unused = tuple(suppressions.unused(_words(rules.values()), _words(chosen)))
        found = [finding for rule in last for finding in rule.check(replace(checked, unused=unused))]
        kept += [finding for finding in found if not suppressions.silence(finding)]
    return tuple(_once(sorted(kept, key=_order)))  # once more when the repairs are settled, which may move a finding


def _words(rules: Iterable[registry.Rule]) -> frozenset[str]:
    """The codes and names by which ignore comments may call these rules."""
    return frozenset(word for rule in rules for word in (rule.code.lower(), rule.name))


def _order(finding: Diagnostic) -> tuple[str, int, int, str]:
    return finding.filename, finding.span.row, finding.span.column, finding.code


def _once(findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """One finding for each file, span and code: the first.  Several runs may come to the same place."""
    seen: set[tuple[str, Span, str, Span | None]] = set()
    for finding in findings:
        key = (
            finding.filename,
            finding.span,
            finding.code,
            None if finding.otherwise is None else finding.otherwise.span,
        )
        if key not in seen:
            seen.add(key)
            yield finding


def _one_for_each_layer(findings: list[Diagnostic], checked: Checked) -> list[Diagnostic]:
    """Of the findings about one layer, those of the rule that takes precedence: the others follow from it."""
    if len({finding.code for finding in findings}) < 2:
        return findings  # nothing to choose from, and looking for the layers takes time
    rules, layers = registry.rules(), tuple(_layers(checked))
    first: dict[Span, int] = {}
    ranked: list[tuple[Diagnostic, Span | None, int | None]] = []
    for finding in findings:
        rank = rules[finding.code].precedence
        layer = None if rank is None else _innermost(finding.span, layers)
        ranked.append((finding, layer, rank))
        if layer is not None and rank is not None:
            first[layer] = min(rank, first.get(layer, rank))
    return [finding for finding, layer, rank in ranked if layer is None or rank == first[layer]]


def _layers(checked: Checked) -> Iterator[tuple[Span, Span]]:
    """For each layer of this file: where it is built or called, and where it is built."""
    source = checked.source
    for run in (*checked.exploration.runs, *checked.exploration.alone()):
        for call in run.tape.calls:
            constructor = _span(call.constructor, source) if call.leaf else None
            if constructor is None:
                continue
            yield constructor, constructor
            called = _span(call.site, source)
            if called is not None:
                yield called, constructor


def _span(site: Site | None, source: Source) -> Span | None:
    """Where ``site`` is, if it is an expression of this file."""
    if site is None or site.source is not source:
        return None
    try:
        return source.span(site.node)
    except KeyError:
        return None


def _innermost(span: Span, layers: Iterable[tuple[Span, Span]]) -> Span | None:
    """The constructor of the innermost layer that ``span`` lies in; a Sequential is around its members."""
    start, end = (span.row, span.column), (span.end_row, span.end_column)
    around = [
        (place, constructor)
        for place, constructor in layers
        if (place.row, place.column) <= start and end <= (place.end_row, place.end_column)
    ]
    if not around:
        return None
    return max(around, key=lambda pair: ((pair[0].row, pair[0].column), (-pair[0].end_row, -pair[0].end_column)))[1]
