"""``shapelint check``: the linter."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from ..config import Config, ConfigError
from ..discovery import find_files
from ..files import LARGEST
from ..report import FileReport
from ..session import Session
from .configured import checked_configurations
from .file_outcome import session_of
from .options import Request, with_options
from .output import Failure, complain, write
from .present import outputs_of, present
from .run_files import run_files, without_promises

__all__ = ["command"]


@with_options
def command(**options: Any) -> int:
    """Check files and folders (default: the current one); '-' reads standard input.

    Exit codes: 0 nothing found, 1 findings, 2 something could not be checked.
    """
    return _check(Request(**options))


def _check(request: Request) -> int:
    outputs_of(request)  # what is wrong with them must not come up when the work is done
    session = session_of(request)
    configs = session.configs
    if "-" in request.paths:
        if len(request.paths) > 1:
            raise Failure("'-' cannot be combined with other paths")
        if request.add_ignore is not None:
            raise Failure("--add-ignore writes into files, and cannot be combined with '-'")
        return _check_stdin(request, session)
    paths = request.paths or (".",)
    if request.show_settings:
        return _show_settings(session, paths)
    try:
        found = find_files(paths, configs.scope, request.force_exclude, request.respect_gitignore)
    except ConfigError as error:
        raise Failure(str(error)) from None
    missing = [FileReport(path, error=reason) for path, reason in found.failures]
    if request.show_files:
        write("".join(f"{file}\n" for file in found.files))
        for report in missing:
            complain(f"{report.path}: {report.error}")
        return 2 * bool(missing)
    used = checked_configurations(configs, found.files)
    checked_configurations(configs, (report.path for report in missing))
    if request.verbose:
        for config in used:
            complain(f"configuration: {config.file or 'none'}")
    if request.add_ignore is not None:
        from .ignoring import ignore_findings

        return ignore_findings(session, found, missing, request)
    if request.fix or request.fix_only or request.diff:
        from .fixing import repair_files

        return repair_files(session, found, missing, request)
    ran = run_files(session, found, request)
    reports = [outcome.report for outcome in ran.outcomes]
    code = present([*missing, *reports], without_promises(request, ran), configs)
    return ran.code(max(code, _misspelt(session, used, paths, request)))


def _misspelt(session: Session, configs: Sequence[Config], paths: Sequence[str], request: Request) -> int:
    """Tell which classes of a configuration do not exist; the exit code for that."""
    if not session.classes:
        return 0
    from .input_targets import wrong_targets

    wrong = [
        line
        for config in configs
        for line in wrong_targets(
            config,
            {path: classes for path, classes in session.classes.items() if session.configs.of_file(path) == config},
            paths,
            bool(request.exclude),
        )
    ]
    for line in wrong:
        complain(line)
    return 2 * bool(wrong)


def _show_settings(session: Session, paths: Sequence[str]) -> int:
    """Print the settings in force for each of the paths, those of a folder for its files."""
    from .shown_settings import described

    files = [os.path.join(path, "any.py") if os.path.isdir(path) else path for path in paths]
    write("\n".join(described(config) for config in checked_configurations(session.configs, files)))
    return 0


def _is_notebook(content: bytes) -> bool:
    """Whether a text without a name is a Jupyter notebook; hardly any other JSON is Python that uses torch."""
    if not content.lstrip().startswith(b"{") or b'"cells"' not in content:
        return False
    import json

    try:
        return isinstance(json.loads(content, parse_int=float).get("cells"), list)
    except (ValueError, RecursionError):
        return False


def _check_stdin(request: Request, session: Session) -> int:
    content = sys.stdin.buffer.read(LARGEST + 1)
    (name,) = request.targets
    if request.stdin_filename is None and _is_notebook(content):
        name += ".ipynb"
    if len(content) > LARGEST:
        raise Failure(f"{name}: larger than {LARGEST // 1_000_000} MB")
    if request.show_settings:
        return _show_settings(session, [name])
    checked_configurations(session.configs, [name])
    if request.fix or request.fix_only or request.diff:
        from .fixing import repair_stdin

        return repair_stdin(session, content, name, request)
    return present([session.check_content(content, name)], request, session.configs)
