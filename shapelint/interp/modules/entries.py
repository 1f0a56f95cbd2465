"""What is in a container, in order and by name; and how something gets into a module."""

from __future__ import annotations

from ...shapes import Parameter, Tensor, Unknown, Value
from ..machine.machine import Machine
from ..model.classes import Class, Container, Instance
from ..model.module_tree import MODULE, children, is_module
from ..model.values import Choice, Gap

__all__ = ["as_entry", "entries_of", "is_uncertain", "named_entries", "names_of", "register", "torch_container"]

_NAMELESS = "?"
"""What begins the names of elements whose own are unknown; no name of Python begins so."""


def named_entries(module: Instance) -> dict[str, Value]:
    """The elements of a container under their names (``"0"``, ``"1"``, ... in a list); the children of another module."""
    kind = module.cls.container
    if kind is not None and kind.holds_parameters:
        return {name: value for name, value in module.attributes.items() if isinstance(value, (Tensor, Gap))}
    found = dict(children(module))
    if kind is not Container.MODULE_LIST:
        return found
    # children() of a ModuleList pass over an element that is None, its indices do not.
    return {
        name: value for name, value in module.attributes.items() if name in found or (value is None and name.isdigit())
    }


def names_of(module: Instance) -> list[Value]:
    """The names of the elements of a container in order; a :class:`Gap` where it is not known which they are."""
    return [Gap("an unknown name") if name.startswith(_NAMELESS) else name for name in named_entries(module)]


def entries_of(module: Instance) -> list[Value]:
    """The elements of a container in order."""
    return list(named_entries(module).values())


def is_uncertain(entry: Value) -> bool:
    """Whether it is unknown how many modules this entry stands for."""
    return isinstance(entry, Gap) or (isinstance(entry, Choice) and None in entry.options)


def torch_container(module: Instance) -> Class:
    """The container class of torch.nn that the class of ``module`` is or derives from; ``nn.Module`` if there is none."""
    return next((cls for cls in module.cls.mro if cls.node is None and cls.container is not None), MODULE)


def as_entry(value: Value) -> Value:
    """A value as an element of a container: what is not a module that is known (a transform of torchvision) may be several."""
    if isinstance(value, Unknown):
        return Gap(value.reason)
    if isinstance(value, Instance) and not is_module(value) and value.cls.unknown_base is not None:
        return Gap(f"a '{value.cls.unknown_base}' is not followed as a module")
    return value


def register(machine: Machine, module: Instance, name: Value, value: Value) -> None:
    """Make ``value`` the submodule, buffer or parameter ``name`` of ``module``."""
    machine.heap.touch(module.attributes)
    # Under an unknown name it counts among the children all the same.
    key = name if isinstance(name, str) else f"{_NAMELESS}{len(module.attributes)}"
    if is_module(value) and not is_module(module.attributes.get(key)):
        # torch lists a submodule where it was first assigned as one, not where the name was first used.
        module.attributes.pop(key, None)
    kind = module.cls.container
    if kind is not None and kind.holds_parameters and isinstance(value, Tensor) and not isinstance(value, Parameter):
        value = Parameter(machine.tape.resolve(value.shape), value.dtype, value.elements)
    module.attributes[key] = value
