"""The calls that a run made of functions with stated shapes, and the tensors that these shapes speak of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from ...interp.model.tape import Entered, Run, Statement
from ...records import dataclass
from ...shapes import Tensor
from ...shapes.value import Value
from ...source.parse import Source
from .stated import Stated, ValueRole

__all__ = ["ByFunction", "StatedCall", "argument_of", "stated_calls"]

ByFunction = Mapping["cst.FunctionDef | None", Sequence[Stated]]


@dataclass(frozen=True, slots=True, eq=False)
class StatedCall:
    """One call, with its stated shapes and their tensors in the order of execution.

    ``entered`` is None for the statements of a module.
    """

    entered: Entered | None
    pairs: tuple[tuple[Stated, Tensor], ...]

    @property
    def certain(self) -> bool:
        return self.entered is None or self.entered.certain


def stated_calls(run: Run, source: Source, stated: ByFunction) -> Iterator[StatedCall]:
    """The calls on the tape of ``run`` of the functions in ``stated``."""
    spaces: dict[int, list[Statement]] = {}
    for statement in run.tape.statements:
        if statement.function in stated:
            spaces.setdefault(id(statement.space), []).append(statement)
    for entered in run.tape.entered:
        node = entered.site.node
        said = stated.get(node) if isinstance(node, cst.FunctionDef) else None
        if said:
            statements = spaces.get(id(entered.names), [])
            yield StatedCall(
                entered, (*_given(said, entered), *_assigned(said, statements), *_returned(said, entered, statements))
            )
    if stated.get(None):
        here = [s for s in run.tape.statements if s.function is None and s.site.source is source]
        pairs = tuple(_assigned(stated[None], here))
        if pairs:
            yield StatedCall(None, pairs)


def _given(said: Sequence[Stated], entered: Entered) -> Iterator[tuple[Stated, Tensor]]:
    for one in said:
        name = argument_of(one, entered) if one.role is ValueRole.ARGUMENT else None
        if name is not None:
            yield one, entered.tensor(name)


def argument_of(stated: Stated, entered: Entered) -> str | None:
    """The parameter that a stated shape speaks of, if a tensor was passed for it; without a name, the only tensor."""
    tensors = [name for name, value in entered.arguments.items() if isinstance(value, Tensor)]
    if stated.name is None:
        return tensors[0] if len(tensors) == 1 else None
    return stated.name if stated.name in tensors else None


def _assigned(said: Sequence[Stated], statements: Sequence[Statement]) -> Iterator[tuple[Stated, Tensor]]:
    for one in said:
        ran = [s for s in statements if s.site.node is one.node] if one.role is ValueRole.ASSIGNED else []
        value = _part(ran[0].value, one.index) if len(ran) == 1 else None
        if isinstance(value, Tensor):
            yield one, value


def _returned(
    said: Sequence[Stated], entered: Entered, statements: Sequence[Statement]
) -> Iterator[tuple[Stated, Tensor]]:
    """What is returned; of several values, those whose names in the docstring are those in the ``return`` statement."""
    results = [one for one in said if one.role is ValueRole.RETURNED]
    prose = [one for one in results if not one.exact]
    for one in results:
        if one.exact or (isinstance(entered.output, Tensor) and len(prose) == 1):
            value = _part(entered.output, one.index)
        else:
            value = _part(entered.output, _place(one.name, statements))
        if isinstance(value, Tensor):
            yield one, value


def _part(value: Value, index: int | None) -> Value:
    """``value``, or what it has at ``index``; None if it has nothing there."""
    if index is None:
        return value
    return value[index] if isinstance(value, tuple) and 0 <= index < len(value) else None


def _place(name: str | None, statements: Sequence[Statement]) -> int:
    """The index of ``name`` in the tuple of the only return statement; -1 if it has none."""
    returns = [s.site.node for s in statements if isinstance(s.site.node, cst.Return)]
    match returns:
        case [cst.Return(value=cst.Tuple(elements=elements))] if name is not None:
            names = [element.value.value if isinstance(element.value, cst.Name) else None for element in elements]
            return names.index(name) if names.count(name) == 1 else -1
        case _:
            return -1
