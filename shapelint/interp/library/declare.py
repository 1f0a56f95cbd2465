"""How the meaning of a name outside the linted project is declared: functions, methods, classes and constants of libraries.

    @models("itertools.repeat", "object, times=None")
    def repeat(at: Invocation, object: Value, times: Value) -> Value: ...

    means("math.pi", math.pi)

    @method(PARSER, "add_argument", "self, *flags, **options")
    def add_argument(at: Invocation, self: Instance, flags: tuple[Value, ...], options: dict[str, Value]) -> Value: ...

Where a declaration has to stand to be found is said in ``shelves.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from ...layers.signature import signature
from ...records import dataclass
from ...shapes import Reject, Unknown, Value
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance
from ..model.frame import Frame
from ..model.functions import Builtin
from ..objects.iteration import iterate
from ..objects.operators import operate
from .call_binding import bind

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["ANYTHING", "MEANINGS", "Invocation", "means", "method", "modelled", "models"]

Model: TypeAlias = Callable[..., Value]
_Model = TypeVar("_Model", bound=Model)

MEANINGS: dict[str, Value] = {}
"""What full dotted names mean, of the libraries that were asked for so far."""

ANYTHING = "*args, **kwargs"
"""The signature of a function whose arguments do not matter."""


@dataclass(frozen=True, slots=True, eq=False)
class Invocation:
    """One call of a modelled function: by which machine, and where in the linted code (None: by the interpreter itself)."""

    machine: Machine
    node: cst.CSTNode | None
    frame: Frame

    def call(self, function: Value, /, *args: Value, **kwargs: Value) -> Value:
        """``function(*args, **kwargs)``; a gap may be among ``args``, or under ``"**"``."""
        return call(self.machine, function, args, kwargs, self.node, self.frame)

    def iterate(self, value: Value) -> list[Value]:
        """The elements of ``value``; a ``Gap`` stands for an unknown number of them."""
        return iterate(self.machine, value, self.node, self.frame)

    def operate(self, operator: str, left: Value, right: Value) -> Value:
        """``left + right`` for ``"Add"``: operators are called as libcst calls them."""
        if type(left) is not int or type(right) is not int:
            self.machine.burn()
        return operate(self.machine, operator, left, right, self.node, self.frame)

    def unknown(self, reason: str) -> Unknown:
        """A value of which nothing is known; ``--coverage`` counts the reason at this place."""
        return self.machine.unknown(reason, self.node, self.frame)

    def update(self, instance: Instance, attributes: Mapping[str, Value]) -> None:
        """Set attributes of ``instance``, so that they can be taken back where a condition is unknown."""
        self.machine.heap.touch(instance.attributes)
        instance.attributes.update(attributes)


def models(
    names: str, parameters: str, *, aliases: Mapping[str, str] | None = None, members: Mapping[str, Value] | None = None
) -> Callable[[_Model], _Model]:
    """Declares what a call of the functions ``names`` does (full dotted names, separated by spaces).

    ``parameters``: their signature as Python writes it.  The function below receives an :class:`Invocation` and its arguments
    under the same names, ``*rest`` as a tuple and ``**options`` as a dict.  A default of ``...`` tells whether an argument was
    given at all:

        @models("builtins.getattr", "object, name, default=...")
        def get(at: Invocation, object: Value, name: Value, default: Value) -> Value:
            ...
            if default is ...:
                raise Thrown("AttributeError")
            return default

    It returns the value of the call, or raises ``Thrown`` with the name of what the call certainly raises.  A call that does not
    fit the signature never reaches it, and its value is unknown.  ``aliases``: other names of parameters, as versions differ.
    ``members``: attributes of the function itself (``chain.from_iterable``).
    """

    def declare(function: _Model) -> _Model:
        for dotted in names.split():
            name = dotted.rpartition(".")[2]
            MEANINGS[dotted] = modelled(name, parameters, function, aliases=aliases, members=members)
        return function

    return declare


def means(names: str, value: Value) -> None:
    """Declares what names stand for that are not functions: ``means("math.pi", math.pi)``, a ``Class``."""
    MEANINGS.update(dict.fromkeys(names.split(), value))


def method(cls: Class, names: str, parameters: str) -> Callable[[_Model], _Model]:
    """Declares the methods ``names`` of a modelled class; ``self``, the first of ``parameters``, is an ``Instance``."""

    def declare(function: _Model) -> _Model:
        cls.names.update({name: modelled(name, parameters, function) for name in names.split()})
        return function

    return declare


def modelled(
    name: str,
    parameters: str,
    function: Model,
    *,
    aliases: Mapping[str, str] | None = None,
    members: Mapping[str, Value] | None = None,
) -> Builtin:
    """The value that ``function`` is the model of, for what has no full name: what a decorator returns."""
    renamed = aliases or {}

    def invoke(
        machine: Machine,
        args: Sequence[Value],
        kwargs: Mapping[str, Value],
        node: cst.CSTNode | None,
        frame: Frame,
    ) -> Value:
        declared = signature(parameters)  # parsed at the first call: most of what a library declares is never called
        try:
            bound = bind(declared, args, {renamed.get(key, key): value for key, value in kwargs.items()})
        except Reject:
            return machine.unknown(f"'{name}' with these arguments is not followed", node, frame)
        if declared.positional[:1] == ("self",) and not isinstance(bound["self"], Instance):
            return machine.unknown(f"'{name}' with these arguments is not followed", node, frame)
        return function(Invocation(machine, node, frame), **bound)

    return Builtin(name, invoke, members or {})
