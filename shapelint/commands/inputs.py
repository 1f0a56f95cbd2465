"""The inputs of a model: those of the option ``--input``, or of the configuration."""

from __future__ import annotations

from collections.abc import Sequence

from ..shapes.written_inputs import Input, TensorInput, read_input
from .output import Failure

__all__ = ["ConfiguredInputs", "parse_inputs", "sizes_of_classes"]


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
        from ..config import ConfigError

        path, _, expression = target.partition("::")
        try:
            settings = self._configs.of_file(path).settings
        except ConfigError as error:
            raise Failure(str(error)) from None
        sizes = settings.inputs_in(path).get(expression.partition("(")[0].strip(), ())
        return [Input(None, TensorInput(tuple(size))) for size in sizes]


def sizes_of_classes(texts: Sequence[str]) -> list[tuple[str, tuple[int, ...]]]:
    """``NetD=1x3x96x96`` as the configuration says it: a pair for each input of each class."""
    found = []
    for text, given in zip(texts, parse_inputs(texts), strict=True):
        numbers = given.value.dims if isinstance(given.value, TensorInput) else ("",)
        known = tuple(dim for dim in numbers if isinstance(dim, int))
        if given.name is None or len(known) < len(numbers):
            raise Failure(f"--input {text!r} is no size of a class such as NetD=1x3x96x96")
        found.append((given.name, known))
    return found
