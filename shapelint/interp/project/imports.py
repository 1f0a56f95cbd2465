"""Imports: followed inside the linted project, looked up by name outside of it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from typing import Any

import libcst as cst

from ...shapes import Unknown, symbol
from ...source.parse import Source, SourceError, parse
from ...source.pieces import Definition, definitions_of, partial_source, statements_of
from ..library.catalogue import builtins, meaning_of, star_names
from ..machine.blocks import run_block
from ..machine.machine import Machine, Names, OutOfFuel
from ..machine.memo import Outcome
from ..model.blueprint import Blueprint
from ..model.frame import Frame
from ..model.values import Instance, Module, Thrown
from ..objects.definitions import define_class, define_function

__all__ = ["Deferred", "Project", "import_from", "import_names", "is_missing", "new_module"]

_NEVER_FOLLOWED = frozenset(sys.stdlib_module_names) | {"torch", "numpy", "scipy", "matplotlib", "PIL", "cv2", "einops"}
_CONVENTIONAL = {"torch": "torch", "nn": "torch.nn", "F": "torch.nn.functional", "np": "numpy"}
"""What a name means that a file uses without saying where it comes from: `from utils import *`, a deleted cell."""
_OTHER_FRAMEWORKS = re.compile(
    r"\b(?:mxnet|paddle|tensorflow|keras|jax|flax|mindspore|megengine|oneflow|d2l|tinygrad|mlx)\b"
)
_USUAL = _NEVER_FOLLOWED | {"torchvision", "torchaudio", "tqdm", "yaml", "pandas", "sklearn"}
_HIGHEST = 8
_MODULE_FUEL = 40_000
_MOST_KEPT = 2_000_000  # characters; their trees take 250 MB


class Deferred:
    """A definition or an import that is evaluated when its name is first used."""

    __slots__ = ("_asked", "_compute", "_state", "_value", "decorated")

    def __init__(
        self, compute: Callable[[], Any], asked: Callable[[], Module | None] = lambda: None, *, decorated: bool = False
    ) -> None:
        self._compute, self._state, self._asked, self.decorated = compute, "waiting", asked, decorated
        self._value: Any = None

    @property
    def is_busy(self) -> bool:
        """Whether its value is being computed just now."""
        return self._state == "busy"

    def asks(self, source: Source) -> bool:
        """Whether it imports something from the file ``source``."""
        module = self._asked()
        return module is not None and module.source.path == source.path

    def value(self) -> Any:
        """The value; a definition that needs itself is unknown."""
        if self._state == "waiting":
            self._state = "busy"
            try:
                self._value = self._compute()
            except (Thrown, OutOfFuel) as error:
                self._value = Unknown(f"its definition fails: {error}")
            self._state = "done"
        return self._value if self._state == "done" else Unknown("a definition that needs itself")


class Project:
    """The files that can be imported.  ``read`` gives the text of a path, or None if there is no such file.

    ``linted``: those that are linted themselves, by normalized path; they are parsed whole for whoever comes first.
    """

    def __init__(self, read: Callable[[str], str | None], linted: frozenset[str] = frozenset()) -> None:
        self._read, self._builtins = read, builtins()
        self._modules: dict[str, Module | None] = {}
        self._external: dict[str, Any] = {}
        self._asked: dict[str, set[str]] = {}
        self.blueprints: dict[Any, Blueprint] = {}
        self.outcomes: dict[Any, Outcome] = {}
        """Of calls, by what they were called with, as long as one file is executed."""
        self._forcing = False
        self._decorated = False
        self._linted = linted
        self._whole: dict[str, Source] = {}
        self._kept = 0

    # -- names --------------------------------------------------------------------------------------------------

    def look_up(self, machine: Machine, name: str, node: cst.CSTNode, frame: Frame) -> Any:
        """The value of a plain name."""
        names = frame.find(name)
        if names is None:
            if name in self._builtins:
                return self._builtins[name]
            if name in _CONVENTIONAL and _is_for_torch(frame.module.source):
                return self.external(_CONVENTIONAL[name])
            # In a notebook it may come from a cell that was deleted, elsewhere from `import *`: a name like any parameter.
            machine.unknown(f"name '{name}' is not known", node, frame)
            return symbol(name)
        value = names[name]
        if isinstance(value, Deferred):
            value = names[name] = value.value()
        return value

    def name_in(self, machine: Machine, module: Module, name: str) -> Any:
        """``module.name``, a submodule included."""
        if name not in module.names:
            inside = self._beside(module, name)
            return inside if inside is not None else Unknown(f"'{name}' is not in module '{module.name}'")
        value = module.names[name]
        if isinstance(value, Deferred):
            value = module.names[name] = value.value()
        return value

    def force_all(self, machine: Machine, registry: Any, *, only_held: bool = False) -> bool:
        """Evaluate what is deferred, if ``registry`` is one that decorators may fill; False if that adds nothing.

        It is a global, or belongs to an object that is one (``only_held``: no other); the latter is filled only by
        decorated definitions.
        """
        if self._forcing:
            return False  # a definition that looks into the registry which it is about to enter
        modules = [module for module in self._modules.values() if module is not None]
        is_global = any(id(registry) in map(id, module.names.values()) for module in modules)
        if only_held if is_global else not (self._decorated and _is_held(registry, modules)):
            return False
        waiting = [
            (module, name)
            for module in modules
            for name, value in list(module.names.items())
            if isinstance(value, Deferred) and (is_global or value.decorated) and not value.is_busy
        ]
        self._forcing = True
        try:
            for module, name in waiting:
                self.name_in(machine, module, name)
        finally:
            self._forcing = False
        return bool(waiting)

    def builtin(self, name: str) -> Any:
        """Python's built-in function ``name``."""
        return self._builtins[name]

    def star_names(self, dotted: str) -> Mapping[str, Any]:
        """What ``from dotted import *`` binds, of a module outside the project."""
        return star_names(self, dotted)

    def external(self, dotted: str) -> Any:
        """What a name outside the project means."""
        if dotted not in self._external:
            self._external[dotted] = meaning_of(dotted)
        return self._external[dotted]

    # -- files --------------------------------------------------------------------------------------------------

    def whole(self, path: str, text: str) -> Source | None:
        """The tree of a linted file that was parsed already, for itself or for one that imports it."""
        source = self._whole.get(os.path.normpath(path))
        return source if source is not None and source.text == text else None

    def keep(self, source: Source) -> None:
        """Have the tree of a linted file at hand for those that import it, as long as it is one of the last."""
        path = os.path.normpath(source.path)
        before = self._whole.pop(path, None)
        self._whole[path] = source
        self._kept += len(source.text) - (0 if before is None else len(before.text))
        while len(self._whole) > 1 and self._kept > _MOST_KEPT:
            self._kept -= len(self._whole.pop(next(iter(self._whole))).text)

    def _parsed(self, text: str, path: str) -> Source:
        """An imported file: whole if it is there or is going to be linted, else by its definitions.  Raises SourceError."""
        known = self.whole(path, text)
        if known is not None or path not in self._linted:
            return known or partial_source(text, path)
        source = parse(text, path)
        self.keep(source)
        return source

    def open(self, path: str) -> Module | None:
        """The module of the file at ``path``, as if it were imported; None if it cannot be read.  Raises SourceError."""
        text = self._read(path)
        return None if text is None else self._execute(self._parsed(text, path))

    def find(self, importer: Source, level: int, dotted: str) -> Module | None:
        """The module that ``dotted`` means in ``importer`` (``level`` leading dots), or None if it is not in the project."""
        folder = os.path.dirname(importer.path)
        parts = [part for part in dotted.split(".") if part]
        if level:
            for _ in range(level - 1):
                folder = os.path.join(folder, "..") if folder in ("", ".") else os.path.dirname(folder)
            return self._load(os.path.join(folder, *parts), importer)
        if not parts or parts[0] in _NEVER_FOLLOWED:
            return None
        for _ in range(_HIGHEST):
            found = self._load(os.path.join(folder, *parts), importer)
            if found is not None:
                return found
            parent = os.path.dirname(folder)
            if parent == folder:
                return None
            folder = parent
        return None

    def _beside(self, module: Module, name: str) -> Module | None:
        if os.path.basename(module.source.path) != "__init__.py":
            return None
        return self._load(os.path.join(os.path.dirname(module.source.path), name), module.source)

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

    def _load(self, stem: str, importer: Source) -> Module | None:
        asked = self._asked.setdefault(os.path.normpath(importer.path), set())
        for path in (f"{stem}.py", os.path.join(stem, "__init__.py")):
            path = os.path.normpath(path)
            asked.add(path)
            if path in self._modules:
                if self._modules[path] is not None:
                    return self._modules[path]
                continue
            text = self._read(path)
            self._modules[path] = None
            if text is None:
                continue
            try:
                source = self._parsed(text, path)
            except SourceError:
                continue
            return self._execute(source)
        return None

    def _execute(self, source: Source) -> Module:
        """Run the top level of an imported file; its definitions wait until they are used."""
        module = new_module(os.path.basename(source.path).removesuffix(".py"), source)
        self._modules[os.path.normpath(source.path)] = module
        machine = Machine(self, _MODULE_FUEL)
        frame = Frame(module, module.names)
        for definition in definitions_of(source):
            compute = partial(self._define, definition, frame)
            self._decorated = self._decorated or definition.decorated
            module.names[definition.name] = Deferred(compute, decorated=definition.decorated)
        for node in statements_of(source):
            try:
                with machine.activation(frame):
                    run_block(machine, [node], frame)
            except (Thrown, OutOfFuel):
                continue
        return module

    def _define(self, definition: Definition, frame: Frame) -> Any:
        machine = Machine(self, _MODULE_FUEL)
        try:
            node = definition.node()
        except SourceError as error:
            return Unknown(error.message)
        with machine.activation(frame):
            if isinstance(node, cst.ClassDef):
                return define_class(machine, node, frame)
            return (
                define_function(machine, node, frame) if isinstance(node, cst.FunctionDef) else Unknown("no definition")
            )


@lru_cache(maxsize=4)  # asked for each use of such a name
def _is_for_torch(source: Source) -> bool:
    return _OTHER_FRAMEWORKS.search(source.text) is None


def _is_held(registry: Any, modules: Iterable[Module]) -> bool:
    """Whether it is an attribute of a global object."""
    return any(
        type(value) is Instance and id(registry) in map(id, value.attributes.values())
        for module in modules
        for value in module.names.values()
    )


def new_module(name: str, source: Source) -> Module:
    """A module for ``source``, its top level not executed yet."""
    return Module(name, source, {"__name__": name, "__file__": source.path})


def import_names(machine: Machine, node: cst.Import, frame: Frame) -> None:
    """``import a.b as c, d``."""
    project, source = machine.project, frame.module.source
    for alias in node.names:
        dotted = _dotted(alias.name)
        if alias.asname is not None:
            name, target = _dotted(alias.asname.name), dotted
        else:
            name = target = dotted.partition(".")[0]
        found = Deferred(partial(_module_or_external, project, source, target))
        machine.bind(frame.target(name), name, found)


def _module_or_external(project: Names, source: Source, dotted: str) -> Any:
    return project.find(source, 0, dotted) or project.external(dotted)


def import_from(machine: Machine, node: cst.ImportFrom, frame: Frame) -> None:
    """``from ..a import b as c`` and ``from a import *``."""
    project, source = machine.project, frame.module.source
    dotted = "" if node.module is None else _dotted(node.module)
    level = len(node.relative)
    if isinstance(node.names, cst.ImportStar):
        _import_star(machine, project.find(source, level, dotted), dotted, frame)
        return
    for alias in node.names:
        wanted = _dotted(alias.name)
        name = wanted if alias.asname is None else _dotted(alias.asname.name)
        found = Deferred(
            partial(_imported, machine, source, level, dotted, wanted), partial(project.find, source, level, dotted)
        )
        machine.bind(frame.target(name), name, found)


def is_missing(project: Names, node: cst.Import | cst.ImportFrom, source: Source) -> bool:
    """Whether a statement imports a package that is neither in the project nor of the standard library or torch's family.

    What a file does without, if need be, is read as not installed.
    """
    if isinstance(node, cst.ImportFrom):
        wanted = [] if node.relative or node.module is None else [_dotted(node.module)]
    else:
        wanted = [_dotted(alias.name) for alias in node.names]
    return any(dotted.partition(".")[0] not in _USUAL and project.find(source, 0, dotted) is None for dotted in wanted)


def _imported(machine: Machine, source: Source, level: int, dotted: str, wanted: str) -> Any:
    project = machine.project
    module = project.find(source, level, dotted)
    if module is not None and not _is_busy(module, wanted):
        if wanted in module.names or os.path.basename(module.source.path) == "__init__.py":
            return project.name_in(machine, module, wanted)
        return Unknown(f"'{wanted}' is not in module '{module.name}'")
    inside = project.find(source, level, f"{dotted}.{wanted}" if dotted else wanted)
    if inside is not None:
        return inside
    return project.external(f"{'.' * level}{dotted}.{wanted}" if dotted else f"{'.' * level}{wanted}")


def _is_busy(module: Module, name: str) -> bool:
    """Whether ``name`` is being imported by the very module that is asked for it: then a file of that name is meant."""
    value = module.names.get(name)
    return isinstance(value, Deferred) and value.is_busy


def _import_star(machine: Machine, module: Module | None, dotted: str, frame: Frame) -> None:
    if module is None:
        for name, value in machine.project.star_names(dotted).items():
            machine.bind(frame.names, name, value)
        return
    public = module.names.get("__all__")
    if isinstance(public, (list, tuple)) and all(isinstance(name, str) for name in public):
        chosen = [name for name in public if name in module.names]
    else:
        chosen = [name for name in module.names if not name.startswith("_")]
    for name in chosen:
        value = module.names[name]
        if name in frame.names and isinstance(value, Deferred) and value.asks(frame.module.source):
            continue  # what the other file imported from this one
        machine.bind(frame.names, name, value)


def _dotted(node: cst.CSTNode) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""
