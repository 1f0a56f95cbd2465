"""The message about a broken statement of a signature or docstring, and the edit that makes it true."""

from __future__ import annotations

from ...diagnostic import Edit, Fix, Label
from ...shapes import Dim, Symbol, substitute, symbols_of
from ...shapes.dim import of_atom
from ..binding.solution import Solution
from ..blame.chain import chain_to
from ..signatures.axis_verdicts import Axis
from ..signatures.contracts import Breach
from ..signatures.stated import ValueRole
from .messages import shape_text
from .rewrite import exchanged
from .trace import trace_lines

__all__ = ["breach_fix", "breach_label", "breach_text", "breach_trace"]


def breach_text(breach: Breach) -> str:
    """``(b, 64, h, w) annotated, but (b, 128, h, w) computed``."""
    texts = [text.text for text in breach.stated.pattern.dims]
    stated = f"({', '.join(texts)}{',' * (len(texts) == 1)})"
    axes = breach.comparison.axes
    if axes is None or any(axis.text.many for axis in axes if axis.verdict is False):
        return f"{stated} annotated, but {breach.comparison.shape} computed"
    exact = breach.stated.exact
    false = {
        axis.text.start: axis.computed
        for axis in axes
        if axis.verdict is False or (exact and axis.stated not in (None, axis.computed))
    }
    shown = [str(false.get(text.start, text.text)) for text in breach.stated.pattern.dims]
    return f"{stated} annotated, but ({', '.join(shown)}{',' * (len(shown) == 1)}) computed"


def breach_label(breach: Breach) -> tuple[Label, ...]:
    """The layer that needs another size of an argument."""
    if breach.needs is None:
        return ()
    site, shape = breach.needs.constructor or breach.needs.site, breach.comparison.shape
    if site.source is not breach.run.source:
        return ()
    try:
        taken = shape_text(list(shape.dims)) if shape.lead is None else str(shape)
        return (Label(site.source.span(site.node), f"this takes {taken}"),)
    except KeyError:
        return ()


def breach_trace(breach: Breach) -> tuple[str, ...]:
    """The chain of shapes that leads to the value, or, of an argument, the layer that needs another size."""
    agreement, run = breach.comparison, breach.run
    solution = Solution(breach.sizes.assumed)
    if breach.stated.role is ValueRole.ARGUMENT and breach.needs is not None:
        return trace_lines(run, [breach.needs], solution)
    return trace_lines(run, chain_to(run, agreement.tensor, frozenset()), solution)


def breach_fix(breach: Breach) -> Fix | None:
    """The numbers rewritten; None where a name is wrong, or the rank."""
    axes = breach.comparison.axes
    names: dict[Symbol, Dim] = {
        symbol: of_atom(Symbol(name.name))
        for name, size in breach.sizes.names.items()
        for symbol in symbols_of(size)
        if size == of_atom(symbol)
    }
    edits = [_edit(breach, axis, names) for axis in axes or () if axis.verdict is False]
    if not edits or None in edits:
        return None
    kept = tuple(edit for edit in edits if edit is not None)
    return Fix("safe", f"the size here is `{', '.join(edit.content for edit in kept)}`", kept)


def _edit(breach: Breach, axis: Axis, names: dict[Symbol, Dim]) -> Edit | None:
    text = axis.text
    size = substitute(axis.computed, names)
    head, equals, tail = text.text.rpartition("=")
    changed = str(size) if tail.isdigit() and isinstance(size, int) else exchanged(tail, size)
    if changed is None or (not isinstance(size, int) and text.text.isidentifier()):
        return None
    return Edit(breach.stated.quote.span(text.start, text.end), f"{head}{equals}{changed}")
