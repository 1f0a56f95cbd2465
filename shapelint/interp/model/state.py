"""Every parameter and buffer of a module, as torch names and orders them: a ``state_dict`` of shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...layers.declare import parameters_of
from ...layers.transformer import MOST_LAYERS, Stacked
from ...records import dataclass
from ...shapes import Parameter, Tensor, Unknown, Value
from .called_attributes import perhaps_modules
from .classes import Instance
from .copies import copied_instance
from .module_tree import children, is_module

__all__ = ["BUFFERS", "Entry", "State", "Unfollowed", "buffers_of", "first_parameter", "parameters_in", "state_of"]

BUFFERS = "_registered_buffers"
"""Where an instance keeps the names given to ``register_buffer``, each with its ``persistent`` (None: not known)."""

_COPIED = {"TransformerEncoder": "encoder_layer", "TransformerDecoder": "decoder_layer"}
_CUSTOM = {"encoder": "custom_encoder", "decoder": "custom_decoder"}


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One parameter or buffer under one name.

    ``holder``: the module that has it under the attribute ``attribute`` (of a composite layer: ``out_proj.weight``).
    ``first``: the first name of the same tensor, which is ``name`` unless it is tied.  ``persistent``: whether it is in
    the ``state_dict``; None where that is not known.
    """

    name: str
    tensor: Tensor
    holder: Instance
    attribute: str
    first: str
    persistent: bool | None = True

    @property
    def is_parameter(self) -> bool:
        return isinstance(self.tensor, Parameter)

    @property
    def is_tied(self) -> bool:
        """Whether an entry before it is the same tensor: ``named_parameters()`` leaves it out, ``state_dict()`` does not."""
        return self.name != self.first


@dataclass(frozen=True, slots=True, eq=False)
class Unfollowed:
    """A module, or what may be one, whose names are not known: they begin with ``prefix``."""

    prefix: str
    reason: str
    is_module: bool


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """``entries`` in the order of ``state_dict()``, and the places of which it is not known what they hold."""

    entries: tuple[Entry, ...]
    unfollowed: tuple[Unfollowed, ...]

    @property
    def parameters(self) -> list[Entry]:
        """As ``named_parameters()``: tied ones once."""
        return [entry for entry in self.entries if entry.is_parameter and not entry.is_tied]

    @property
    def buffers(self) -> list[Entry]:
        """As ``named_buffers()``, those that no ``state_dict`` holds included."""
        return [entry for entry in self.entries if not entry.is_parameter and not entry.is_tied]

    @property
    def saved(self) -> list[Entry]:
        """As ``state_dict()``: tied ones under each name, buffers that are not persistent left out."""
        return [entry for entry in self.entries if entry.persistent is not False]


def state_of(module: Instance) -> State:
    """The parameters and buffers of ``module`` and of all modules inside it."""
    found = list(_walk(module, "", {}, frozenset()))
    return State(
        tuple(each for each in found if isinstance(each, Entry)),
        tuple(each for each in found if isinstance(each, Unfollowed)),
    )


def first_parameter(module: Instance) -> Entry | None:
    """``next(module.named_parameters())``, without a look at the others; None where that is not known."""
    for each in _walk(module, "", {}, frozenset()):
        if isinstance(each, Unfollowed):
            return None
        if each.is_parameter:
            return each
    return None


def parameters_in(module: Instance) -> list[Parameter]:
    """The parameters of ``module``, tied ones once: ``module.parameters()``."""
    return [entry.tensor for entry in state_of(module).parameters if isinstance(entry.tensor, Parameter)]


def buffers_of(module: Instance) -> Mapping[str, bool | None]:
    """The names that were given to ``register_buffer`` of ``module``, each with its ``persistent``."""
    found = module.attributes.get(BUFFERS)
    return found if isinstance(found, dict) else {}


def _walk(
    module: Instance, prefix: str, names: dict[Tensor, str], around: frozenset[Instance]
) -> Iterator[Entry | Unfollowed]:
    """``names``: the first name of each tensor so far.  ``around``: the modules that hold this one."""
    if module in around:
        return  # a module that holds one which holds it: torch cannot save it either
    around |= {module}
    inner = _children(module)
    if (reason := _reason(module)) is not None:
        yield Unfollowed(prefix, reason, True)
    held = _held(module, {name.partition(".")[0] for name in inner})
    for attribute, tensor, persistent in held:
        if "." not in attribute:
            yield _entry(module, prefix, attribute, tensor, persistent, names)
    dotted = [(attribute, tensor) for attribute, tensor, _ in held if "." in attribute]
    for attribute, tensor in _in_order(dotted):
        yield _entry(module, prefix, attribute, tensor, True, names)
    for name, child in inner.items():
        if is_module(child):
            yield from _walk(child, f"{prefix}{name}.", names, around)
        else:
            yield Unfollowed(f"{prefix}{name}.", getattr(child, "reason", "one of several modules"), True)
    yield from _unknown(module, prefix, inner)


def _entry(
    module: Instance, prefix: str, attribute: str, tensor: Tensor, persistent: bool | None, names: dict[Tensor, str]
) -> Entry:
    name = f"{prefix}{attribute}"
    return Entry(name, tensor, module, attribute, names.setdefault(tensor, name), persistent)


def _unknown(module: Instance, prefix: str, inner: Mapping[str, Value]) -> Iterator[Unfollowed]:
    """Attributes of which nothing is known: parameters of a layer, and what may be a module or not."""
    layer = module.cls.catalogued is not None and not module.cls.catalogued.is_container
    called = perhaps_modules(module)
    own = parameters_of(module.attributes)
    for name, value in module.attributes.items():
        wanted = name in own or not layer
        if isinstance(value, Unknown) and wanted and not any(child.startswith(f"{name}.") for child in inner):
            yield Unfollowed(f"{prefix}{name}", value.reason, name in own or name in called)


def _held(module: Instance, replaced: set[str]) -> list[tuple[str, Tensor, bool | None]]:
    """What the module itself holds, parameters before buffers: attribute, tensor, whether it is saved.

    ``replaced``: the submodules of a composite layer in whose place the program has put others.
    """
    attributes, layer = module.attributes, module.cls.catalogued
    registered: dict[str, bool | None] = {} if layer is None else dict.fromkeys(layer.buffers, True)
    registered.update(buffers_of(module))
    found: list[tuple[str, Tensor, bool | None]] = []
    for name in dict.fromkeys((*parameters_of(attributes), *attributes)):
        value = attributes.get(name)
        inside, dot, _ = name.partition(".")
        if isinstance(value, Parameter) and name not in registered and not (dot and inside in replaced):
            found.append((name, value, True))
    for name, persistent in registered.items():
        value = attributes.get(name)
        if isinstance(value, Tensor):
            found.append((name, value, persistent))
    return found


def _in_order(entries: Sequence[tuple[str, Tensor]]) -> Iterator[tuple[str, Tensor]]:
    """Dotted names in torch's order: what a module holds itself, then what its children hold, child by child."""
    yield from (entry for entry in entries if entry[0].count(".") == 0)
    inside: dict[str, list[tuple[str, Tensor]]] = {}
    for name, tensor in entries:
        head, dot, rest = name.partition(".")
        if dot:
            inside.setdefault(head, []).append((rest, tensor))
    for head, rest_of in inside.items():
        yield from ((f"{head}.{name}", tensor) for name, tensor in _in_order(rest_of))


def _children(module: Instance) -> dict[str, Value]:
    """The submodules by name; those of a stack of copies of a module that the program defines are that module."""
    found = dict(children(module))
    layer = module.cls.catalogued
    if layer is None or layer.is_container:
        return found
    signature = layer.signature
    arguments = (*signature.positional, *signature.keyword_only)
    inner = {name: child for name, child in found.items() if name not in arguments}
    given, count = module.attributes.get(_COPIED.get(layer.name, "")), module.attributes.get("num_layers")
    custom = given.module if isinstance(given, Stacked) and not given.attributes else None
    if is_module(custom) and isinstance(count, int) and count <= MOST_LAYERS:
        inner |= {f"layers.{index}": copied_instance(custom, deep=True) for index in range(count)}
    if layer.name == "Transformer":
        inner |= {name: found[argument] for name, argument in _CUSTOM.items() if argument in found}
    return inner


def _reason(module: Instance) -> str | None:
    """Why it is not known what the module holds; None where it is."""
    cls = module.cls
    if cls.unknown_base is not None:
        return f"base class '{cls.unknown_base}' is not followed"
    unbuilt = cls.catalogued is not None and "_parameters" not in module.attributes
    return module.opaque if unbuilt or (cls.node is None and not parameters_of(module.attributes)) else None
