"""The options of ``shapelint check``, and what a command line asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from ..records import dataclass
from ..render import FORMATS
from .output import COLOR

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["Request", "listed", "with_options"]

# Whether paths can be read is for us to find out, one by one: click would end the run at the first that cannot.
_PATH = click.Path(readable=False)


def _complete_rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from .completion_candidates import complete_rules  # only a shell asks

    return complete_rules(ctx, param, incomplete)


def _environment(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    from ..environment import has_packages

    if value is not None and not has_packages(value):
        raise click.BadParameter(f"{value!r} is neither an interpreter nor a folder with its packages")
    return value


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("paths", nargs=-1, type=_PATH, metavar="[PATHS]..."),
    click.option("--output-format", type=click.Choice(FORMATS), metavar="FORMAT", envvar="SHAPELINT_OUTPUT_FORMAT",
                 show_envvar=True, help=f"How to print findings: {', '.join(FORMATS)}. [default: full]"),
    click.option("-o", "--output-file", type=_PATH, metavar="FILE", envvar="SHAPELINT_OUTPUT_FILE", show_envvar=True,
                 help="Write the findings to FILE."),
    click.option("--output", "outputs", multiple=True, metavar="FORMAT[:FILE]",
                 help="Another output of the same run, such as 'sarif:shapelint.sarif'; repeat for several."),
    click.option("--statistics", is_flag=True, help="Print how often each rule was broken instead of the findings."),
    COLOR,
    click.option("-q", "--quiet", is_flag=True, help="Print findings and errors, nothing else."),
    click.option("-v", "--verbose", is_flag=True, help="Also say which configuration is used and what was made of each file."),
    click.option("-e", "--exit-zero", is_flag=True, help="Exit with 0 although there are findings."),
    click.option("--exit-zero-on-warning", is_flag=True, help="Exit with 0 if all findings are warnings."),
    click.option("--select", multiple=True, metavar="RULES", shell_complete=_complete_rules,
                 help="Report only these rules: codes, names, beginnings of codes."),
    click.option("--ignore", multiple=True, metavar="RULES", shell_complete=_complete_rules, help="Do not report these rules."),
    click.option("--error", "errors", multiple=True, metavar="RULES", shell_complete=_complete_rules,
                 help="Findings of these rules are errors."),
    click.option("--warn", "warnings", multiple=True, metavar="RULES", shell_complete=_complete_rules,
                 help="Findings of these rules are warnings."),
    click.option("--ignore-noqa", is_flag=True, help="Report findings although comments say to ignore them."),
    click.option("--fix", is_flag=True, help="Repair what can be repaired safely: comments."),
    click.option("--fix-only", is_flag=True, help="As --fix, and report nothing that is left; exit 0."),
    click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 if something was repaired."),
    click.option("--unsafe-fixes", is_flag=True,
                 help="Count repairs of code, such as paddings, among those that --fix makes and --diff shows."),
    click.option("--diff", is_flag=True,
                 help="Show what would be repaired, change nothing; exit 1 if there is something."),
    click.option("--add-ignore", metavar="REASON",
                 help="Write '# shapelint: ignore[...] REASON' on the line of each finding."),
    click.option("--coverage", is_flag=True, help="Also print what was understood, and why the rest was not."),
    click.option("--exclude", multiple=True, metavar="PATTERN",
                 help="Leave out files and folders, as .gitignore writes them."),
    click.option("--force-exclude", is_flag=True, help="Exclude files even if they are named on the command line."),
    click.option("--respect-gitignore/--no-respect-gitignore", default=True, show_default=True,
                 help="Leave out what .gitignore files name."),
    click.option("--show-files", is_flag=True, help="List the files that would be looked at, and check nothing."),
    click.option("--show-settings", is_flag=True, help="Print the settings that are in force, and check nothing."),
    click.option("--config", multiple=True, type=_PATH, metavar="FILE|'KEY = VALUE'",
                 help="Use this configuration for all files; or set one of its keys, as often as you like."),
    click.option("--python", type=_PATH, metavar="PATH", callback=_environment,
                 help="The interpreter or environment whose packages the files import. [default: the active one, or .venv]"),
    click.option("--isolated", is_flag=True, help="Read no configuration and no cache."),
    click.option("-n", "--no-cache", is_flag=True, envvar="SHAPELINT_NO_CACHE", show_envvar=True,
                 help="Neither use nor write the cache."),
    click.option("--cache-dir", type=_PATH, metavar="FOLDER", envvar="SHAPELINT_CACHE_DIR", show_envvar=True,
                 help="Where the cache is. [default: .shapelint_cache beside the configuration]"),
    click.option("-j", "--jobs", type=click.IntRange(1), metavar="N", envvar="SHAPELINT_JOBS", show_envvar=True,
                 help="Share the files between N processes. [default: one for each processor, if there are more than a few files]"),
    click.option("--baseline", type=_PATH, metavar="FILE", help="Leave out the findings recorded in FILE."),
    click.option("--write-baseline", is_flag=True,
                 help="Record the findings of these files in the baseline instead of reporting them."
                      " [default file: shapelint-baseline.json beside the configuration]"),
    click.option("--update-baseline", is_flag=True, help="Remove what no longer occurs from the baseline."),
    click.option("--stdin-filename", type=_PATH, metavar="PATH", help="What to call the text read from '-'."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """The command line."""

    paths: tuple[str, ...]
    output_format: str | None
    output_file: str | None
    outputs: tuple[str, ...]
    statistics: bool
    color: str
    quiet: bool
    verbose: bool
    exit_zero: bool
    exit_zero_on_warning: bool
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    ignore_noqa: bool
    fix: bool
    fix_only: bool
    exit_non_zero_on_fix: bool
    unsafe_fixes: bool
    diff: bool
    add_ignore: str | None
    coverage: bool
    exclude: tuple[str, ...]
    force_exclude: bool
    respect_gitignore: bool
    show_files: bool
    show_settings: bool
    config: tuple[str, ...]
    python: str | None
    isolated: bool
    no_cache: bool
    cache_dir: str | None
    jobs: int | None
    baseline: str | None
    write_baseline: bool
    update_baseline: bool
    stdin_filename: str | None

    @property
    def targets(self) -> tuple[str, ...]:
        """The paths as messages name them: the current folder if there are none, a name for standard input."""
        return tuple(self.stdin_filename or "<stdin>" if path == "-" else path for path in self.paths) or (".",)


def with_options(function: Callable[..., int]) -> click.Command:
    """``function`` as the command ``check``."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return click.command("check")(function)


def listed(values: Sequence[str]) -> tuple[str, ...]:
    """``--select A,B --select C`` as (A, B, C)."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())
