"""Regular expressions that are compiled when they are first used: compiling one takes longer than importing a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

__all__ = ["lazy"]


class _Lazy:
    """Stands for the pattern; its attributes are those of the compiled one."""

    __slots__ = ("_arguments",)

    def __init__(self, text: str, flags: int) -> None:
        self._arguments = text, flags

    def __getattr__(self, name: str) -> Any:
        return getattr(re.compile(*self._arguments), name)  # which keeps what it has compiled


if TYPE_CHECKING:

    def lazy(text: str, flags: re.RegexFlag | int = 0) -> re.Pattern[str]: ...

else:

    def lazy(text, flags=0):
        """``re.compile(text, flags)``, for patterns that most runs do not need.

        >>> lazy("[0-9]+").findall("3 x 48")
        ['3', '48']
        """
        return _Lazy(text, flags)
