"""``shapelint check``: the linter."""

from __future__ import annotations

import sys
from typing import Any

from ..config import Config, ConfigError, load
from ..discovery import find_files
from ..files import LARGEST
from ..records import replace
from ..report import FileReport
from ..session import Session
from .options import Request, listed, with_options
from .output import Failure, complain, write
from .present import outputs_of, present

__all__ = ["command"]


@with_options
def command(**options: Any) -> int:
    """Check files and folders (default: the current one); '-' reads standard input.

    Exit codes: 0 nothing found, 1 findings, 2 something could not be checked.
    """
    return _check(Request(**options))


def _check(request: Request) -> int:
    outputs_of(request)  # what is wrong with them must not come up when the work is done
    config = _configured(request)
    if request.verbose:
        complain(f"configuration: {config.file or 'none'}")
    if request.show_settings:
        from .settings import described

        write(described(config))
        return 0
    session = Session(config, not (request.isolated or request.no_cache), request.cache_dir)
    if "-" in request.paths:
        if len(request.paths) > 1:
            raise Failure("'-' cannot be combined with other paths")
        return _check_stdin(request, session)
    found = find_files(
        request.paths or (".",), config.root, config.exclude, request.force_exclude, request.respect_gitignore
    )
    missing = [FileReport(path, error=reason) for path, reason in found.failures]
    if request.show_files:
        write("".join(f"{file}\n" for file in found.files))
        for report in missing:
            complain(f"{report.path}: {report.error}")
        return 2 * bool(missing)
    if request.fix or request.diff:
        from .fixing import repair_files

        return repair_files(session, found, missing, request)
    session.expect(found.files)
    reports = [_checked(session, file, file in found.named, request) for file in found.files]
    return present([*missing, *reports], request, config)


def _checked(session: Session, file: str, named: bool, request: Request) -> FileReport:
    if not request.verbose:
        return session.check_file(file, named)
    from time import perf_counter

    began = perf_counter()
    report = session.check_file(file, named)
    took = (perf_counter() - began) * 1000
    found = len(report.diagnostics)
    mentions = f"{found} finding{'s' * (found != 1)}" if report.coverage.files else "does not use torch"
    complain(f"{file}: {'not checked' if report.error else mentions}, {took:.0f} ms")
    return report


def _check_stdin(request: Request, session: Session) -> int:
    content = sys.stdin.buffer.read(LARGEST + 1)
    (name,) = request.targets
    if len(content) > LARGEST:
        raise Failure(f"{name}: larger than {LARGEST // 1_000_000} MB")
    if request.fix or request.diff:
        from .fixing import repair_stdin

        return repair_stdin(session, content, name, request)
    return present([session.check_content(content, name)], request, session.config)


def _configured(request: Request) -> Config:
    """The configuration, with what the command line says instead or besides."""
    names = [request.stdin_filename or "."] if "-" in request.paths else list(request.paths)
    try:
        config = Config(".") if request.isolated else load(names)
    except ConfigError as error:
        raise Failure(str(error)) from None
    settings = replace(
        config.settings,
        select=listed(request.select) or config.settings.select,
        ignore=(*config.settings.ignore, *listed(request.ignore)),
        python=request.python or config.settings.python,
    )
    if settings.select or settings.ignore:
        from ..rules import registry

        try:
            registry.selected(settings.select, settings.ignore)
        except registry.UnknownRule as error:
            raise Failure(str(error)) from None
    exclude = (*config.exclude, *listed(request.exclude))
    return replace(config, settings=settings, exclude=exclude, baseline=request.baseline or config.baseline)
