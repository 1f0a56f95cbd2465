"""The module classes of a file, executed without the rest of the file: no training, no argument parsing, no downloads.

Of a module's body only imports, functions, classes and plain assignments are executed, each on its own; what is then
missing (a hyperparameter from the command line or from another file) gets a usual value by its name.
"""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Iterator
from typing import Any

from torch import nn

# Usual values of hyperparameters, for what the file itself does not say.
USUAL: dict[str, Any] = {
    "ngpu": 1, "nz": 100, "ngf": 64, "ndf": 64, "nc": 3, "nef": 64, "nlatent": 100, "latent_dim": 100, "z_dim": 100,
    "latent_size": 100, "noise_dim": 100, "hidden_dim": 64, "channels": 3, "in_channels": 3, "out_channels": 64,
    "input_nc": 3, "output_nc": 3, "channels_img": 3, "features_g": 64, "features_d": 64, "features": 64, "dim": 64,
    "img_channels": 3, "image_channels": 3, "img_size": 64, "image_size": 64, "isize": 64, "num_classes": 10,
    "n_classes": 10, "nclass": 37, "n_class": 10, "class_num": 10, "imgH": 32, "nh": 256, "n_rnn": 2, "nz_dim": 100,
    "leakyRelu": False, "batch_size": 2, "z_size": 100, "conv_dim": 64, "input_dim": 3, "output_dim": 3, "in_dim": 3,
    "out_dim": 3, "d": 64, "dropout": 0.5, "drop_rate": 0.5, "p": 0.5, "num_channels": 3, "n_channels": 3,
    "bias": False, "embedding_dim": 128, "kernel_size": 3, "stride": 1, "padding": 1, "n_feature_maps": 64, "ch": 64,
    "c_dim": 10,
}  # fmt: skip


class Guess(dict[str, Any]):
    """Globals of an executed file: what it lacks is looked up among the built-ins and the usual values."""

    FILENAME = "<linted>"

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            return getattr(builtins, name)
        if name in ("opt", "args", "cfg", "config", "params", "conf", "hparams", "opts", "self"):
            return _Options()
        key = name if name in USUAL else name.lower()
        if key in USUAL:
            return USUAL[key]
        raise NameError(name)


class _Options:
    """``opt.ndf``, ``params['ndf']``: the usual value of that name."""

    def __getattr__(self, name: str) -> Any:
        try:
            return USUAL[name if name in USUAL else name.lower()]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, name: str) -> Any:
        return USUAL[name]


def executed_classes(text: str) -> Iterator[tuple[type[nn.Module], int, int]]:
    """The ``nn.Module`` classes that the file defines, with their first and last row."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    names = Guess({"__name__": "linted", "__builtins__": builtins})
    for statement in tree.body:
        if _harmless(statement):
            code = compile(ast.Module([statement], []), Guess.FILENAME, "exec")
            try:
                exec(code, names)
            except Exception:  # noqa: BLE001  # what fails alone is missed where it is used
                continue
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef):
            value = names.get(statement.name)
            if isinstance(value, type) and issubclass(value, nn.Module):
                yield value, statement.lineno, statement.end_lineno or statement.lineno


_IMPORTABLE = frozenset({"torch", "math", "collections", "functools", "typing", "itertools"})


def _harmless(statement: ast.stmt) -> bool:
    match statement:
        case ast.Import(names=names):
            return all(alias.name.partition(".")[0] in _IMPORTABLE for alias in names)
        case ast.ImportFrom(module=str(module), level=0):
            return module.partition(".")[0] in _IMPORTABLE
        case ast.FunctionDef() | ast.ClassDef():
            return True
        case ast.Assign() | ast.AnnAssign():
            return not any(isinstance(node, (ast.Call, ast.Await)) for node in ast.walk(statement))
        case _:
            return False


def guessed_arguments(cls: type) -> dict[str, Any]:
    """Values for the constructor parameters that have no default.  Raises KeyError where the name says nothing."""
    arguments = {}
    for name, parameter in list(inspect.signature(cls).parameters.items()):
        if parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            known = name if name in USUAL else name.lower()
            arguments[name] = _Options() if name in ("opt", "args", "params", "config", "cfg") else USUAL[known]
    return arguments


__all__ = ["USUAL", "Guess", "executed_classes", "guessed_arguments"]
