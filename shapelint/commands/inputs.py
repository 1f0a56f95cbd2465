"""The inputs of a model: those of the option ``--input``, or of the configuration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..shapes.written_inputs import Input, read_input
from .output import Failure

if TYPE_CHECKING:
    from ..config import Config

__all__ = ["ConfiguredInputs", "inputs_of_classes", "parse_inputs"]


def parse_inputs(texts: Sequence[str]) -> list[Input]:
    """What the options say; Failure for one that says nothing."""
    found = []
    for text in texts:
        written = read_input(text)
        if written is None:
            raise Failure(f"--input {text!r} is no input such as 1x3x96x96, Bx3xHxW, tokens=2x7:int64 or (2x7, 2x5)")
        found.append(written)
    return found


class ConfiguredInputs:
    """Those that the configuration gives for a class, called with ``FILE::Class``."""

    def __init__(self) -> None:
        from ..config import Configurations

        self._configs = Configurations()

    def __call__(self, target: str) -> list[Input]:
        return [given for text in self.texts(target) if (given := read_input(text)) is not None]

    def texts(self, target: str) -> tuple[str, ...]:
        """The inputs as they are written; raises Failure."""
        path, name = _file_and_class(target)
        return self._config(path).settings.inputs_in(path).get(name, ())

    def told(self, target: str, message: str) -> str:
        """``message`` with the file and the key that give the inputs of ``target``."""
        from .input_targets import told_of_class

        path, name = _file_and_class(target)
        return told_of_class(self._config(path), path, name, message)

    def _config(self, path: str) -> Config:
        from ..config import ConfigError

        try:
            return self._configs.of_file(path)
        except ConfigError as error:
            raise Failure(str(error)) from None


def _file_and_class(target: str) -> tuple[str, str]:
    path, _, expression = target.partition("::")
    return path, expression.partition("(")[0].strip()


def inputs_of_classes(texts: Sequence[str]) -> list[tuple[str, str]]:
    """``NetD=1x3x96x96`` as the configuration says it: a pair for each input of each class."""
    found = []
    for text in texts:
        name, _, written = (part.strip() for part in text.partition("="))
        if not name.isidentifier() or read_input(written) is None:
            raise Failure(f"--input {text!r} is no input of a class such as NetD=1x3x96x96 or NetD=tokens=2x7:int64")
        found.append((name, written))
    return found
