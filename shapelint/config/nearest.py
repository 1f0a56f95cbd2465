"""Which configuration holds for a file: that of the nearest folder above it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ..settings import Settings
from .configuration import Config, ConfigError

if TYPE_CHECKING:
    from .toml_files import Section

__all__ = ["Configurations"]

_NAMES = ("shapelint.toml", "pyproject.toml")
"""In the order in which they are looked for in a folder."""
_MOST_EXTENDED = 20


class Configurations:
    """The configuration of each file.

    ``file``: the path of one that holds for all files, its patterns relative to the current folder; "" for none at all.
    ``overrides``: ``key = value`` pairs in TOML, which outrank every file.  ``adjust``: what else is to be done to each.  Raises
    ConfigError, as the methods do.

    >>> Configurations(file="", overrides=["ignore = ['SHP2']"]).of_file("net.py").settings.ignore
    ('SHP2',)
    """

    def __init__(
        self,
        file: str | None = None,
        overrides: Iterable[str] = (),
        adjust: Callable[[Config], Config] = lambda config: config,
    ) -> None:
        self._adjust = adjust
        self._overrides: dict[str, Any] = {}
        for text in overrides:
            from .toml_files import section_of_text

            section = section_of_text(text, "--config")
            self._overrides = _joined(self._overrides, _read(section))
        self._folders: dict[str, Config] = {}
        self._fixed: Config | None = None
        if file is not None:
            self._fixed = self._config(file or None, os.getcwd())
        self._default: Config | None = None

    @classmethod
    def of(cls, config: Config) -> Configurations:
        """The same configuration for all files."""
        made = cls()
        made._fixed = config
        return made

    def of_file(self, path: str) -> Config:
        """The configuration of the file at ``path``, which need not exist."""
        return self.of_folder(os.path.dirname(os.path.abspath(path)))

    def of_folder(self, folder: str) -> Config:
        """The configuration of the files in a folder, given as an absolute path."""
        if self._fixed is not None:
            return self._fixed
        passed: list[str] = []
        here = folder
        while (found := self._folders.get(here)) is None:
            passed.append(here)
            found = self._in(here)
            parent = os.path.dirname(here)
            if found is not None:
                break
            if parent == here:
                found = self._without()
                break
            here = parent
        self._folders.update(dict.fromkeys(passed, found))
        return found

    def scope(self, folder: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """The root of a folder's configuration, and patterns relative to that: of what is left out, and of what else is taken."""
        config = self.of_folder(folder)
        return config.root, config.exclude, config.extend_include

    def _in(self, folder: str) -> Config | None:
        """What the files of this very folder say; None if there is none."""
        for name in _NAMES:
            file = os.path.join(folder, name)
            if os.path.isfile(file):
                from .toml_files import open_section

                section = open_section(file)
                if section is not None:
                    return self._config(file, folder, section)
        return None

    def _without(self) -> Config:
        if self._default is None:
            self._default = self._config(None, os.getcwd())
        return self._default

    def _config(self, file: str | None, root: str, section: Section | None = None) -> Config:
        values: dict[str, Any] = {}
        if file is not None:
            from .toml_files import open_section, shown_path

            section = section or open_section(file)
            if section is None:
                raise ConfigError(f"{shown_path(file)}: it has no table [tool.shapelint]")
            values = _inherited(section)
        return self._adjust(_made(_joined(values, self._overrides), root, file))


def _inherited(section: Section) -> dict[str, Any]:
    """The keys of a section, and those of what it extends."""
    from .toml_files import open_section, shown_path

    chain: list[tuple[Section, dict[str, Any]]] = [(section, _read(section))]
    seen = {os.path.realpath(section.file)}
    while "extend" in chain[-1][1]:
        extending, values = chain[-1]
        file = os.path.normpath(os.path.join(os.path.dirname(extending.file), values["extend"]))
        if os.path.realpath(file) in seen or len(seen) > _MOST_EXTENDED:
            extending.fail("{key}: it extends itself, or too many others", ("extend",))
        seen.add(os.path.realpath(file))
        try:
            extended = open_section(file)
        except ConfigError as error:
            if os.path.isfile(file):
                raise
            extending.fail(f"{{key}}: {error}", ("extend",))
        if extended is None:
            extending.fail(f"{{key}}: {shown_path(file)} has no table [tool.shapelint]", ("extend",))
        chain.append((extended, _read(extended)))
    found: dict[str, Any] = {}
    for _, values in reversed(chain):
        found = _joined(found, values)
    return found


def _read(section: Section) -> dict[str, Any]:
    """The values of a section, each understood; raises ConfigError."""
    from .key_values import Wrong, read_key

    values = {}
    for key, value in section.values.items():
        try:
            values[key] = read_key(key, value)
        except Wrong as error:
            section.fail(error.message, (key, *error.path), error.word)
    return values


def _joined(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """``own`` where it says something, else ``base``; tables are joined."""
    shared = base.keys() & own.keys()
    tables = {key: {**base[key], **own[key]} for key in shared if isinstance(own[key], dict)}
    return {**base, **own, **tables}


def _made(values: dict[str, Any], root: str, file: str | None) -> Config:
    settings = Settings(
        select=values.get("select", ()),
        ignore=values.get("ignore", ()),
        inputs=tuple((name, text) for name, texts in values.get("inputs", {}).items() for text in texts),
        severity=tuple(values.get("severity", {}).items()),
        symbols=tuple(values.get("symbols", {}).items()),
        python=os.path.join(root, os.path.expanduser(python)) if (python := values.get("python")) else None,
    )
    baseline = values.get("baseline")
    return Config(
        root,
        settings,
        values.get("exclude", ()),
        values.get("extend-include", ()),
        os.path.join(root, baseline) if baseline else None,
        values.get("cache", True),
        file,
        tuple(values.get("per-file-ignores", {}).items()),
    )
