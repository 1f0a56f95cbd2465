"""Built-in functions of attributes, identity and text."""

from __future__ import annotations

from shapelint.interp.library.declare import Invocation, method, models
from shapelint.interp.model.classes import Class, Instance, Module
from shapelint.interp.model.functions import Builtin
from shapelint.interp.model.values import External, Gap, Identity, Thrown
from shapelint.interp.objects.attribute_reads import get_attribute, has_attribute
from shapelint.interp.objects.attribute_writes import set_attribute
from shapelint.interp.objects.comparisons import question
from shapelint.shapes import Expr, Unknown, Value


@models("builtins.str", "object='', encoding=..., errors=...")
def text(at: Invocation, object: Value, encoding: Value, errors: Value) -> Value:
    """The text of a number or a size."""
    return _text(object) if encoding is errors is ... else Unknown("a string")


@models("builtins.repr", "object")
def representation(at: Invocation, object: Value) -> Value:
    """The text of a number or a size; a string is in quotes."""
    return repr(object) if isinstance(object, str) else _text(object)


@models("builtins.format", "value, format_spec=''")
def formatted(at: Invocation, value: Value, format_spec: Value) -> Value:
    """Without a format the same as ``str``."""
    return _text(value) if format_spec == "" else Unknown("a string")


def _text(value: Value) -> Value:
    if isinstance(value, tuple) and type(value) is tuple and value and all(isinstance(part, Class) for part in value):
        texts = [str(_text(part)) for part in value]
        return f"({', '.join(texts)},)" if len(texts) == 1 else f"({', '.join(texts)})"
    match value:
        case Class(node=node, module=module) if node is not None and module is not None:
            return f"<class '{module.name}.{value.name}'>"
        case Builtin(name="Tensor" | "Parameter"):
            return f"<class 'torch.{'' if value.name == 'Tensor' else 'nn.parameter.'}{value.name}'>"
    try:
        return str(value) if isinstance(value, (str, int, float, Expr)) else Unknown("a string")
    except ValueError:  # a number of more than 4300 digits
        return Unknown("a string")


@models("builtins.getattr", "object, name, default=...")
def get(at: Invocation, object: Value, name: Value, default: Value) -> Value:
    """``object.name``."""
    if not isinstance(name, str):
        return Unknown("an attribute of unknown name")
    try:
        return get_attribute(at.machine, object, name)
    except Thrown:
        if default is ...:
            raise
        return default


@models("builtins.setattr", "object, name, value")
def set_to(at: Invocation, object: Value, name: Value, value: Value) -> Value:
    """``object.name = value``."""
    if isinstance(name, str):
        set_attribute(at.machine, object, name, value)
    elif isinstance(object, Instance):
        # What it has by now may be another; what it is given later is what it is given.
        vague = Unknown("an attribute of unknown name was set")
        at.update(object, {**dict.fromkeys(object.attributes, vague), "__getattr__": vague})
    return None


@models("builtins.hasattr", "object, name")
def has(at: Invocation, object: Value, name: Value) -> Value:
    """Whether ``object.name`` exists; asked again, the answer is the same."""
    known = has_attribute(at.machine, object, name) if isinstance(name, str) else None
    return at.machine.comparison(("hasattr", question(object), str(name))) if known is None else known


@models("builtins.id", "object")
def identity(at: Invocation, object: Value) -> Value:
    """What is equal for the same object only; the number itself differs from one run of the linter to the next."""
    return Identity(object)


@models("builtins.dir", "object=...")
def names_of(at: Invocation, object: Value) -> Value:
    """The names that are known of a module of torch, and an unknown number of others."""
    if not isinstance(object, External):
        return Unknown("the names of an object")
    return [*at.machine.project.star_names(object.dotted), Gap("further names")]


@models("builtins.locals", "")
def local_names(at: Invocation) -> Value:
    """What a function's names are bound to at this moment, for ``kwargs = dict(locals())``."""
    return Unknown("the names of a module") if at.frame.node is None else dict(at.frame.names)


@models("builtins.slice", "start, stop=..., step=None")
def slice_of(at: Invocation, start: Value, stop: Value, step: Value) -> Value:
    """``start:stop:step``; a single argument is where it stops."""
    return slice(start) if stop is ... else slice(start, stop, step)


_GLOBALS = Class("globals", unknown_base="builtins.dict")
_MODULE = "{module}"


@models("builtins.globals", "")
def global_names(at: Invocation) -> Value:
    """The names of the file, to be asked for one by one: ``globals()[name]``."""
    return Instance(_GLOBALS, {_MODULE: at.frame.module})


@method(_GLOBALS, "__getitem__ get", "self, key, default=None")
def named(at: Invocation, self: Instance, key: Value, default: Value) -> Value:
    """What a name is bound to; of one that is missing it is not known whether it is, as any code may add names."""
    module = self.attributes[_MODULE]
    if not isinstance(key, str) or not isinstance(module, Module) or key not in module.names:
        return Unknown("a global name that is not known")
    return at.machine.project.name_in(at.machine, module, key)


@method(_GLOBALS, "__contains__", "self, key")
def is_named(at: Invocation, self: Instance, key: Value) -> Value:
    """Whether there is such a name."""
    module = self.attributes[_MODULE]
    is_bound = isinstance(module, Module) and isinstance(key, str) and key in module.names
    return True if is_bound else Unknown("whether a global name is bound")


@method(_GLOBALS, "__setitem__", "self, key, value")
def name(at: Invocation, self: Instance, key: Value, value: Value) -> Value:
    """``globals()[name] = value``."""
    module = self.attributes[_MODULE]
    if isinstance(key, str) and isinstance(module, Module):
        at.machine.bind(module.names, key, value)
    return None
