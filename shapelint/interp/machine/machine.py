"""The state of one execution, and the dispatch of nodes to what they mean.

Expressions and statements are functions in the tables :data:`EXPRESSIONS` and :data:`STATEMENTS`, by node type; the
files that define them register themselves with :func:`expression` and :func:`statement`; what calling a value does is in
:data:`CALLS` by the type of the value.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import libcst as cst

from ...records import dataclass
from ...shapes import Expr, Tensor, Unknown, sign
from ...source.parse import Source
from ..model.frame import Frame
from ..model.module_tree import children
from ..model.site import Site
from ..model.tape import Override, Tape
from ..model.values import Builtin, Choice, Class, External, Instance, Module, Ratio, Thrown
from .heap import Heap, join

__all__ = [
    "BREAK",
    "CALLS",
    "CONTINUE",
    "ELEMENTS",
    "HOLDS",
    "ITEMS",
    "Flow",
    "Machine",
    "Names",
    "OutOfFuel",
    "Return",
    "call",
    "called",
    "expression",
    "iterated",
    "statement",
    "subscripted",
]


class Names(Protocol):
    """What a path asks of the files around it; :class:`~shapelint.interp.imports.Project` has it."""

    blueprints: dict[Any, Any]
    outcomes: dict[Any, Any]

    def look_up(self, machine: Machine, name: str, node: cst.CSTNode, frame: Frame) -> Any: ...
    def name_in(self, machine: Machine, module: Module, name: str) -> Any: ...
    def force_all(self, machine: Machine, registry: Any, *, only_held: bool = False) -> bool: ...
    def builtin(self, name: str) -> Any: ...
    def external(self, dotted: str) -> Any: ...
    def star_names(self, dotted: str) -> Mapping[str, Any]: ...
    def find(self, importer: Source, level: int, dotted: str) -> Module | None: ...


class OutOfFuel(Exception):
    """The budget of this path is used up, or it is nested too deeply."""


class _Jump(enum.Enum):
    BREAK = "break"
    CONTINUE = "continue"


BREAK, CONTINUE = _Jump.BREAK, _Jump.CONTINUE


@dataclass(frozen=True, slots=True, eq=False)
class Return:
    """A function body ended with this value."""

    value: Any


Flow: TypeAlias = "Return | _Jump | None"
"""How a statement ended: None if it fell through."""

EXPRESSIONS: dict[type[cst.CSTNode], Callable[[Machine, Any, Frame], Any]] = {}
STATEMENTS: dict[type[cst.CSTNode], Callable[[Machine, Any, Frame], Flow]] = {}
CALLS: dict[type, Callable[..., Any]] = {}
"""What calling a value of a type does: ``(machine, function, args, kwargs, node, frame)``."""

ELEMENTS: dict[type, Callable[[Machine, Any], list[Any] | None]] = {}
"""What iterating over a value of a type gives, None where that is unknown."""
HOLDS: dict[type, Callable[[Machine, Any, Any], bool | None]] = {}
"""``element in holder`` by the type of the holder: ``(machine, holder, element)``."""
ITEMS: dict[type, Callable[[Machine, Any, Any, Any, Frame], Any]] = {}
"""``holder[key]`` by the type of the holder: ``(machine, holder, key, node, frame)``."""

_MOST_NESTED = 90
_HOSTS = frozenset({bool, int, float, complex, str, bytes, list, tuple, dict, set, range, type(None)})


def expression(*kinds: type[cst.CSTNode]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register what expressions of these node types evaluate to."""

    def register(meaning: Callable[..., Any]) -> Callable[..., Any]:
        EXPRESSIONS.update(dict.fromkeys(kinds, meaning))
        return meaning

    return register


def statement(*kinds: type[cst.CSTNode]) -> Callable[[Callable[..., Flow]], Callable[..., Flow]]:
    """Register what statements of these node types do."""

    def register(meaning: Callable[..., Flow]) -> Callable[..., Flow]:
        STATEMENTS.update(dict.fromkeys(kinds, meaning))
        return meaning

    return register


def called(*kinds: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register what calling values of these types does."""

    def register(meaning: Callable[..., Any]) -> Callable[..., Any]:
        CALLS.update(dict.fromkeys(kinds, meaning))
        return meaning

    return register


def iterated(*kinds: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register what iterating over values of these types gives."""

    def register(meaning: Callable[..., Any]) -> Callable[..., Any]:
        ELEMENTS.update(dict.fromkeys(kinds, meaning))
        return meaning

    return register


def subscripted(*kinds: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register what ``holder[key]`` is for holders of these types."""

    def register(meaning: Callable[..., Any]) -> Callable[..., Any]:
        ITEMS.update(dict.fromkeys(kinds, meaning))
        return meaning

    return register


class _Activation:
    """A frame that is active for the time of a ``with``; made once a call, hence no generator."""

    __slots__ = ("_frame", "_machine")

    def __init__(self, machine: Machine, frame: Frame) -> None:
        self._machine, self._frame = machine, frame

    def __enter__(self) -> None:
        if len(self._machine.frames) >= _MOST_NESTED:
            raise OutOfFuel("calls are nested too deeply")
        self._machine.frames.append(self._frame)

    def __exit__(self, *error: object) -> None:
        self._machine.frames.pop()


class _Doubt:
    """A time in which nothing is certain."""

    __slots__ = ("_machine",)

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def __enter__(self) -> None:
        self._machine.doubt += 1

    def __exit__(self, *error: object) -> None:
        self._machine.doubt -= 1


class Machine:
    """Executes one path.  ``fuel`` is counted in statements and calls.

    ``doubt``: how many unknown conditions and ``try`` statements the path is inside of; ``guarded``: how many of the latter.
    ``training``: the mode of a module that was told neither ``train()`` nor ``eval()``.  ``drawn``: how often a data set
    was gone through.
    """

    def __init__(self, project: Names, fuel: int, override: Override | None = None, *, training: bool = False) -> None:
        self.project = project
        self.fuel = fuel
        self.training = training
        self.override = override or Override()
        self.tape = Tape()
        self.heap = Heap()
        self.doubt = 0
        self.guarded = 0
        self.drawn = 0
        self.parents: list[int] = []
        self.assumed: dict[Any, bool] = {}
        self.frames: list[Frame] = []
        self.calling: list[cst.CSTNode] = []
        self.sequentials: list[Instance] = []
        self._comparisons: dict[Any, Unknown] = {}

    # -- execution ----------------------------------------------------------------------------------------------

    def evaluate(self, node: cst.CSTNode, frame: Frame) -> Any:
        """The value of an expression."""
        meaning = EXPRESSIONS.get(type(node))
        if meaning is None:
            return self.unknown(f"{type(node).__name__} is not followed", node, frame)
        return meaning(self, node, frame)

    def execute(self, node: cst.CSTNode, frame: Frame) -> Flow:
        """Execute one statement."""
        self.fuel -= 1
        if self.fuel < 0:
            self.burn(0)
        meaning = STATEMENTS.get(type(node))
        return None if meaning is None else meaning(self, node, frame)

    def burn(self, amount: int = 1) -> None:
        """Use fuel; raises :class:`OutOfFuel` when there is none."""
        self.fuel -= amount
        if self.fuel < 0:
            raise OutOfFuel("the file asks for more work than one path may take")

    def activation(self, frame: Frame) -> _Activation:
        """Count the nesting of calls while ``frame`` is active."""
        return _Activation(self, frame)

    def doubted(self) -> _Doubt:
        """What happens inside may not happen, or is expected to fail: no proof rests on it."""
        return _Doubt(self)

    def unknown(self, reason: str, node: cst.CSTNode | None, frame: Frame) -> Unknown:
        """A value nothing is known of; the reason is noted with its place."""
        site = None if node is None else Site(frame.module.source, node)
        self.tape.unknowns.append((site, reason))
        return Unknown(reason)

    # -- conditions ---------------------------------------------------------------------------------------------

    def truth(self, value: Any) -> bool | None:
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
                return bool(value.elements) if isinstance(value.elements, (bool, int, float)) else None
            case Choice():
                truths = {self.truth(option) for option in value.options}
                return truths.pop() if len(truths) == 1 else self.assumed.get(value)
            case Instance() if (found := value.cls.find("__bool__")) and isinstance(found[1], Builtin):
                return self.truth(found[1].call(self, (value,), {}, None, None))
            case Instance() if value.cls.find("__len__"):
                return bool(children(value)) if value.items is None else bool(value.items)
            case Instance() | Class() | External():
                return True
            case Ratio():
                return True
            case list() | tuple() | dict():  # of a kind of its own
                return bool(value)
            case _:
                return True

    def comparison(self, key: Any) -> Unknown:
        """The unknown outcome of a comparison: one object for one question, so that it is answered the same way."""
        if key not in self._comparisons:
            self._comparisons[key] = Unknown("a condition on unknown values")
        return self._comparisons[key]

    def fork(
        self, condition: Any, arms: Sequence[tuple[bool | None, Callable[[], Any]]], repeated: bool = False
    ) -> list[Any]:
        """Follow every arm of an unknown condition, join their effects, and return the results of those that live.

        An arm is (what ``condition`` is assumed to be in it, what to do).  An arm that raises is a dead path; if all
        do, so does this.  ``repeated``: one arm is a round of a loop of which the number of rounds is unknown.
        """
        results: list[Any] = []
        states = []
        made: list[tuple[int, int, bool]] = []
        thrown: Thrown | None = None
        key = condition if isinstance(condition, (Unknown, Expr, Choice)) else None
        for assumed, action in arms:
            self.heap.begin()
            if key is not None and assumed is not None:
                self.assumed[key] = assumed
            lived, first = True, len(self.tape.calls)
            try:
                with self.doubted():
                    results.append(action())
            except Thrown as error:
                thrown, lived = error, False
            finally:
                state = self.heap.take_back()
                if key is not None:
                    self.assumed.pop(key, None)
            made.append((first, len(self.tape.calls), lived))
            if lived:
                states.append(state)
        if any(end > begin for begin, end, _ in made):
            self.tape.forks.append(tuple(made))
        if not states:
            raise thrown or Thrown("RuntimeError")
        self.heap.merge(states, repeated)
        return results

    def choose(self, condition: Any, yes: Callable[[], Any], no: Callable[[], Any]) -> Any:
        """The value of a conditional expression."""
        known = self.truth(condition)
        if known is not None:
            return yes() if known else no()
        return join(self.fork(condition, [(True, yes), (False, no)]))

    # -- names --------------------------------------------------------------------------------------------------

    def bind(self, names: dict[str, Any], name: str, value: Any) -> None:
        """``name = value`` in a namespace."""
        self.heap.touch(names)
        names[name] = value


def call(
    machine: Machine,
    function: Any,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    node: cst.CSTNode | None,
    frame: Frame,
) -> Any:
    """``function(*args, **kwargs)``."""
    machine.burn()
    meaning = CALLS.get(type(function))
    if meaning is None:
        return machine.unknown("a call of an unknown value", node, frame)
    return meaning(machine, function, args, kwargs, node, frame)
