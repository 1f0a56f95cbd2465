"""The command line: finds the command, runs it, turns what went wrong into one line and an exit code.

Each command is a file in ``commands/``, imported when it is the one that was called.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from .files import reason
from .source.depth import room_for_depth
from .version import __version__

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["COMMANDS", "main", "run"]

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "check": "Check files and folders (the default command).",
        "show": "Print the shapes of a model, layer by layer.",
        "weights": "Compare a checkpoint with a model, without loading either.",
        "rule": "Explain a rule, or list all rules.",
        "annotate": "Write shape comments into models.",
        "verify": "Run a model on torch's meta device and compare.",
        "server": "Serve an editor: findings and shapes beside the code.",
        "mcp": "Serve a program that writes code, by the Model Context Protocol.",
        "completion": "Print a script with which a shell completes all this.",
    }
)
_OWN_OPTIONS = frozenset({"--version", "-V", "--help", "-h"})
_FAILURE = 2
_COMPLETION = "_SHAPELINT_COMPLETE"
"""Where click looks for what a shell's script asks."""


class _Commands(click.Group):
    """Imports a command's file when the command is asked for; any other word is a path to check."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"{__package__}.commands.{cmd_name}").command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and ctx.resilient_parsing:  # the first word is being completed
            return super().parse_args(ctx, args)
        if not args or (args[0] not in COMMANDS and args[0] not in _OWN_OPTIONS):
            if args and not ctx.resilient_parsing:
                _refuse_misspelt(args[0])
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The first word: a command, or what ``check`` takes."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            check = self.get_command(ctx, "check")
            own = click.Command.shell_complete(self, ctx, incomplete)
            return own if check is None else [*own, *check.shell_complete(ctx, incomplete)]
        found = [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]
        return [*found, CompletionItem(incomplete, type="file")]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _refuse_misspelt(word: str) -> None:
    """Raise UsageError for what is neither an option nor a path, and looks like a command."""
    if not word.isalpha() or os.path.lexists(word):
        return
    from difflib import get_close_matches  # only for a mistake

    for command in get_close_matches(word, COMMANDS, 1):
        raise click.UsageError(f"no such command or file {word!r}; did you mean {command!r}?")


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def main() -> None:
    """A static shape linter for PyTorch. `shapelint models/netd.py` is `shapelint check models/netd.py`."""


def run(args: Sequence[str]) -> int:
    """Run a command line and return the exit code: 0 nothing found, 1 findings, 2 the tool could not do its job."""
    try:
        if _COMPLETION in os.environ:
            from .commands import completion

            assert completion.SHELLS  # imported, so that click knows of them
        with room_for_depth():
            code = main.main(list(args), prog_name="shapelint", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return _FAILURE
    except (click.Abort, KeyboardInterrupt):
        click.echo("shapelint: interrupted", err=True)
        return 130
    except BrokenPipeError:
        # The reader of our output has seen enough (`| head`).  Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            return _defect(error)
        click.echo(f"shapelint: the output cannot be written: {reason(error)}", err=True)
        return _FAILURE
    except Exception as error:  # noqa: BLE001  # the exit code of a defect is 2, and 1 is what Python would make of it
        return _defect(error)


def _defect(error: Exception) -> int:
    from .session import internal_error

    click.echo(f"shapelint: {internal_error(error)}", err=True)
    return _FAILURE
