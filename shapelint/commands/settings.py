"""``check --show-settings``: the settings in force, written as the configuration would write them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..config import Config

__all__ = ["described"]


def described(config: Config) -> str:
    """The settings as a table of a pyproject.toml, after the file that they are from.

    >>> print(described(Config("/work/net", cache=False)).splitlines()[-1])
    cache = false
    """
    inputs: dict[str, list[str]] = {}
    for target, sizes in config.settings.inputs:
        inputs.setdefault(target, []).append("x".join(map(str, sizes)))
    lines = [
        f"# from {config.file or 'the command line and the defaults'}; paths are relative to {config.root}",
        "[tool.shapelint]",
        f"select = {_list(config.settings.select or ('ALL',))}",
        f"ignore = {_list(config.settings.ignore)}",
        f"exclude = {_list(config.exclude)}",
        *([] if config.baseline is None else [f"baseline = {_string(config.baseline)}"]),
        f"inputs = {{{', '.join(f'{_string(name)} = {_list(shapes)}' for name, shapes in inputs.items())}}}",
        *([] if config.settings.python is None else [f"python = {_string(config.settings.python)}"]),
        f"cache = {str(config.cache).lower()}",
    ]
    return "".join(f"{line}\n" for line in lines)


def _string(text: str) -> str:
    # TOML's basic strings are JSON's, but for characters outside the first plane, which JSON may leave as they are.
    return json.dumps(text, ensure_ascii=False)


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_string, values))}]"
