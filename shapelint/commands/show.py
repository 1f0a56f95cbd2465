"""``shapelint show``: the shapes of a model, layer by layer."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import click

from ..render.style import Style, wants_color
from .completion_candidates import complete_target
from .inputs import parse_input
from .output import Failure, complain, write

__all__ = ["command"]


@click.command("show")
@click.argument("target", metavar="TARGET", shell_complete=complete_target)
@click.option("--input", "inputs", multiple=True, metavar="SHAPE", help="1x3x96x96 or 1,3,96,96; repeat for several.")
@click.option(
    "--output-format",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="How to print the layers.",
)
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="Fold layers deeper than N (table only).")
@click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    show_default=True,
    help="Outranks NO_COLOR and FORCE_COLOR.",
)
def command(target: str, inputs: tuple[str, ...], output_format: str, depth: int | None, color: str) -> int:
    """Print the shapes of a model, layer by layer, without running it.

    TARGET is FILE (every module class in it), FILE::Class or FILE::"expression", such as models/vgg.py::"VGG('VGG16')".
    Without --input the shapes are symbolic.

    Exit codes: 0 shown, 2 something could not be shown.
    """
    sizes = [parse_input(text, "show") for text in inputs]
    from ..summary import NoSuchTarget, show

    try:
        record = show(target, sizes, depth if output_format == "table" else None)
    except NoSuchTarget as error:
        raise Failure(str(error)) from None
    except RecursionError:
        raise Failure(f"{target}: nested too deeply") from None
    records = record.get("targets", [record])
    if not records:
        raise Failure(f"{target}: no module class in it")
    if output_format == "json":
        import json

        write(json.dumps(record, ensure_ascii=False) + "\n")
    else:
        _print(records, color)
    refused = [f"{each['target']}: {each['error']}" for each in records if "error" in each]
    for line in refused:
        complain(line)
    return 2 if refused else 0


def _print(records: Iterable[Mapping[str, Any]], color: str) -> None:
    from ..summary.table import render_table

    style = Style(wants_color(color, sys.stdout))
    narrow = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit()
    width = shutil.get_terminal_size().columns if narrow else None
    ellipsis = "…" if (sys.stdout.encoding or "").lower().startswith("utf") else "..."
    write("\n".join(render_table(each, style, width, ellipsis) for each in records if "error" not in each))
