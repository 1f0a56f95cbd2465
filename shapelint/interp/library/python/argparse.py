"""``argparse``: options are their defaults, or unknown where they have none."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import ANYTHING, Invocation, means, method
from shapelint.interp.library.no_effect import returns, returns_first
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.functions import Builtin
from shapelint.shapes import Unknown, Value

_PARSER = Class("ArgumentParser")
_NAMESPACE = Class("Namespace", unknown_base="argparse.Namespace")

means("argparse.ArgumentParser", _PARSER)
method(_PARSER, "__init__", ANYTHING)(returns(None))
method(_PARSER, "add_argument_group add_mutually_exclusive_group", ANYTHING)(returns_first)


@method(_PARSER, "add_argument", "self, *flags, **options")
def add_argument(at: Invocation, self: Instance, flags: tuple[Value, ...], options: Mapping[str, Value]) -> Value:
    """The parser holds the value of each option as an attribute of that name."""
    names = [flag for flag in flags if isinstance(flag, str)]
    if not names:
        return None
    long = next((name for name in names if name.startswith("--")), names[0])
    name = options.get("dest") or long.lstrip("-").replace("-", "_")
    if isinstance(name, str):
        self.attributes[name] = _default_of(at, name, options)
    return None


def _default_of(at: Invocation, name: str, options: Mapping[str, Value]) -> Value:
    if "default" in options:
        value, kind = options["default"], options.get("type")
        if isinstance(value, str) and isinstance(kind, Builtin) and kind.name in ("int", "float"):
            return at.call(kind, value)
        return value
    if options.get("action") in ("store_true", "store_false"):
        return options["action"] == "store_false"
    known = at.machine.project.sizes.get(name)
    return Unknown(f"option '{name}' has no default") if known is None else known


@method(_PARSER, "set_defaults", "self, **defaults")
def set_defaults(at: Invocation, self: Instance, defaults: Mapping[str, Value]) -> Value:
    """Other defaults, or more."""
    self.attributes.update(defaults)
    return None


@method(_PARSER, "parse_args", "self, args=None, namespace=None")
def parse_args(at: Invocation, self: Instance, args: Value, namespace: Value) -> Value:
    """What the options are if nothing is given on the command line."""
    return _parsed(self)


@method(_PARSER, "parse_known_args", "self, args=None, namespace=None")
def parse_known_args(at: Invocation, self: Instance, args: Value, namespace: Value) -> Value:
    """The same, and no further arguments."""
    return _parsed(self), []


def _parsed(parser: Instance) -> Instance:
    return Instance(_NAMESPACE, dict(parser.attributes))
