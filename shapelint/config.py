"""``[tool.shapelint]`` in pyproject.toml."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

from .files import read_file, reason
from .records import dataclass, field
from .settings import Settings

__all__ = ["Config", "ConfigError", "load"]

_LARGEST = 1_000_000
_KEYS = ("baseline", "cache", "exclude", "ignore", "inputs", "python", "select")


class ConfigError(Exception):
    """The configuration cannot be used; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Config:
    """What pyproject.toml says.

    ``root``: its folder, or the current one if there is none; patterns and paths are relative to it.  ``file``: its path.
    """

    root: str
    settings: Settings = field(default_factory=Settings)
    exclude: tuple[str, ...] = ()
    baseline: str | None = None
    cache: bool = True
    file: str | None = None


def load(paths: Iterable[str]) -> Config:
    """The configuration for ``paths``: of the nearest folder above all of them whose pyproject.toml has our section.

    Raises ConfigError.
    """
    start = _common_folder(paths)
    folder = start
    while True:
        file = os.path.join(folder, "pyproject.toml")
        section = _section(file) if os.path.isfile(file) else None
        if section is not None:
            return _config(section, folder, file)
        parent = os.path.dirname(folder)
        if parent == folder:
            return Config(os.getcwd())
        folder = parent


def _common_folder(paths: Iterable[str]) -> str:
    absolute = [os.path.abspath(path) for path in paths]
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in absolute] or [os.getcwd()]
    try:
        return os.path.commonpath(folders)
    except ValueError:  # different drives
        return os.getcwd()


def _section(file: str) -> Mapping[str, Any] | None:
    try:
        content = read_file(file, _LARGEST)
    except OSError as error:
        raise ConfigError(f"{file}: {reason(error)}") from None
    if b"shapelint" not in content:
        return None
    try:
        tool = _toml(content.decode(), file).get("tool", {})
    except ValueError as error:
        raise ConfigError(f"{file}: {error}") from None
    except RecursionError:
        raise ConfigError(f"{file}: nested too deeply") from None
    section = tool.get("shapelint") if isinstance(tool, dict) else None
    if section is not None and not isinstance(section, dict):
        raise ConfigError(f"{file}: tool.shapelint is not a table")
    return section


def _toml(text: str, file: str) -> dict[str, Any]:
    for reader in ("tomllib", "tomli"):  # Python 3.10 has none of its own
        with suppress(ModuleNotFoundError):
            values: dict[str, Any] = import_module(reader).loads(text)
            return values
    raise ConfigError(f"{file}: to read it on Python 3.10, install tomli, or pass --isolated")


def _config(section: Mapping[str, Any], root: str, file: str) -> Config:
    for key in section:
        if key not in _KEYS:
            raise ConfigError(f"{file}: unknown key tool.shapelint.{key} (known: {', '.join(_KEYS)})")
    python = section.get("python")
    if not isinstance(python, (str, type(None))) or "\0" in (python or ""):
        raise ConfigError(f"{file}: tool.shapelint.python is not a path")
    settings = Settings(
        select=_strings(section, "select", file),
        ignore=_strings(section, "ignore", file),
        inputs=_inputs(section.get("inputs", {}), file),
        python=None if python is None else os.path.join(root, os.path.expanduser(python)),
    )
    baseline, cache = section.get("baseline"), section.get("cache", True)
    if not isinstance(baseline, (str, type(None))):
        raise ConfigError(f"{file}: tool.shapelint.baseline is not a string")
    if not isinstance(cache, bool):
        raise ConfigError(f"{file}: tool.shapelint.cache is not true or false")
    if baseline is not None and "\0" in baseline:
        raise ConfigError(f"{file}: tool.shapelint.baseline is not the name of a file")
    at = None if baseline is None else os.path.join(root, baseline)
    return Config(root, settings, _strings(section, "exclude", file), at, cache, file)


def _strings(section: Mapping[str, Any], key: str, file: str) -> tuple[str, ...]:
    value = section.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{file}: tool.shapelint.{key} is not a list of strings")
    return tuple(value)


def _inputs(table: Any, file: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """``inputs = { "NetD" = "1x3x96x96" }``; several inputs are a list."""
    from .shapes.written import read_sizes

    if not isinstance(table, dict):
        raise ConfigError(f"{file}: tool.shapelint.inputs is not a table")
    pairs: list[tuple[str, tuple[int, ...]]] = []
    for target, written in table.items():
        shapes = written if isinstance(written, list) else [written]
        for sizes in (read_sizes(shape) if isinstance(shape, str) else None for shape in shapes):
            if sizes is None:
                raise ConfigError(f"{file}: tool.shapelint.inputs.{target} is not a shape or a list of shapes")
            pairs.append((target, sizes))
    return tuple(pairs)
