"""``omegaconf``: configurations that a program writes down itself, read by attribute and by key (https://omegaconf.readthedocs.io)."""

from __future__ import annotations

from shapelint.interp.library.declare import Invocation, means, method, models
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.values import Gap
from shapelint.shapes import Unknown, Value

_DICT = Class("DictConfig", unknown_base="omegaconf.DictConfig")
_UNKNOWN = "an entry of a configuration"
_ALL = "_all"
"""The attribute that says whether all entries are known."""

means("omegaconf.DictConfig omegaconf.dictconfig.DictConfig", _DICT)


@method(_DICT, "__init__", "self, content=None, *rest, **options")
def initialize(at: Invocation, self: Instance, content: Value, rest: Value, options: Value) -> Value:
    """Its entries are its attributes."""
    if isinstance(content, dict):
        entries = {key: _held(at, value) for key, value in content.items() if isinstance(key, str)}
        at.update(self, {**entries, _ALL: len(entries) == len(content)})
    return None


def _held(at: Invocation, value: Value) -> Value:
    """A dict within is a configuration in its turn; text may stand for another entry (``${width}``)."""
    match value:
        case dict():
            return at.call(_DICT, value)
        case str() if "${" in value:
            return Unknown(_UNKNOWN)
        case list() | tuple() if not any(isinstance(part, Gap) for part in value):
            return [_held(at, part) for part in value]
        case _:
            return value


@method(_DICT, "__getitem__", "self, key")
def entry(at: Invocation, self: Instance, key: Value) -> Value:
    """``config["width"]`` is ``config.width``."""
    return self.attributes.get(key, Unknown(_UNKNOWN)) if isinstance(key, str) else Unknown(_UNKNOWN)


@method(_DICT, "keys __iter__", "self")
def keys(at: Invocation, self: Instance) -> Value:
    """The names of its entries, those that were added included."""
    entries = _entries(self)
    return Unknown(_UNKNOWN) if entries is None else list(entries)


@method(_DICT, "items", "self")
def items(at: Invocation, self: Instance) -> Value:
    """Names and entries."""
    entries = _entries(self)
    return Unknown(_UNKNOWN) if entries is None else list(entries.items())


@method(_DICT, "get", "self, key, default_value=None")
def get(at: Invocation, self: Instance, key: Value, default_value: Value) -> Value:
    """An entry, or the default where there is none."""
    entries = _entries(self)
    return Unknown(_UNKNOWN) if entries is None or not isinstance(key, str) else entries.get(key, default_value)


def _entries(self: Instance) -> dict[str, Value] | None:
    """All entries; None where there may be others."""
    known = self.attributes.get(_ALL) is True
    return {name: value for name, value in self.attributes.items() if name != _ALL} if known else None


@models("omegaconf.OmegaConf.create", "obj=None, *rest, **options")
def create(at: Invocation, obj: Value, rest: Value, options: Value) -> Value:
    """A configuration with the entries of a dict; text in YAML and files are not followed."""
    if isinstance(obj, dict):
        return at.call(_DICT, obj)
    return _held(at, obj) if isinstance(obj, (list, tuple)) else _structured(at, obj)


@models("omegaconf.OmegaConf.structured", "obj, *rest, **options")
def structure(at: Invocation, obj: Value, rest: Value, options: Value) -> Value:
    """One with the fields of a dataclass."""
    return _structured(at, obj)


def _structured(at: Invocation, obj: Value) -> Value:
    """An object or a class with fields as a configuration."""
    made = at.call(obj) if isinstance(obj, Class) and obj.dataclass else obj
    known = isinstance(made, Instance) and made.cls.dataclass
    return made if known else at.unknown("a configuration that is not written down here")
