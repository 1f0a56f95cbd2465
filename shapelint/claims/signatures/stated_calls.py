"""The calls that a run made of functions with stated shapes, and the tensors that these shapes speak of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from ...interp.model.tape import Entered, Run, Statement
from ...records import dataclass
from ...shapes import Tensor
from ...shapes.value import Value
from ...source.parse import Source
from .stated import Every, Stated, Step, ValueRole

__all__ = ["ByFunction", "StatedCall", "argument_of", "stated_calls", "tensors_at"]

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
            given = _unchanged(_given(said, entered), run, entered.before_call)
            returned = _unchanged(_returned(said, entered, statements), run, entered.after_call)
            yield StatedCall(entered, (*given, *_assigned(said, statements), *returned))
    if stated.get(None):
        here = [s for s in run.tape.statements if s.function is None and s.site.source is source]
        pairs = tuple(_assigned(stated[None], here))
        if pairs:
            yield StatedCall(None, pairs)


def _unchanged(pairs: Iterator[tuple[Stated, Tensor]], run: Run, count: int) -> Iterator[tuple[Stated, Tensor]]:
    """Without the elements of lists that hold what was only made after ``count`` calls: a list can grow after it is passed."""
    kept = list(pairs)
    if any(one.path for one, _ in kept):
        later = {id(part) for call in run.tape.calls[count:] for part in (call.output, *_elements(call.output))}
        grown = {one for one, tensor in kept if one.path and id(tensor) in later}
        kept = [(one, tensor) for one, tensor in kept if one not in grown]
    return iter(kept)


def _elements(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()


def _given(said: Sequence[Stated], entered: Entered) -> Iterator[tuple[Stated, Tensor]]:
    for one in said:
        if one.role is not ValueRole.ARGUMENT:
            continue
        if one.path:
            value = None if one.name is None else entered.arguments.get(one.name)
            yield from ((one, tensor) for tensor in tensors_at(value, one.path))
            continue
        name = argument_of(one, entered)
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
        if len(ran) == 1:
            yield from ((one, tensor) for tensor in tensors_at(ran[0].value, one.path))


def _returned(
    said: Sequence[Stated], entered: Entered, statements: Sequence[Statement]
) -> Iterator[tuple[Stated, Tensor]]:
    """What is returned; of several values, those whose names in the docstring are those in the ``return`` statement."""
    results = [one for one in said if one.role is ValueRole.RETURNED]
    prose = [one for one in results if not one.exact]
    for one in results:
        if one.exact or (isinstance(entered.output, Tensor) and len(prose) == 1):
            path = one.path
        else:
            path = (_place(one.name, statements),)
        yield from ((one, tensor) for tensor in tensors_at(entered.output, path))


def tensors_at(value: Value, path: Sequence[Step]) -> Iterator[Tensor]:
    """The tensors that ``value`` has at the end of ``path``; ``value`` itself if there is nowhere to go."""
    if not path:
        if isinstance(value, Tensor):
            yield value
        return
    step, rest = path[0], path[1:]
    match value, step:
        case tuple(), int() if 0 <= step < len(value):
            yield from tensors_at(value[step], rest)
        case ((tuple() | list()), Every.ELEMENT):
            for element in value:
                yield from tensors_at(element, rest)
        case dict(), Every.VALUE:
            for element in value.values():
                yield from tensors_at(element, rest)


def _place(name: str | None, statements: Sequence[Statement]) -> int:
    """The index of ``name`` in the tuple of the only return statement; -1 if it has none."""
    returns = [s.site.node for s in statements if isinstance(s.site.node, cst.Return)]
    match returns:
        case [cst.Return(value=cst.Tuple(elements=elements))] if name is not None:
            names = [element.value.value if isinstance(element.value, cst.Name) else None for element in elements]
            return names.index(name) if names.count(name) == 1 else -1
        case _:
            return -1
