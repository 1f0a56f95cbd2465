"""Whether the classes that the key ``inputs`` names exist, and take what it gives: a mistake would be no use to anybody."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..config import Config, ConfigError
from ..config.key_values import did_you_mean
from ..config.toml_files import open_section
from ..settings import Settings, is_file

__all__ = ["misfit", "told_of_class", "wrong_targets"]


def wrong_targets(
    config: Config, classes: Mapping[str, frozenset[str]], paths: Sequence[str], is_partial: bool
) -> Iterator[str]:
    """A line for each target of ``inputs`` that no class of the project can be, or that takes other inputs.

    ``classes``: the classes that each of the checked files defines.  A class without a file may be in any file, so it is only
    missed where ``paths`` reach the whole folder of the configuration, and not if the run ``is_partial``.  What is inherited
    may speak of classes elsewhere in the folder that it is written for.
    """
    whole = not is_partial and any(_reaches(path, config.root) for path in paths)
    for target in dict.fromkeys(target for target, _ in config.settings.inputs):
        file, _, name = target.rpartition("::")
        files = [path for path in classes if is_file(path, file)]
        known = frozenset[str]().union(*(classes[path] for path in files))
        if file and whole and not files and not os.path.exists(os.path.join(config.root, file)):
            message = f"no such file as {file!r}{did_you_mean(file, _names(classes, config))}"
        elif name not in known and (files if file else whole):
            message = f"no class {name!r} in {file or 'any file'}{did_you_mean(name, tuple(sorted(known)))}"
        else:
            misfits = (misfit(path, name, config.settings) for path in files if name in classes[path])
            message = next((found for found in misfits if found is not None), "")
        if message and not _is_inherited(config, target):
            yield _told(config, target, message)


def misfit(path: str, name: str, settings: Settings) -> str | None:
    """Why ``forward`` of a class does not take its inputs; only a name, or one of several inputs, can be wrong."""
    texts = settings.inputs_in(path)[name]
    if len(texts) < 2 and "=" not in texts[0].partition("{")[0]:
        return None
    from ..interp.paths.targets import InputMisfit, NoSuchTarget, construct, laid_out
    from ..shapes.written_inputs import read_input
    from ..summary.target import load

    try:
        project, module = load(path)
        laid_out(construct(module, project, name), [given for text in texts if (given := read_input(text)) is not None])
    except InputMisfit as error:
        return str(error)
    except (NoSuchTarget, RecursionError):
        return None  # what cannot be built is not called either
    return None


def _reaches(path: str, root: str) -> bool:
    return os.path.isdir(path) and os.path.join(root, "").startswith(os.path.join(os.path.abspath(path), ""))


def _names(paths: Iterable[str], config: Config) -> tuple[str, ...]:
    return tuple(os.path.relpath(path, config.root).replace(os.sep, "/") for path in paths)


def _is_inherited(config: Config, target: str) -> bool:
    section = None if config.file is None else open_section(config.file)
    return section is not None and "extend" in section.values and target not in section.values.get("inputs", {})


def told_of_class(config: Config, path: str, name: str, message: str) -> str:
    """``message`` with the file and the row of the key that gives the inputs of a class of the file at ``path``."""
    for key, _ in config.settings.inputs:
        file, _, cls = key.rpartition("::")
        if cls == name and is_file(path, file):
            return _told(config, key, message)
    return message


def _told(config: Config, target: str, message: str) -> str:
    """The message with the file and the row of the key, as far as it is in that file."""
    if config.file is None:
        return f"--config: inputs.{target}: {message}"
    try:
        section = open_section(config.file)
        if section is not None:
            section.fail(f"{{key}}: {message}", ("inputs", target))
    except ConfigError as error:
        return str(error)
    return f"{config.file}: inputs.{target}: {message}"
