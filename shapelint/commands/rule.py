"""``shapelint rule``: the documentation of one rule, or the list of all."""

from __future__ import annotations

import click

from ..rules import registry
from .output import Failure, write

__all__ = ["command"]


@click.command("rule")
@click.argument("rule", required=False, metavar="[CODE|NAME]")
def command(rule: str | None) -> int:
    """Print what a rule finds, why that is bad, and how to mend it; without an argument, list all rules."""
    if rule is None:
        known = registry.rules().values()
        widest = max(len(each.name) for each in known)
        write("".join(f"{each.code}  {each.name:<{widest}}  {each.summary}\n" for each in known))
        return 0
    try:
        found = registry.find(rule)
    except registry.UnknownRule as error:
        raise Failure(str(error)) from None
    write(f"{found.name} ({found.code})\n\n{found.page}\n")
    return 0
