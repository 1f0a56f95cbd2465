"""The settings of one folder, after everything that they inherit."""

from __future__ import annotations

from ..patterns import Patterns
from ..records import dataclass, field, replace
from ..settings import Settings

__all__ = ["Config", "ConfigError"]


class ConfigError(Exception):
    """The configuration cannot be used; the message names the file, the line and the key."""


@dataclass(frozen=True, slots=True)
class Config:
    """What a configuration file says.

    ``root``: its folder, or the current one if there is none; patterns and paths are relative to it.  ``exclude``: patterns
    of files to leave out, as .gitignore writes them.  ``extend_include``: of files in folders that are checked, besides Python
    files and Jupyter notebooks.  ``baseline``: the path of a baseline.  ``cache``: whether results are
    remembered.  ``file``: the path of the configuration file, if there is one.  ``per_file_ignores``: patterns, each with the rules
    that are not reported in the files it matches.

    >>> Config(".", per_file_ignores=(("tests/", ("SHP2",)),)).settings_of("tests/net.py").ignore
    ('SHP2',)
    """

    root: str
    settings: Settings = field(default_factory=Settings)
    exclude: tuple[str, ...] = ()
    extend_include: tuple[str, ...] = ()
    baseline: str | None = None
    cache: bool = True
    file: str | None = None
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def settings_of(self, path: str) -> Settings:
        """The settings for one file: what is ignored in it is ignored."""
        more = [
            rule
            for pattern, rules in self.per_file_ignores
            if Patterns.of([pattern]).match_within(path, self.root)
            for rule in rules
        ]
        return replace(self.settings, ignore=(*self.settings.ignore, *more)) if more else self.settings
