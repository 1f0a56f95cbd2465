"""The state of one execution: evaluates expressions, executes statements, and follows unknown conditions both ways.

The interpreter runs libcst trees directly.  What a node means is a function in :data:`EXPRESSIONS` or
:data:`STATEMENTS`; the files that define these functions register them (``tables.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

import libcst as cst

from ...shapes import Dim, Expr, Symbol, Tensor, Unknown, Value, births, sign, symbol, symbols_of
from ..model.classes import Instance
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.module_tree import children
from ..model.site import Site
from ..model.tape import Override, Tape
from ..model.values import Choice, Thrown
from .flow import Flow, OutOfFuel
from .heap import Heap, Journal, ranks_in
from .resolver import Resolver
from .value_join import join

__all__ = ["EXPRESSIONS", "STATEMENTS", "Machine"]

_Evaluate: TypeAlias = "Callable[[Machine, Any, Frame], Value]"
_Execute: TypeAlias = "Callable[[Machine, Any, Frame], Flow]"

# Here and not with the other tables, since the machine itself dispatches by them.
EXPRESSIONS: dict[type, _Evaluate] = {}
"""What an expression evaluates to, by the type of its node."""
STATEMENTS: dict[type, _Execute] = {}
"""What a statement does, by the type of its node."""

_Condition: TypeAlias = "Unknown | Expr | Choice"
_Result = TypeVar("_Result")

_MOST_NESTED = 90
_STRETCH = 200
"""Statements and calls between two questions whether the work is still wanted: some milliseconds."""
_HOSTS = frozenset({bool, int, float, complex, str, bytes, list, tuple, dict, set, range, type(None)})


class Machine:
    """Executes one path.

    ``project``: the files around.  ``fuel``: how many statements and calls it may still execute.  ``training``: the
    mode of a module on which neither ``train()`` nor ``eval()`` was called; True for scripts, as in torch, since some
    models return more then.  ``override``: what a replay changes.  ``noted``: where its changes are, if not among those of runs.

    ``tape``: what was seen.  ``heap``: what lets arms be undone.  ``doubt``: how many unknown conditions and ``try``
    statements the path is inside of; ``guarded``: how many of the latter.  ``drawn``: how often a data set was gone
    through.  ``parents``: the entries of the tape whose ``forward`` is being executed, innermost last.  ``assumed``: the
    outcomes of unknown conditions in the arms that are being followed.  ``frames``: the active frames, innermost last.
    ``calling``: the call expressions that are being evaluated.  ``sequentials``: every ``nn.Sequential`` made so far.
    ``asked``: the key of each comparison with an unknown outcome, by that outcome.
    """

    def __init__(
        self,
        project: Resolver[Machine],
        fuel: int,
        override: Override | None = None,
        *,
        training: bool = False,
        noted: dict[int, object] | None = None,
    ) -> None:
        self.project = project
        self.fuel = fuel
        self._stop_at = 0
        self.training = training
        self.override = override or Override()
        self.tape = Tape()
        self.heap = Heap(noted if noted is not None or project.announced is None else project.announced.by_runs)
        self.doubt = 0
        self.guarded = 0
        self.drawn = 0
        self.parents: list[int] = []
        self.assumed: dict[_Condition, bool] = {}
        self.frames: list[Frame] = []
        self.calling: list[cst.CSTNode] = []
        self.sequentials: list[Instance] = []
        self.asked: dict[Unknown, Hashable] = {}
        self._comparisons: dict[Hashable, Unknown] = {}

    # -- execution ----------------------------------------------------------------------------------------------

    def evaluate(self, node: cst.CSTNode, frame: Frame) -> Value:
        """The value of an expression."""
        meaning = EXPRESSIONS.get(type(node))
        if meaning is None:
            return self.unknown(f"{type(node).__name__} is not followed", node, frame)
        return meaning(self, node, frame)

    def execute(self, node: cst.CSTNode, frame: Frame) -> Flow:
        """Execute one statement."""
        self.fuel -= 1  # as ``burn`` does, without a call for each statement
        if self.fuel < self._stop_at:
            self.burn(0)
        meaning = STATEMENTS.get(type(node))
        try:
            return None if meaning is None else meaning(self, node, frame)
        except Thrown as error:
            if error.site is None:  # the innermost statement says where it was raised
                error.site = Site(frame.module.source, node)
            raise

    def burn(self, amount: int = 1) -> None:
        """Use fuel; raises :class:`OutOfFuel` when there is none.

        Every statement and call burns, and every operator that is worked out anew, so every path ends, ``while True`` and
        endless recursion included.
        """
        self.fuel -= amount
        if self.fuel < self._stop_at:
            if self.fuel < 0:
                raise OutOfFuel("the file asks for more work than one path may take")
            self.heed()

    def heed(self) -> None:
        """Ask whether the work is still wanted, now and after every few statements; what is raised then ends the path.

        Only paths that leave nothing half done may be ended so: not the top level of an imported file, which is kept.
        """
        self.project.pulse()
        self._stop_at = max(0, self.fuel - _STRETCH)

    def activation(self, frame: Frame) -> _Activation:
        """Count the nesting of calls while ``frame`` is active."""
        return _Activation(self.frames, frame)

    @contextmanager
    def doubted(self) -> Iterator[None]:
        """What happens inside may not happen, or is expected to fail: no proof rests on it."""
        self.doubt += 1
        try:
            yield
        finally:
            self.doubt -= 1

    def unknown(self, reason: str, node: cst.CSTNode | None, frame: Frame) -> Unknown:
        """A value nothing is known of; the reason is noted with its place."""
        site = None if node is None else Site(frame.module.source, node)
        self.tape.unknowns.append((site, reason))
        return Unknown(reason)

    def bind(self, names: dict[str, Value], name: str, value: Value) -> None:
        """``name = value`` in a namespace."""
        self.heap.touch(names)
        names[name] = value

    def named_size(self, name: str) -> Dim:
        """The size that a name without a value in the code stands for: a symbol, unless the user says which."""
        size = self.project.sizes.get(name)
        return symbol(name) if size is None else size

    # -- conditions ---------------------------------------------------------------------------------------------

    def truth(self, value: Value) -> bool | None:
        """``bool(value)``, or None if it depends."""
        if type(value) in _HOSTS:
            return bool(value)
        match value:
            case Unknown():
                return self.assumed.get(value)
            case Expr():
                if value.as_symbol is not None and not value.as_symbol.uid:
                    # A parameter without default may as well be a flag, a list or None.
                    return self.assumed.get(value)
                known = sign(value)
                return None if known is None else known != 0
            case Tensor():
                return None if value.shape.dims or isinstance(value.elements, Expr | None) else bool(value.elements)
            case Choice():
                truths = {self.truth(option) for option in value.options}
                return truths.pop() if len(truths) == 1 else self.assumed.get(value)
            case Instance():
                return self._truth_of_instance(value)
            case list() | tuple() | dict():  # of a subclass, or _HOSTS would have it
                return bool(value)
            case _:  # classes, functions and whatever else does not say otherwise
                return True

    def _truth_of_instance(self, value: Instance) -> bool | None:
        if (found := value.cls.find("__bool__")) and isinstance(found[1], Builtin):
            return self.truth(found[1].call(self, (value,), {}, None, self.frames[-1]))
        found = value.cls.find("__len__")
        if found is not None and isinstance(found[1], Builtin) and value.cls.container is None:
            return self.truth(found[1].call(self, (value,), {}, None, self.frames[-1]))
        return bool(children(value)) if found else True

    def comparison(self, key: Hashable) -> Unknown:
        """The unknown outcome of a comparison: one object for one question, so that it is answered the same way.

        ``key``: what is compared and how.  An arm that assumes the outcome assumes it for every later question too.
        """
        if key not in self._comparisons:
            self._comparisons[key] = answer = Unknown("a condition on unknown values")
            self.asked[answer] = key
        return self._comparisons[key]

    def fork(
        self, condition: Value, arms: Sequence[tuple[bool | None, Callable[[], _Result]]], repeated: bool = False
    ) -> list[_Result]:
        """Follow every arm of an unknown condition, join their effects, and return the results of those that live.

        An arm is (what ``condition`` is assumed to be in it, what to do).  An arm that raises is a dead path; if all
        do, so does this.  ``repeated``: one arm is a round of a loop of which the number of rounds is unknown.
        """
        results: list[_Result] = []
        states = []
        made: list[tuple[int, int, bool]] = []
        thrown: Thrown | None = None
        before, newest = self.tape.bindings, births()
        learnt: list[dict[Symbol, Dim]] = []
        key = condition if isinstance(condition, (Unknown, Expr, Choice)) else None
        for assumed, action in arms:
            self.heap.begin()
            if key is not None and assumed is not None:
                self.assumed[key] = assumed
            lived, first = True, len(self.tape.calls)
            try:
                with self.doubted():  # the program may not take this arm, so nothing in it is a proof
                    results.append(action())
            except Thrown as error:
                thrown, lived = error, False
            finally:
                state = self.heap.take_back()
                bindings = self.tape.bindings
                self.tape.know(before)
                if key is not None:
                    self.assumed.pop(key, None)
            made.append((first, len(self.tape.calls), lived))
            if lived:
                states.append(state)
                learnt.append(bindings)
        if any(end > begin for begin, end, _ in made):
            self.tape.forks.append(tuple(made))
        if not states:
            raise thrown or Thrown("RuntimeError")
        self.tape.know(_learnt_by_all(before, learnt, newest, states))
        self.burn(self.heap.merge(states, repeated) >> 6)  # next to nothing, unless a long list differs
        return results

    def choose(self, condition: Value, yes: Callable[[], Value], no: Callable[[], Value]) -> Value:
        """The value of a conditional expression."""
        known = self.truth(condition)
        if known is not None:
            return yes() if known else no()
        return join(self.fork(condition, [(True, yes), (False, no)]))


def _learnt_by_all(
    before: dict[Symbol, Dim], learnt: Sequence[dict[Symbol, Dim]], newest: int, states: Sequence[Journal]
) -> dict[Symbol, Dim]:
    """What is known of sizes after arms that have learnt this: what all have, and what one has of a size that is its own.

    A layer that only one arm calls says nothing of the input where the other is taken.  ``newest``: those that arms made are
    newer, but those of tensors from before, as far as ``states`` have given them a rank.
    """
    if all(bindings is before for bindings in learnt):
        return before
    sizes = {name for state in states for shape in ranks_in(state) for dim in shape.dims for name in symbols_of(dim)}
    joined = dict(before)
    for bindings in learnt:
        for name, value in bindings.items():
            if (name.uid > newest and name not in sizes) or all(
                name in other and other[name] == value for other in learnt
            ):
                joined[name] = value
    return joined


class _Activation:
    """A frame that is active for the time of a ``with``; there is one for each call, and a generator would be slower."""

    __slots__ = ("_frame", "_frames")

    def __init__(self, frames: list[Frame], frame: Frame) -> None:
        self._frames, self._frame = frames, frame

    def __enter__(self) -> None:
        if len(self._frames) >= _MOST_NESTED:
            raise OutOfFuel("calls are nested too deeply")
        self._frames.append(self._frame)

    def __exit__(self, *error: object) -> None:
        self._frames.pop()
