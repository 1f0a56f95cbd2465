"""A project: the files that the linted one may import, and what names mean that a file does not bind itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Set
from types import MappingProxyType

import libcst as cst

from ...shapes import Unknown, Value
from ...source.looked import Seen
from ...source.parse import Source, SourceError
from ...source.pieces import statements_of
from ..library.catalogue import builtins, meaning_of, star_names
from ..library.shelves import shelved
from ..machine.blocks import run_block
from ..machine.flow import OutOfFuel
from ..machine.machine import Machine
from ..model.blueprint import Blueprint
from ..model.classes import Module
from ..model.frame import Frame
from ..model.values import External, Thrown
from .conventional_names import conventional_meaning
from .deferred import MODULE_FUEL, defer_definitions, evaluated, is_registry, is_waiting, waiting_for
from .executed_imports import ExecutedImports
from .files_looked_at import FilesLookedAt
from .given_up import forget_values
from .lazy_modules import imports_for_checkers
from .linted_files import LintedFiles

__all__ = ["NEVER_FOLLOWED", "Project", "new_module"]

NEVER_FOLLOWED = frozenset(sys.stdlib_module_names) | {"torch", "numpy", "scipy", "matplotlib", "PIL", "cv2", "einops",
    "packaging",
}  # fmt: skip
"""Packages that the interpreter models itself or knows nothing of, whatever files of these names the project has."""
_HIGHEST = 8
"""How many folders above the importing file an absolute import is looked for."""
_MOST_SEARCHES = 32
"""How often one file may have its imports searched for what a registry has not got."""
_DEEPEST_FORCED = 24
"""How many imported files may be executed one within the other, each for what the next may have registered."""


class Project(ExecutedImports):
    """The files that can be imported; one project serves all files of a session, and parses each of them once.

    It executes them anew for each file that is linted (:meth:`begin`): modules hold registries, which whoever imports them fills.

    ``read`` gives the text of a path, or None if there is no such file.  ``linted``: the files that are linted themselves,
    by normalized path; they are parsed whole for whoever comes first.  ``sizes``: what the user says of names that have no value
    in the code.  ``installed``: where the source of a package is that is not in the project, as a path without an ending; None
    where it is not to be followed.

    >>> files = {"sizes.py": "width = 3 * 64", "nets/tiny.py": "from sizes import width"}
    >>> project = Project(files.get)
    >>> module = project.open("nets/tiny.py")
    >>> machine = Machine(project, fuel=1_000)
    >>> project.name_in(machine, module, "width")
    192
    >>> sorted(project.depends_on("nets/tiny.py"))
    ['nets/sizes.py', 'nets/sizes/__init__.py', 'sizes.py']
    """

    def __init__(
        self,
        read: Callable[[str], str | None],
        linted: Set[str] = frozenset(),
        sizes: Mapping[str, int] = MappingProxyType({}),
        installed: Callable[[str], str | None] = lambda package: None,
    ) -> None:
        super().__init__()
        self._files, self._installed = FilesLookedAt(read), installed
        self.sizes = sizes
        self._linted = LintedFiles(linted)
        self._builtins = builtins()
        self._asked: dict[str, set[str]] = {}
        self._forcing = False
        self._depth = 0
        self.pulse: Callable[[], None] = _goes_on
        self.blueprints: dict[Hashable, Blueprint] = {}

    def look_up(self, machine: Machine, name: str, node: cst.CSTNode, frame: Frame) -> Value:
        """The value of a plain name."""
        names = frame.find(name)
        if names is not None:
            return evaluated(names, name)
        if name in self._builtins:
            return self._builtins[name]
        dotted = conventional_meaning(name, frame.module.source)
        if dotted is not None:
            return self.external(dotted)
        # In a notebook it may come from a cell that was deleted, elsewhere from `import *`: a name like any parameter.
        machine.unknown(f"name '{name}' is not known", node, frame)
        return machine.named_size(name)

    def name_in(self, machine: Machine, module: Module, name: str) -> Value:
        """``module.name``, a submodule included."""
        if name in module.names:
            return evaluated(module.names, name)
        inside = self._beside(module, name)
        if inside is None and self._told_checkers(machine, module) and name in module.names:
            return evaluated(module.names, name)
        return inside if inside is not None else Unknown(f"'{name}' is not in module '{module.name}'")

    def _told_checkers(self, machine: Machine, module: Module) -> bool:
        """Bind what a module that replaces itself tells type checkers that it holds; whether that is anything new."""
        source = module.source
        if source.path in self._told or "TYPE_CHECKING" not in source.text:
            return False
        self._told.add(source.path)
        frame = Frame(module, dict(module.names))
        found = imports_for_checkers(source, statements_of(source))
        with machine.activation(frame):
            run_block(machine, found, frame)
        new = {name: value for name, value in frame.names.items() if name not in module.names}
        module.names.update(new)
        return bool(new)

    def force_named(self, machine: Machine, name: str) -> bool:
        """Evaluate the decorated definitions of this name, which may be their key in a registry; False if there is none."""
        if self._forcing:
            return False
        waiting = [module for module in self.executed if is_waiting(module, name)]
        for module in waiting:
            self.name_in(machine, module, name)
        return bool(waiting)

    def note_import(self, importer: Source, level: int, dotted: str, name: str = "") -> None:
        """An import statement was executed, of a module or of a ``name`` in it, which may be a module as well: it is when
        something is asked for that it may have registered."""
        self._noted.append((importer, level, dotted, name))

    def force_imports(self, machine: Machine, registry: dict[Value, Value], key: Value) -> bool:
        """Execute modules that were imported, in this order, until ``registry`` has got ``key``; False if it has not.

        Only what belongs to a module, or to a global object of one, is a registry.  Of the files only those
        that mention the key are executed, and so many times at most that a search costs little beside the file.
        """
        waits = self._noted or self._imports
        if self._forcing or not waits or not isinstance(key, str) or self._depth >= _DEEPEST_FORCED:
            return False
        frame = machine.frames[-1]
        is_local = frame.names is not frame.module.names and any(each is registry for each in frame.names.values())
        if is_local or self.searches >= _MOST_SEARCHES:
            return False
        self.searches += 1
        around = {frame.module: None for frame in machine.frames}
        if not is_registry(registry, [*self.executed, *around]):
            return False
        self._depth += 1
        try:
            tried: set[tuple[str, int, str]] = set()
            while key not in registry and (places := [each for each in self._pending() if each not in tried]):
                tried.update(places)
                for place in places:
                    if place in self._imports and key not in registry:
                        self._execute_for(machine, key, place)
        finally:
            self._depth -= 1
        return key in registry

    def _pending(self) -> Iterable[tuple[str, int, str]]:
        """The modules that were imported and not executed for it, by the importing file, in the order of the imports."""
        for importer, level, dotted, name in self._noted:
            self._imports.setdefault((importer.path, level, dotted), importer)
            if name:
                self._imports.setdefault((importer.path, level, f"{dotted}.{name}" if dotted else name), importer)
        self._noted.clear()
        return self._imports

    def _execute_for(self, machine: Machine, key: str, place: tuple[str, int, str]) -> None:
        """Execute the file of an import that may enter ``key`` somewhere, and its decorated definitions if it mentions it."""
        importer, (_, level, dotted) = self._imports[place], place
        stems = self._stems(importer, level, dotted)
        mentions = (self._files.mentions(path, key) for stem in stems for path in _paths_of(stem))
        if not next((is_in for is_in in mentions if is_in is not None), False):
            return
        del self._imports[place]
        known = set(self._modules)
        module = self.find(importer, level, dotted)
        if module is None:
            return
        self._only_forced |= {os.path.normpath(module.source.path)} - known
        for name in [name for name in module.names if is_waiting(module, name)]:
            self.name_in(machine, module, name)

    def force_all(self, machine: Machine, registry: Value, *, only_held: bool = False) -> bool:
        """Evaluate what may add something to ``registry``; False if nothing does.

        ``only_held``: whether it has to belong to a global object, rather than to be global itself.
        """
        if self._forcing:
            return False  # a definition that looks into the registry which it is about to enter
        modules = [
            module for path, module in self._modules.items() if module is not None and path not in self._only_forced
        ]
        waiting = waiting_for(registry, modules, only_held=only_held)
        self._forcing = True
        try:
            for module, name in waiting:
                self.name_in(machine, module, name)
        finally:
            self._forcing = False
        return bool(waiting)

    def builtin(self, name: str) -> Value:
        """Python's built-in function ``name``."""
        return self._builtins[name]

    def star_names(self, dotted: str) -> Mapping[str, Value]:
        """What ``from dotted import *`` binds, of a module outside the project."""
        return star_names(self, dotted)

    def external(self, dotted: str) -> Value:
        """What a name outside the project means."""
        if dotted not in self._external:
            found = meaning_of(dotted)
            if type(found) is External and dotted not in shelved():
                inside = self._in_package(dotted)
                found = found if inside is None or isinstance(inside, Unknown) else inside
            self._external[dotted] = found
        return self._external[dotted]

    def _in_package(self, dotted: str) -> Value:
        """What a name of a package that is installed means by its source; None if it is not installed."""
        package, *names = dotted.split(".")
        place = None if package in NEVER_FOLLOWED else self._installed(package)
        value: Value = None if place is None else self._load(place, place)
        for name in names if value is not None else ():
            if not isinstance(value, Module):
                return None
            value = self.name_in(Machine(self, MODULE_FUEL), value, name)
        return value

    def whole(self, path: str, text: str) -> Source | None:
        """The tree of a linted file that was parsed already, for itself or for one that imports it."""
        return self._linted.whole(path, text)

    def keep(self, source: Source) -> None:
        """Have the tree of a linted file at hand for those that import it, as long as it is one of the last."""
        self._linted.keep(source)
        self._files.open(source)

    def open(self, path: str) -> Module | None:
        """The module of the file at ``path``, as if it were imported; None if it cannot be read.  Raises SourceError."""
        text = self._files.read(path)
        return None if text is None else self._execute(self._linted.parsed(text, path))

    def find(self, importer: Source, level: int, dotted: str) -> Module | None:
        """The module that ``dotted`` means in ``importer`` (``level`` leading dots), or None if it is not in the project."""
        for stem in self._stems(importer, level, dotted):
            found = self._load(stem, importer.path)
            if found is not None:
                return found
        return None

    def _stems(self, importer: Source, level: int, dotted: str) -> Iterator[str]:
        """Where a module may be, as paths without an ending."""
        folder = os.path.dirname(importer.path)
        parts = [part for part in dotted.split(".") if part]
        if level:
            for _ in range(level - 1):
                folder = os.path.join(folder, "..") if folder in ("", ".") else os.path.dirname(folder)
            yield os.path.join(folder, *parts)
            return
        if not parts or parts[0] in NEVER_FOLLOWED:
            return
        # Where the packages of the project begin is not known: in any of the folders above the file.
        for _ in range(_HIGHEST):
            yield os.path.join(folder, *parts)
            parent = os.path.dirname(folder)
            if parent == folder:
                return
            folder = parent

    def _beside(self, module: Module, name: str) -> Module | None:
        if os.path.basename(module.source.path) != "__init__.py":
            return None
        return self._load(os.path.join(os.path.dirname(module.source.path), name), module.source.path)

    def depends_on(self, path: str) -> set[str]:
        """Every path that was looked for, found or not, because the file at ``path`` or one it imports asked for it."""
        reached: set[str] = set()
        pending = [os.path.normpath(path)]
        while pending:
            for asked in self._asked.get(pending.pop(), ()):
                if asked not in reached:
                    reached.add(asked)
                    pending.append(asked)
        return reached

    def forget(self, path: str) -> None:
        """Read the file at ``path`` anew when it is imported next, and those that depend on it, found or not."""
        path = os.path.normpath(path)
        self._files.drop(path)
        if path not in self._modules and not any(path in asked for asked in self._asked.values()):
            return
        for known in [known for known in self._modules if known == path or path in self.depends_on(known)]:
            del self._modules[known]
            self._asked.pop(known, None)
        self.blueprints.clear()

    @property
    def text_held(self) -> int:
        """How many characters of files are parsed for those that import them."""
        return self._linted.text_held

    def let_go(self, most: int = 0) -> None:
        """Give back what the file before left, and of what is parsed all but so many characters, those asked for last."""
        self.begin(sys.maxsize)
        self._files.forget()
        self._linted.forget(most)

    def seen(self) -> Mapping[str, Seen | None]:
        """Every path that was looked for since :meth:`let_go`, found or not, with what was looked at in the file: None where that
        may be anything."""
        return self._files.seen()

    def is_as_seen(self, path: str, seen: Seen) -> bool:
        """Whether the file at ``path`` is, as far as it was looked at, what it was then.  Raises SourceError."""
        text = self._files.read(path)
        return text is not None and self._linted.parsed(text, path).is_as_seen(seen)

    def _load(self, stem: str, importer: str) -> Module | None:
        asked = self._asked.setdefault(os.path.normpath(importer), set())
        for path in _paths_of(stem):
            asked.add(path)
            if path in self._modules:
                if self._modules[path] is not None:
                    return self._modules[path]
                continue
            text = self._files.read(path)
            self._modules[path] = None
            if text is None:
                continue
            try:
                source = self._linted.parsed(text, path)
            except SourceError:
                continue
            return self._execute(source)
        return None

    def _execute(self, source: Source) -> Module:
        """Run the top level of an imported file; its definitions wait until they are used."""
        self._files.open(source)
        module = new_module(os.path.basename(source.path).removesuffix(".py"), source)
        # Known before it is executed, since it may import a file that imports it in turn.
        self._modules[os.path.normpath(source.path)] = module
        noted = None if self.announced is None else self.announced.by_import(module)
        machine = Machine(self, MODULE_FUEL, noted=noted)
        frame = Frame(module, module.names)
        defer_definitions(self, source, frame)
        body = statements_of(source)
        for index, node in enumerate(body):
            try:
                with machine.activation(frame):
                    run_block(machine, [node], frame)
            except Thrown:
                continue  # perhaps only here, where less is known than in a real run; later names are still of use
            except OutOfFuel:
                forget_values(module, body[index:])
                break
        return module


def _paths_of(stem: str) -> Iterator[str]:
    """The files that a module may be in, given their path without an ending."""
    yield os.path.normpath(f"{stem}.py")
    yield os.path.normpath(os.path.join(stem, "__init__.py"))


def _goes_on() -> None:
    """Nobody wants to give up the work."""


def new_module(name: str, source: Source) -> Module:
    """A module for ``source``, its top level not executed yet."""
    return Module(name, source, {"__name__": name, "__file__": source.path})
