"""``shapelint weights``: does a checkpoint fit a model?"""

from __future__ import annotations

import os
import shutil
import sys

import click

from ..render.style import Style, wants_color
from .completion_candidates import complete_target
from .output import COLOR, Failure, complain, write

__all__ = ["command"]

_CODES = {"fits": 0, "differs": 1, "unknown": 2}


@click.command("weights")
@click.argument("target", metavar="TARGET", shell_complete=complete_target)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--strict/--no-strict",
    default=True,
    show_default=True,
    help="As in load_state_dict: whether missing and unexpected names are errors.",
)
@click.option("--key", metavar="KEY", help="Where the state_dict is in the file, as in ema.state_dict.")
@click.option("--as-is", is_flag=True, help="Take no prefix such as 'module.' off the names of the file.")
@click.option(
    "--output-format",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="How to print the comparison.",
)
@COLOR
def command(
    target: str, files: tuple[str, ...], strict: bool, key: str | None, as_is: bool, output_format: str, color: str
) -> int:
    """Say whether checkpoints fit a model, without loading them and without running it.

    TARGET is FILE::Class or FILE::"expression", such as models/vgg.py::"VGG('VGG16')". A FILE is a safetensors file, the
    index.json of several, or what torch.save wrote. Names and shapes are read, never the weights; pickles are decoded
    without executing anything in them.

    Exit codes: 0 they fit, 1 one does not, 2 something cannot be told (a bad file, an unknown target).
    """
    from ..interp.paths.targets import NoSuchTarget
    from ..weights import BadFile, judge, open_target

    try:
        model = open_target(target)
    except NoSuchTarget as error:
        raise Failure(str(error)) from None
    except RecursionError:
        raise Failure(f"{target}: nested too deeply") from None
    records, code = [], 0
    for path in files:
        try:
            records.append(judge(model, path, strict=strict, key=key, as_is=as_is))
        except BadFile as error:
            complain(str(error))
            code = 2
    code = max([code, *(_CODES[record["verdict"]] for record in records)])
    if output_format == "json":
        import json

        write(json.dumps({"version": 1, "checkpoints": records}, ensure_ascii=False) + "\n")
    elif records:
        from ..weights.entry_table import render_table

        style = Style(wants_color(color, sys.stdout))
        narrow = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit()
        width = shutil.get_terminal_size().columns if narrow else None
        ellipsis = "…" if (sys.stdout.encoding or "").lower().startswith("utf") else "..."
        write("\n".join(render_table(each, style, width, ellipsis) for each in records))
    return code
