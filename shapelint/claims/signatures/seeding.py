"""A module run on inputs of the shapes that its ``forward`` is said to take.

This is done twice: first with every dimension free, so that the code shows what it needs (the run at hand will do if it
shows the stated ranks); then, if that contradicts nothing, with the stated numbers and with one size for each name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from ...interp.model.tape import Entered, Override, Run
from ...shapes import Dim, Shape, Symbol, Tensor, fresh, substitute, symbols_of
from ..comments.noted_names import NOTE, noted
from ..comments.remark import DimText, ShapePattern
from .stated import Stated, ValueRole
from .stated_calls import argument_of

__all__ = ["forward_of", "is_moved", "seeded"]

_SIDES = frozenset({"H", "W", "h", "w", "height", "width"})
_REASON = "an input of the stated shape"


def forward_of(run: Run) -> cst.FunctionDef | None:
    """The ``forward`` that a run of a module calls, or the function that is run by itself."""
    if run.module is None or not isinstance(run.node, cst.ClassDef):
        return run.node if isinstance(run.node, cst.FunctionDef) and not run.concrete else None
    found = run.module.cls.entry
    node = getattr(found[1], "node", None) if found is not None else None
    return node if isinstance(node, cst.FunctionDef) else None


def seeded(run: Run, said: Sequence[Stated]) -> Run:
    """``run`` repeated on inputs of the stated shapes; ``run`` itself if none are stated or the code refuses such inputs."""
    forward = forward_of(run)
    root = _root(run, forward)
    wanted = {} if root is None else _wanted(root, said)
    if not wanted or root is None or not _says_more(root, run, wanted):
        return run
    free = {name: _free(one.pattern) for name, one in wanted.items()}
    first = run if _has_ranks(root, run, free) else _on(run, free, wanted)
    entered = None if first is None else _root(first, forward)
    if first is None or entered is None:
        return run
    names: dict[Symbol, Dim] = {}
    shapes: dict[str, Shape | None] = {}
    for name, one in wanted.items():
        known = first.tape.resolve(entered.tensor(name).shape)
        if not one.exact and known.lead is None and is_moved(list(zip(one.pattern.dims, known.dims, strict=False))):
            return run
        shapes[name] = _fixed(one.pattern, known, names)
        if shapes[name] is None and known.lead is None:
            return first  # the code needs another size than the one that is stated
    return _on(run, shapes, wanted) or first


def is_moved(dims: Sequence[tuple[DimText, Dim]]) -> bool:
    """Whether a docstring has another layout: the code fixes what it calls height or width, but not what it gives a number."""
    fixed = any(text.text in _SIDES and isinstance(size, int) for text, size in dims)
    return fixed and any(isinstance(text.dim, int) and not isinstance(size, int) for text, size in dims)


def _root(run: Run, forward: cst.FunctionDef | None) -> Entered | None:
    """The call of ``forward`` with the inputs of the run."""
    inputs = {id(value) for value in run.inputs if isinstance(value, Tensor)}
    for entered in run.tape.entered:
        if entered.site.node is forward and any(id(value) in inputs for value in entered.arguments.values()):
            return entered
    return None


def _wanted(root: Entered, said: Sequence[Stated]) -> dict[str, Stated]:
    """What is stated of the inputs, by parameter; an annotation says more than a docstring."""
    found: dict[str, Stated] = {}
    for one in sorted(said, key=lambda one: not one.exact):
        name = argument_of(one, root) if one.role is ValueRole.ARGUMENT and not one.path and not one.others else None
        if name is not None and not any(text.many for text in one.pattern.dims[1:]):
            found.setdefault(name, one)
    return found


def _says_more(root: Entered, run: Run, wanted: Mapping[str, Stated]) -> bool:
    """Whether something is stated that the code does not fix; letters in a docstring say no more than a known rank."""
    for name, one in wanted.items():
        shape = run.tape.resolve(root.tensor(name).shape)
        numbers = any(isinstance(text.dim, int) for text in one.pattern.dims)
        if one.exact or shape.lead is not None or (numbers and not shape.is_concrete):
            return True
    return False


def _has_ranks(root: Entered, run: Run, wanted: Mapping[str, Shape]) -> bool:
    """Whether the code by itself has shown that the inputs have these ranks."""
    return all(
        run.tape.resolve(root.tensor(name).shape).rank == shape.rank is not None for name, shape in wanted.items()
    )


def _on(run: Run, shapes: Mapping[str, Shape | None], wanted: Mapping[str, Stated]) -> Run | None:
    """The run on these inputs; None if the code refuses what it took before, or does not come to its end."""
    inputs = {name: (shape, wanted[name].dtype) for name, shape in shapes.items() if shape is not None}
    other = run.replay(Override(inputs=inputs))
    before = {call.site.node for call in run.tape.calls if call.reject is not None}
    refused = any(call.reject is not None and call.site.node not in before for call in other.tape.calls)
    return None if refused or (other.ended is not None and run.ended is None) else other


def _free(pattern: ShapePattern) -> Shape:
    """The stated rank with unknown sizes."""
    texts = [text for text in pattern.dims if not text.many]
    lead = _REASON if len(texts) < len(pattern.dims) else None
    return Shape(tuple(map(_fresh, texts)), lead)


def _fresh(text: DimText) -> Dim:
    return fresh(text.text if text.text.isidentifier() else "D", reason=_REASON)


def _fixed(pattern: ShapePattern, known: Shape, names: dict[Symbol, Dim]) -> Shape | None:
    """The stated sizes where the code has not fixed them; None if it has fixed one to another size."""
    texts = [text for text in pattern.dims if not text.many]
    dims: list[Dim] = []
    # Fewer are known where the code has changed the tensor in place meanwhile.
    missing = max(0, len(texts) - len(known.dims))
    sizes = (*map(_fresh, texts[:missing]), *known.dims[max(0, len(known.dims) - len(texts)) :])
    for text, size in zip(texts, sizes, strict=True):
        stated = size if text.dim is None else substitute(noted(text.dim), names)
        unknown = {name for name in symbols_of(stated) if name.uid == NOTE}
        if unknown and not isinstance(stated, int):
            name = stated.as_symbol
            stated = size if name is None or isinstance(size, int) else _fresh(text)
            if name is not None:
                names[name] = stated
        if isinstance(stated, int) and isinstance(size, int) and stated != size:
            return None
        dims.append(size if isinstance(size, int) else stated)
    return Shape(tuple(dims), known.lead)
