"""The configuration of each file, with what the command line says instead or besides."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from ..config import Config, ConfigError, Configurations
from ..records import replace
from .options import Request, listed
from .output import Failure

__all__ = ["checked_configurations", "configurations", "configured"]


def configurations(request: Request) -> Configurations:
    """What is in force for ``check``; raises Failure."""
    select, ignore, exclude = listed(request.select), listed(request.ignore), listed(request.exclude)
    severity = _severity(request)
    _refuse_unknown(select, ignore)

    def adjust(config: Config) -> Config:
        settings = replace(
            config.settings,
            select=select or config.settings.select,
            ignore=(*config.settings.ignore, *ignore),
            severity=(*config.settings.severity, *severity),
            ignore_comments=not request.ignore_noqa,
            python=request.python or config.settings.python,
        )
        baseline = request.baseline or config.baseline
        return replace(config, settings=settings, exclude=(*config.exclude, *exclude), baseline=baseline)

    return configured(request.config, adjust, isolated=request.isolated)


def configured(values: Iterable[str], adjust: Callable[[Config], Config], *, isolated: bool = False) -> Configurations:
    """The configurations that the values of --config ask for; raises Failure."""
    files, overrides = _divided(values)
    if len(files) > 1:
        raise Failure("--config FILE can be given once; --config 'KEY = VALUE' any number of times")
    if files and isolated:
        raise Failure("--isolated reads no configuration, so that --config FILE cannot be combined with it")
    try:
        return Configurations(files[0] if files else "" if isolated else None, overrides, adjust)
    except ConfigError as error:
        raise Failure(str(error)) from None


def checked_configurations(configs: Configurations, files: Iterable[str]) -> list[Config]:
    """The configurations of these files, each once; raises Failure for one that cannot be used."""
    try:
        return list(dict.fromkeys(configs.of_file(file) for file in files))
    except ConfigError as error:
        raise Failure(str(error)) from None


def _divided(values: Iterable[str]) -> tuple[list[str], list[str]]:
    """The files and the ``KEY = VALUE`` pairs among the values of --config."""
    files: list[str] = []
    pairs: list[str] = []
    for value in values:
        (pairs if "=" in value and not os.path.exists(value) else files).append(value)
    return files, pairs


def _severity(request: Request) -> tuple[tuple[str, str], ...]:
    """The severity of each code that the command line speaks of, so that it outranks names in a configuration."""
    levels = (("error", listed(request.errors)), ("warning", listed(request.warnings)))
    asked = [(rule, level) for level, rules in levels for rule in rules]
    if not asked:
        return ()
    from ..rules import registry

    try:
        return tuple(registry.severities(asked).items())
    except registry.UnknownRule as error:
        raise Failure(str(error)) from None


def _refuse_unknown(select: Iterable[str], ignore: Iterable[str]) -> None:
    """Raise Failure for a rule of the command line that there is not."""
    if not (select or ignore):
        return
    from ..rules import registry

    try:
        registry.selected(select, ignore)
    except registry.UnknownRule as error:
        raise Failure(str(error)) from None
