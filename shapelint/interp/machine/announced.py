"""What the runs of a file have changed since somebody last asked, so that what one of them left can be kept for others."""

from __future__ import annotations

from ..model.classes import Module

__all__ = ["Announced"]


class Announced:
    """The containers that were announced to heaps, by id, and themselves so that no other gets their ids.

    ``by_runs``: to those of the paths of a file.  ``by_imports``: to each of those that execute an imported file, with its module,
    or one definition in it, with its name.  ``is_broken``: something was left half done.
    """

    __slots__ = ("by_imports", "by_runs", "is_broken")

    def __init__(self) -> None:
        self.by_runs: dict[int, object] = {}
        self.by_imports: list[tuple[dict[int, object], Module, str | None]] = []
        self.is_broken = False

    def by_import(self, module: Module, name: str | None = None) -> dict[int, object]:
        """Where one that executes ``module``, or what defines ``name`` in it, notes what it changes."""
        noted: dict[int, object] = {}
        self.by_imports.append((noted, module, name))
        return noted

    def clear(self) -> None:
        """Begin anew."""
        self.by_runs.clear()
        self.is_broken = False
        self.forget_imports()

    def forget_imports(self) -> None:
        """The same for what imports have changed."""
        for noted, _, _ in self.by_imports:
            noted.clear()
        self.by_imports = [each for each in self.by_imports if each[2] is None]  # that of a module may be used later
