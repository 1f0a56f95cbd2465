"""What the client and the configuration files say: by folder, since a workspace may have several."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..baseline import BaselineError, read_baseline, record
from ..config import Config, ConfigError, Configurations
from ..diagnostic import Diagnostic
from ..discovery import find_files
from ..records import dataclass, replace
from ..rules import registry
from ..settings import Settings, with_inputs
from ..shapes.written_inputs import read_input

__all__ = ["ClientSettings", "WorkspaceSettings", "client_settings"]


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """``inlay_hints``: the kinds of places that get one.  ``delay``: seconds of silence before a text is analysed."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()
    inlay_hints: frozenset[str] = frozenset({"layers", "containers", "statements"})
    delay: float = 0.02


def client_settings(values: Any) -> ClientSettings:
    """What a client sent as its section ``shapelint``; what makes no sense is left at its default.

    >>> client_settings({"inputs": {"Net": "1x3x32x32"}}).inputs
    (('Net', '1x3x32x32'),)
    """
    values = values if isinstance(values, Mapping) else {}
    values = values.get("shapelint", values)
    hints = values.get("inlayHints")
    kinds = frozenset(name for name, wanted in hints.items() if wanted) if isinstance(hints, Mapping) else None
    delay = values.get("delay")
    default = ClientSettings()
    return ClientSettings(
        _words(values.get("select")),
        _words(values.get("ignore")),
        tuple(_inputs(values.get("inputs"))),
        default.inlay_hints if kinds is None else kinds,
        delay / 1000 if isinstance(delay, (int, float)) and 0 <= delay <= 10_000 else default.delay,
    )


def _words(value: Any) -> tuple[str, ...]:
    return (
        tuple(word for word in value if isinstance(word, str))
        if isinstance(value, Sequence) and not isinstance(value, str)
        else ()
    )


def _inputs(value: Any) -> Iterable[tuple[str, str]]:
    for name, texts in value.items() if isinstance(value, Mapping) else ():
        for text in texts if isinstance(texts, (list, tuple)) else [texts]:
            if isinstance(text, str) and read_input(text) is not None:
                yield str(name), text


class WorkspaceSettings:
    """The configuration of each folder, read once until :meth:`forget`.  ``files``: what the configuration files say."""

    def __init__(self) -> None:
        self.client = ClientSettings()
        self.problems: list[str] = []
        """What is wrong with configuration files, not told yet."""
        self.forget()

    def forget(self) -> None:
        """Read every configuration anew."""
        self.files = Configurations(adjust=_usable)
        self._by_folder: dict[str, Config] = {}

    def of(self, path: str) -> Config:
        """The configuration for the file at ``path``; the default one where that cannot be used."""
        folder = os.path.dirname(path)
        if folder not in self._by_folder:
            try:
                config = self.files.of_file(path)
            except ConfigError as error:
                self.problems.append(str(error))
                config = Config(folder)
            self._by_folder[folder] = config
        return self._by_folder[folder]

    def settings(self, path: str) -> Settings:
        """The settings for the file at ``path``, those of the client before those of its folder."""
        own, given = self.of(path).settings_of(path), self.client
        chosen = replace(
            own,
            select=given.select or own.select,
            ignore=(*own.ignore, *given.ignore),
            inputs=with_inputs(own, given.inputs),
        )
        try:
            registry.selected(chosen.select, chosen.ignore)
        except registry.UnknownRule as error:
            self.problems.append(str(error))
            return own
        return chosen

    def leaves_out(self, path: str) -> bool:
        """Whether the configuration excludes the file."""
        config = self.of(path)
        if not config.exclude or not os.path.isfile(path):
            return False
        scope = config.root, config.exclude, config.extend_include
        return not find_files([path], lambda folder: scope, force_exclude=True, respect_gitignore=False).files

    def fresh(self, findings: Sequence[Diagnostic], path: str, lines: Sequence[str]) -> tuple[Diagnostic, ...]:
        """The findings that the baseline of the configuration does not know."""
        file = self.of(path).baseline
        if file is None or not findings:
            return tuple(findings)
        try:
            known = Counter(read_baseline(file))
        except BaselineError as error:
            self.problems.append(str(error))
            return tuple(findings)
        kept = []
        for finding in findings:
            entry = record(finding, lines, file)
            if known[entry] > 0:
                known[entry] -= 1
            else:
                kept.append(finding)
        return tuple(kept)


def _usable(config: Config) -> Config:
    """``config``, whose rules are all known.  Raises ConfigError."""
    try:
        registry.selected(config.settings.select, config.settings.ignore)
    except registry.UnknownRule as error:
        raise ConfigError(f"{config.file}: {error}" if config.file else str(error)) from None
    return config
