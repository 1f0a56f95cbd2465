"""``shapelint check``: the linter."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from ..config import Config, ConfigError, load
from ..discovery import find_files
from ..files import LARGEST
from ..records import dataclass, replace
from ..render import FORMATS, renderer
from ..render.style import Style, wants_color
from ..report import FileReport
from ..session import Session
from .output import Failure, complain, write

__all__ = ["command"]

# Whether paths can be read is for us to find out, one by one: click would end the run at the first that cannot.
_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("paths", nargs=-1, type=click.Path(readable=False), metavar="[PATHS]..."),
    click.option("--output-format", type=click.Choice(FORMATS), default="full", show_default=True,
                 help="How to print findings."),
    click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True,
                 help="Outranks NO_COLOR and FORCE_COLOR."),
    click.option("--select", multiple=True, metavar="RULES",
                 help="Report only these rules: codes, names, beginnings of codes."),
    click.option("--ignore", multiple=True, metavar="RULES", help="Do not report these rules."),
    click.option("--fix", is_flag=True, help="Repair what can be repaired safely: comments."),
    click.option("--unsafe-fixes", is_flag=True,
                 help="Count repairs of code, such as paddings, among those that --fix makes and --diff shows."),
    click.option("--diff", is_flag=True,
                 help="Show what would be repaired, change nothing; exit 1 if there is something."),
    click.option("--coverage", is_flag=True, help="Also print what was understood, and why the rest was not."),
    click.option("--exclude", multiple=True, metavar="PATTERN",
                 help="Leave out files and folders, as .gitignore writes them."),
    click.option("--force-exclude", is_flag=True, help="Exclude files even if they are named on the command line."),
    click.option("--isolated", is_flag=True, help="Read no configuration and no cache."),
    click.option("--no-cache", is_flag=True, help="Neither use nor write the cache."),
    click.option("--baseline", type=click.Path(readable=False), metavar="FILE", help="Leave out the findings recorded in FILE."),
    click.option("--write-baseline", is_flag=True,
                 help="Record the findings in the baseline file instead of reporting them."),
    click.option("--stdin-filename", type=click.Path(readable=False), metavar="PATH", help="What to call the text read from '-'."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Request:
    """The command line."""

    paths: tuple[str, ...]
    output_format: str
    color: str
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    fix: bool
    unsafe_fixes: bool
    diff: bool
    coverage: bool
    exclude: tuple[str, ...]
    force_exclude: bool
    isolated: bool
    no_cache: bool
    baseline: str | None
    write_baseline: bool
    stdin_filename: str | None


def _with_options(function: Callable[..., int]) -> click.Command:
    for option in reversed(_OPTIONS):
        function = option(function)
    return click.command("check")(function)


@_with_options
def command(**options: Any) -> int:
    """Check files and folders (default: the current one); '-' reads standard input.

    Exit codes: 0 nothing found, 1 findings, 2 something could not be checked.
    """
    return _check(_Request(**options))


def _check(request: _Request) -> int:
    config = _configured(request)
    session = Session(config, use_cache=not (request.isolated or request.no_cache))
    fixing = request.fix or request.diff
    if "-" in request.paths:
        if len(request.paths) > 1:
            raise Failure("'-' cannot be combined with other paths")
        return _check_stdin(request, session, fixing)
    found = find_files(request.paths or (".",), config.root, config.exclude, request.force_exclude)
    for error in found.errors:
        complain(error)
    if fixing:
        from .fixing import repair_files

        return max(2 * bool(found.errors), repair_files(session, found, request, _present))
    session.expect(found.files)
    reports = [session.check_file(file, file in found.named) for file in found.files]
    return max(2 * bool(found.errors), _present(reports, request, config))


def _check_stdin(request: _Request, session: Session, fixing: bool) -> int:
    content = sys.stdin.buffer.read(LARGEST + 1)
    name = request.stdin_filename or "<stdin>"
    if len(content) > LARGEST:
        raise Failure(f"{name}: larger than {LARGEST // 1_000_000} MB")
    if fixing:
        from .fixing import repair_stdin

        return repair_stdin(session, content, name, request, _present)
    return _present([session.check_content(content, name)], request, session.config)


def _configured(request: _Request) -> Config:
    """The configuration, with what the command line says instead or besides."""
    names = [request.stdin_filename or "."] if "-" in request.paths else list(request.paths)
    try:
        config = Config(".") if request.isolated else load(names)
    except ConfigError as error:
        raise Failure(str(error)) from None
    settings = replace(
        config.settings,
        select=_listed(request.select) or config.settings.select,
        ignore=(*config.settings.ignore, *_listed(request.ignore)),
    )
    if settings.select or settings.ignore:
        from ..rules import registry

        try:
            registry.selected(settings.select, settings.ignore)
        except registry.UnknownRule as error:
            raise Failure(str(error)) from None
    exclude = (*config.exclude, *_listed(request.exclude))
    return replace(config, settings=settings, exclude=exclude, baseline=request.baseline or config.baseline)


def _listed(values: Sequence[str]) -> tuple[str, ...]:
    """``--select A,B --select C`` as (A, B, C)."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def _present(reports: Sequence[FileReport], request: _Request, config: Config, err: bool = False) -> int:
    """Print the reports and return the exit code."""
    if config.baseline is not None or request.write_baseline:
        from .known import apply_baseline

        reports = apply_baseline(reports, config.baseline, request.write_baseline)
    stream = sys.stderr if err else sys.stdout
    style = Style(wants_color(request.color, stream), request.unsafe_fixes)
    write(renderer(request.output_format)(reports, style), stream)
    if request.coverage and request.output_format in ("full", "concise"):
        from ..render.coverage import render_coverage

        write(render_coverage(reports), stream)
    for report in reports:
        if report.error is not None:
            complain(f"{report.path}: {report.error}")
    if any(report.failed for report in reports):
        return 2
    return int(any(report.diagnostics for report in reports))
