"""``check --show-settings``: the settings in force, written as the configuration would write them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from ..config import Config
from ..settings import as_text

__all__ = ["described"]


def described(config: Config) -> str:
    """The settings as a table of a pyproject.toml, after the file that they are from.

    >>> print(described(Config("/work/net", cache=False)).splitlines()[-1])
    cache = false
    """
    settings = config.settings
    inputs: dict[str, list[str]] = {}
    for target, written in settings.inputs:
        inputs.setdefault(target, []).append(as_text(written))
    lines = [
        f"# from {config.file or 'the command line and the defaults'}; paths are relative to {config.root}",
        "[tool.shapelint]",
        f"select = {_list(settings.select or ('ALL',))}",
        f"ignore = {_list(settings.ignore)}",
        f"per-file-ignores = {_table({pattern: _list(rules) for pattern, rules in config.per_file_ignores})}",
        f"severity = {_table({rule: _string(level) for rule, level in settings.severity})}",
        f"exclude = {_list(config.exclude)}",
        f"extend-include = {_list(config.extend_include)}",
        *([] if config.baseline is None else [f"baseline = {_string(config.baseline)}"]),
        f"symbols = {_table({name: str(size) for name, size in settings.symbols})}",
        f"inputs = {_table({name: _list(texts) for name, texts in inputs.items()})}",
        *([] if settings.python is None else [f"python = {_string(settings.python)}"]),
        f"cache = {str(config.cache).lower()}",
    ]
    return "".join(f"{line}\n" for line in lines)


def _string(text: str) -> str:
    # TOML's basic strings are JSON's, but for characters outside the first plane, which JSON may leave as they are.
    return json.dumps(text, ensure_ascii=False)


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_string, values))}]"


def _table(values: Mapping[str, str]) -> str:
    """An inline table; the values are TOML already."""
    return f"{{{', '.join(f'{_string(name)} = {value}' for name, value in values.items())}}}"
