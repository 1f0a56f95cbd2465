"""``shapelint rule``: the documentation of one rule, or the list of all."""

from __future__ import annotations

import click

from ..rules import registry
from .completion_candidates import complete_rules
from .output import Failure, write

__all__ = ["command"]


@click.command("rule")
@click.argument("rule", required=False, metavar="[CODE|NAME|BEGINNING]", shell_complete=complete_rules)
def command(rule: str | None) -> int:
    """Print what a rule finds, why that is bad, and how to mend it; without an argument, list all rules.

    The beginning of a code, such as SHP2, lists the rules whose codes begin so.
    """
    try:
        codes = registry.selected((rule,) if rule else (), ())
    except registry.UnknownRule as error:
        raise Failure(str(error)) from None
    found = [each for code, each in registry.rules().items() if code in codes]
    if len(found) > 1:
        widest = max(len(each.name) for each in found)
        write("".join(f"{each.code}  {each.name:<{widest}}  {each.summary}\n" for each in found))
    for each in found if len(found) == 1 else ():
        write(f"{each.name} ({each.code})\n\n{each.page}\n")
    return 0
