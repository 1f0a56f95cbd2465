"""Reading the section of a TOML file that is ours."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NoReturn

from ..files import read_file, reason
from ..records import dataclass
from .configuration import ConfigError

__all__ = ["Section", "open_section", "section_of_text", "shown_path"]

_LARGEST = 1_000_000
_PLACE = re.compile(r"^(.*) \(at line (\d+), column (\d+)\)$", re.DOTALL)
_OURS = "shapelint"


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """The keys of one file.  ``file``: its path; ``above``: the tables that the section is in."""

    values: Mapping[str, Any]
    file: str
    text: str
    above: tuple[str, ...] = ()

    def fail(self, message: str, path: tuple[str, ...] = (), word: str | None = None) -> NoReturn:
        """Raise ConfigError with ``message``, in which ``{key}`` stands for the key at ``path``."""
        from .key_lines import line_of

        whole = (*self.above, *path)
        row = line_of(self.text, whole, word, _loads) if whole and os.path.isfile(self.file) else None
        where = "" if row is None else f":{row}"
        raise ConfigError(f"{shown_path(self.file)}{where}: {message.replace('{key}', '.'.join(whole))}")


def shown_path(file: str) -> str:
    """How messages name a file: relative to the current folder if it is in it."""
    here = os.path.join(os.getcwd(), "")
    return file.removeprefix(here)


def open_section(file: str) -> Section | None:
    """Our section of a ``pyproject.toml``, None if it has none; the whole of any other file.  Raises ConfigError."""
    is_shared = os.path.basename(file) == "pyproject.toml"
    try:
        content = read_file(file, _LARGEST)
    except OSError as error:
        raise ConfigError(f"{shown_path(file)}: {reason(error)}") from None
    if is_shared and _OURS not in _simplified(content.decode("utf-8", "replace")):
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise ConfigError(f"{shown_path(file)}: not UTF-8") from None
    whole = section_of_text(text, file)
    return _ours(whole) if is_shared else whole


def section_of_text(text: str, file: str) -> Section:
    """All of ``text``; ``file``: where it is from.  Raises ConfigError if it is no TOML."""
    shown = shown_path(file)
    try:
        return Section(_loads(text), file, text)
    except RecursionError:
        raise ConfigError(f"{shown}: nested too deeply") from None
    except ValueError as error:
        found = _PLACE.match(str(error))
        last = f":{len(text.rstrip().splitlines())}" if os.path.isfile(file) else ""
        raise ConfigError(
            f"{shown}:{found[2]}:{found[3]}: {found[1]}" if found else f"{shown}{last}: {error}"
        ) from None


def _ours(whole: Section) -> Section | None:
    tool = whole.values.get("tool")
    tables = tool if isinstance(tool, dict) else {}
    for name in tables:
        if name != _OURS and _simplified(name) == _OURS:
            whole.fail(f"[tool.{name}] is not read; our table is [tool.{_OURS}]", ("tool", name))
    if _OURS in whole.values:
        whole.fail(f"[{_OURS}] is not read; in this file our table is [tool.{_OURS}]", (_OURS,))
    section = tables.get(_OURS)
    if section is None:
        return None
    if not isinstance(section, dict):
        whole.fail("{key} is not a table", ("tool", _OURS))
    return Section(section, whole.file, whole.text, ("tool", _OURS))


def _simplified(name: str) -> str:
    """A name as far as people remember names.

    >>> _simplified("Shape-Lint")
    'shapelint'
    """
    return name.lower().replace("-", "").replace("_", "")


def _loads(text: str) -> dict[str, Any]:
    # Python 3.10 has no reader of its own; the package `tomli` is what became the one of later versions.
    loads = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads
    values: dict[str, Any] = loads(text)
    return values
