"""How a broken statement of a signature or docstring is told, and the edit that makes it true."""

from __future__ import annotations

from ...diagnostic import Edit, Fix, Label
from ...shapes import Dim, Symbol, substitute, symbols_of
from ...shapes.dim import of_atom
from ...source.parse import Source
from ..binding.solution import Solution
from ..blame.chain import chain_to
from ..signatures.contracts import Breach
from ..signatures.stated import ValueRole
from ..signatures.unify import Axis
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
    told = [str(false.get(text.start, text.text)) for text in breach.stated.pattern.dims]
    return f"{stated} annotated, but ({', '.join(told)}{',' * (len(told) == 1)}) computed"


def breach_label(breach: Breach, source: Source) -> tuple[Label, ...]:
    """The layer that needs another size of an argument."""
    module = None if breach.needs is None else breach.needs.module
    if breach.needs is None:
        return ()
    site = module.built if module is not None and module.built is not None else breach.needs.site
    if site.source is not source:
        return ()
    try:
        return (Label(source.span(site.node), f"this takes {_shape(breach)}"),)
    except KeyError:
        return ()


def _shape(breach: Breach) -> str:
    return (
        shape_text(list(breach.comparison.shape.dims))
        if breach.comparison.shape.lead is None
        else str(breach.comparison.shape)
    )


def breach_trace(breach: Breach, source: Source) -> tuple[str, ...]:
    """The chain of shapes that leads to the value, or from the argument into the layer that needs it so."""
    comparison, run = breach.comparison, breach.run
    solution = Solution(breach.sizes.assumed)
    if breach.stated.role is ValueRole.ARGUMENT and breach.needs is not None:
        return trace_lines(run, source, [breach.needs], solution)
    return trace_lines(run, source, chain_to(run, comparison.tensor, frozenset()), solution)


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
