"""``shapelint verify``: the shapes that torch computes, compared with ours."""

from __future__ import annotations

import math

import click

from .completion_candidates import complete_target
from .inputs import ConfiguredInputs, parse_inputs
from .output import Failure, complain, write

__all__ = ["command"]


@click.command("verify")
@click.argument("target", metavar="TARGET", shell_complete=complete_target)
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="INPUT",
    help="1x3x96x96, tokens=2x7:int64, (2x7, 2x5), {image=1x3x8x8}, steps=4:int; repeat for several.",
)
@click.option("--timeout", type=float, default=300, show_default=True, help="Seconds to wait for torch.")
@click.option("--memory", type=float, default=8, show_default=True, help="Gigabytes the run may take besides torch.")
def command(target: str, inputs: tuple[str, ...], timeout: float, memory: float) -> int:
    """Run a module with torch and compare every layer with what `show` says.

    What is small runs on the CPU, what is large on the meta device, which accepts some of what the CPU refuses.

    TARGET is FILE, FILE::Class or FILE::"expression", as for show. Without --input the inputs are those of pyproject.toml.
    Unlike all other commands this one EXECUTES the code of the file: do not point it at code you do not trust. It needs
    torch (the extra 'torch').

    Exit codes: 0 they agree (unknown is no difference), 1 they differ (also if only one refuses the
    input), 2 torch cannot run the target.
    """
    from ..verify.verification import NOTICE, Cannot, verify

    for option, value in (("--timeout", timeout), ("--memory", memory)):
        if not 0 < value < math.inf:  # not a number is neither
            raise Failure(f"{option} {value:g} is not a positive number")
    parse_inputs(inputs)  # which tells what is wrong with one
    given = inputs or ConfiguredInputs()
    complain(NOTICE)
    try:
        found = verify(target, given, timeout, memory)
    except Cannot as error:
        raise Failure(str(error)) from None
    code = 0
    for verdict in found:
        match verdict:
            case Cannot():
                complain(str(verdict))
                code = 2
            case _:
                write("".join(f"{line}\n" for line in verdict.lines()))
                code = max(code, int(verdict.differs))
    return code
