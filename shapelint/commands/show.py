"""``shapelint show``: the shapes of a model, layer by layer."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ..render.style import Style, wants_color
from .completion_candidates import complete_target
from .inputs import ConfiguredInputs, parse_inputs
from .output import COLOR, Failure, complain, write

if TYPE_CHECKING:
    from ..shapes.written_inputs import Input
    from ..summary.model import InputsOf

__all__ = ["command"]


@click.command("show")
@click.argument("target", metavar="TARGET", shell_complete=complete_target)
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="INPUT",
    help="1x3x96x96, Bx3xHxW, tokens=2x7:int64, (2x7, 2x5), {image=1x3x8x8}, steps=4:int; repeat for several.",
)
@click.option(
    "--output-format",
    type=click.Choice(("table", "json", "markdown")),
    default="table",
    show_default=True,
    help="How to print the layers; markdown goes with --diff.",
)
@click.option("--tree", is_flag=True, help="Show the modules that hold others above their layers (table only).")
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="Fold layers deeper than N (table only).")
@click.option(
    "--columns",
    metavar="NAMES",
    help="Of path, layer, arguments, input, output, parameters, trainable, mult-adds, memory, receptive-field, line.",
)
@click.option("--sort", metavar="NAME", help="Sort by a column, the largest first (table only).")
@click.option("--diff", "revision", metavar="REV", help="Compare with the model at a git revision.")
@click.option("--html", metavar="FILE", help="Write a page with the model as a graph; it needs no network.")
@click.option("--svg", metavar="FILE", help="Write the graph as a picture; Graphviz lays it out.")
@click.option("--mermaid", metavar="FILE", help="Write the graph for Mermaid, which GitHub draws.")
@click.option("--dot", metavar="FILE", help="Write the graph for Graphviz.")
@COLOR
def command(
    target: str,
    inputs: tuple[str, ...],
    output_format: str,
    tree: bool,
    depth: int | None,
    columns: str | None,
    sort: str | None,
    revision: str | None,
    color: str,
    **drawn: str | None,
) -> int:
    """Print the shapes of a model, layer by layer, without running it.

    TARGET is a file or a folder (every module class in it), FILE::Class or FILE::"expression", such as
    models/vgg.py::"VGG('VGG16')". Without --input the inputs are those of pyproject.toml, or else symbolic.

    Exit codes: 0 shown, 1 the model refuses its input, 2 something could not be shown. With --diff: 0 the same, 1 not.
    """
    from ..interp.paths.targets import NoSuchTarget

    files = {kind: path for kind, path in drawn.items() if path is not None}
    given = parse_inputs(inputs) if inputs else ConfiguredInputs()
    names = _columns(columns, sort)
    if output_format == "markdown" and revision is None:
        raise Failure("--output-format markdown goes with --diff REV")
    if files and (revision is not None or output_format != "table"):
        other = "--diff" if revision is not None else f"--output-format {output_format}"
        raise Failure(f"--{next(iter(files))} draws the model and does not go with {other}")
    try:
        if files:
            return _draw(target, given, files)
        if revision is not None:
            return _compare(target, given, revision, output_format, color)
        from ..summary import show

        record = show(target, given, depth if output_format == "table" else None)
    except NoSuchTarget as error:
        raise Failure(str(error)) from None
    except RecursionError:
        raise Failure(f"{target}: nested too deeply") from None
    records = record.get("targets", [record])
    if not records:
        raise Failure(f"{target}: no module class in it")
    if output_format == "json":
        _write_json(record)
    else:
        from functools import partial

        from ..summary.table import render_table

        _print(records, color, partial(render_table, columns=names, sort=sort, tree=tree))
    failed = [f"{each['target']}: {each['error']}" for each in records if "error" in each]
    for line in failed:
        complain(line)
    if failed:
        return 2
    refused = [each["target"] for each in records if each["refused"] is not None]
    return int(any(map(given, refused)) if callable(given) else bool(refused))


def _compare(target: str, given: Sequence[Input] | InputsOf, revision: str, output_format: str, color: str) -> int:
    from ..summary import compare
    from ..summary.difference import differs, render_difference, render_markdown

    found = compare(target, given, revision)
    each = found.get("targets", [found])
    if output_format == "json":
        _write_json(found)
        return int(any(map(differs, each)))
    shown = [one for one in each if one is found or differs(one) or one["was"]]
    if output_format == "markdown":
        write("\n".join(map(render_markdown, shown)))
    else:
        _print(shown, color, render_difference)
    if not shown:
        write(f"no class of {target} changed since {revision}\n")
    return int(any(map(differs, each)))


def _draw(target: str, given: Sequence[Input] | InputsOf, files: Mapping[str, str]) -> int:
    """Write the graph of one target to each file, in the format that its option names."""
    from ..config import ConfigError
    from ..files import reason
    from ..replacing import replace_file
    from ..summary.drawing import draw

    if "::" not in target:
        raise Failure(f"{target}: a graph is of one model: name it as in {target}::Net")
    if len({os.path.realpath(path) for path in files.values()}) < len(files):
        raise Failure(f"{' and '.join(f'--{kind}' for kind in files)} cannot be the same file")
    try:
        drawn = draw(target, given, tuple(files))
    except ConfigError as error:
        raise Failure(str(error)) from None
    failed = list(drawn.missing.values())
    for kind, text in drawn.texts.items():
        if files[kind] == "-":
            write(text)
            continue
        try:
            replace_file(files[kind], text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            failed.append(f"{files[kind]}: cannot be written: {reason(error)}")
    for line in failed:
        complain(line)
    if failed:
        return 2
    return int(drawn.is_refused and bool(given(target) if callable(given) else given))


def _columns(columns: str | None, sort: str | None) -> tuple[str, ...]:
    from ..summary.table_columns import DEFAULT, NAMES

    names = DEFAULT if columns is None else tuple(name.strip() for name in columns.split(","))
    for name in (*names, *([] if sort is None else [sort])):
        if name not in NAMES:
            raise Failure(f"no column '{name}': there are {', '.join(NAMES)}")
    return names


def _write_json(record: Mapping[str, Any]) -> None:
    import json

    write(json.dumps(record, ensure_ascii=False) + "\n")


def _print(records: Iterable[Mapping[str, Any]], color: str, render: Callable[..., str]) -> None:
    """``render``: of a record, the style, the width of the terminal and what stands for what is cut."""
    style = Style(wants_color(color, sys.stdout))
    narrow = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit()
    width = shutil.get_terminal_size().columns if narrow else None
    ellipsis = "…" if (sys.stdout.encoding or "").lower().startswith("utf") else "..."
    write("\n".join(render(each, style, width, ellipsis) for each in records if "error" not in each))
