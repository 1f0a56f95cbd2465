"""``shapelint annotate``: shape comments, written and kept up to date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from ..config import Config, ConfigError, Configurations
from ..discovery import find_files
from ..files import read_file, reason
from ..fixes.file_diff import difference
from ..opening import open_text
from ..records import dataclass, replace
from ..replacing import replace_file
from ..session import Session, internal_error
from ..settings import Settings, with_inputs
from ..source.guard import SourceError
from .configured import checked_configurations, configured
from .fixing import OUTSIDE
from .inputs import inputs_of_classes
from .output import Failure, complain, write

if TYPE_CHECKING:
    from ..engine import Result
    from ..interp import Project

__all__ = ["command"]

_MENTION = b"torch"


class _Defect(Exception):
    """The linter itself failed on a file: one line."""


@dataclass(frozen=True, slots=True)
class _Annotated:
    """The bytes of a file before and after, and why there is no after."""

    before: bytes = b""
    after: bytes = b""
    error: str | None = None


@click.command("annotate")
# Click would end the run at the first path that cannot be read.
@click.argument("paths", nargs=-1, required=True, type=click.Path(readable=False), metavar="PATHS...")
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="CLASS=INPUT",
    help="NetD=1x3x96x96, NetD=tokens=2x7:int64: what the class is called with.",
)
@click.option(
    "--config",
    "config",
    multiple=True,
    metavar="FILE|'KEY = VALUE'",
    help="Use this configuration for all files; or set one of its keys, as often as you like.",
)
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if comments are missing or out of date.")
@click.option("--diff", is_flag=True, help="Show what would be written, change nothing; exit 1 if there is something.")
def command(paths: Sequence[str], inputs: Sequence[str], config: Sequence[str], check: bool, diff: bool) -> int:
    """Write a shape comment after each group of layers and on the statements of forward, and refresh stale ones.

    Comments are written as those of the file are, or '# state size. (64) x 48 x 48' where it has none. Sizes come from
    the comments that are there, from a call in the file, from --input or pyproject.toml, or stay symbolic. Comments that
    state no shape are left alone.

    Exit codes: 0 done or nothing to do, 1 out of date (with --check or --diff), 2 something could not be annotated.
    """
    given = inputs_of_classes(inputs)

    def adjust(config: Config) -> Config:
        return replace(config, settings=Settings(inputs=with_inputs(config.settings, given)), per_file_ignores=())

    configs = configured(config, adjust)
    session = Session(configs, use_cache=False)
    try:
        found = find_files(paths, configs.scope)
    except ConfigError as error:
        raise Failure(str(error)) from None
    checked_configurations(configs, found.files)
    wrong = [*_unknown(found.files, given), *_misfits(found.files, configs, given)]
    for line in wrong:
        complain(line)
    if wrong:
        return 2
    for path, why in found.failures:
        complain(f"{path}: {why}")
    failed, changed = bool(found.failures), 0
    for file in found.files:
        outcome = _annotated(session, file)
        if outcome.error is None and outcome.after != outcome.before:
            if file in found.outside - found.named:
                outcome = _Annotated(error=f"not annotated: {OUTSIDE}")
            else:
                outcome = _shown(file, outcome, diff) if check or diff else _written(file, outcome)
            changed += outcome.error is None
        if outcome.error is not None:
            failed = True
            complain(f"{file}: {outcome.error}")
    if changed and not diff:
        complain(f"{changed} file{'s' * (changed != 1)} {'out of date' if check else 'annotated'}")
    return 2 if failed else int(changed > 0 and (check or diff))


def _unknown(files: Sequence[str], given: Sequence[tuple[str, str]]) -> Iterator[str]:
    """A line for each class of the options that is written in none of the files: its inputs would be no use to anybody."""
    missing = {name for name, _ in given if name.isascii()}  # a notebook may write others as escapes
    for file in files:
        try:
            content = read_file(file)
        except OSError:
            return  # told when it is annotated
        missing = {name for name in missing if not re.search(rb"\b%b\b" % name.encode(), content)}
    if files:
        yield from (f"--input {name}: no class '{name}' in these files" for name in sorted(missing))


def _misfits(files: Sequence[str], configs: Configurations, given: Sequence[tuple[str, str]]) -> Iterator[str]:
    """A line for each class that does not take what the options or the configuration give it."""
    from .input_targets import misfit, told_of_class

    for file in files:
        config = configs.of_file(file)
        for name in config.settings.inputs_in(file):
            message = misfit(file, name, config.settings)
            if message is not None:
                yield (
                    f"--input {name}: {message}" if name in dict(given) else told_of_class(config, file, name, message)
                )


def _shown(file: str, outcome: _Annotated, diff: bool) -> _Annotated:
    write(difference(outcome.before, outcome.after, file) if diff else f"{file}: shape comments are out of date\n")
    return outcome


def _written(file: str, outcome: _Annotated) -> _Annotated:
    try:
        replace_file(file, outcome.after)
    except OSError as error:
        return _Annotated(error=f"cannot be written: {reason(error)}")
    return outcome


def _annotated(session: Session, file: str) -> _Annotated:
    try:
        content = read_file(file)
    except OSError as error:
        return _Annotated(error=reason(error))
    if _MENTION not in content:
        return _Annotated(content, content)
    try:
        encoded, notebook = open_text(content, file)
        if notebook is None:
            after = _annotated_text(
                encoded.text, file, session, session.project(file), lambda text: session.lint(text, file)
            )
            return _Annotated(content, content if after == encoded.text else encoded.encode(after, content))
        from ..notebook_modules import NotebookModules

        modules = NotebookModules(session, notebook, file)
        texts = [
            _annotated_text(excerpt.text, path, session, modules.project, partial(modules.lint, index))
            for index, (excerpt, path) in enumerate(zip(notebook.excerpts, modules.paths, strict=True))
        ]
        if texts == [excerpt.text for excerpt in notebook.excerpts]:
            return _Annotated(content, content)
        return _Annotated(content, encoded.encode(notebook.with_texts(texts), content))
    except SourceError as error:
        return _Annotated(error=f"{error.row}:{error.column}: {error.message}")
    except (_Defect, ValueError) as error:
        return _Annotated(error=f"not annotated: {error}")
    except RecursionError:
        return _Annotated(error="not annotated: nested too deeply")
    except Exception as error:  # noqa: BLE001  # the guard: a defect of ours must not stop the other files
        return _Annotated(error=internal_error(error))


def _annotated_text(
    text: str, path: str, session: Session, project: Project, lint: Callable[[str], tuple[Result | None, str | None]]
) -> str:
    """A module with its comments written; raises _Defect."""
    from ..annotate import annotate_text

    def checked(changed: str) -> Result:
        result, error = lint(changed)
        if result is None:
            raise _Defect(error)
        return result

    inputs = session.configs.of_file(path).settings.inputs_in(path)
    return annotate_text(text, path, project, checked, inputs)
