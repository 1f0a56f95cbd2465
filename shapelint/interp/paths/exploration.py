"""Which paths of a file are executed: its script, its tests, every module class, every Sequential that is left alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from ...shapes import Tensor
from ...source.parse import Source
from ..machine.machine import Machine
from ..model.classes import Class
from ..model.module_tree import MODULE
from ..model.tape import Override, Run
from ..project.project import Project
from .class_runs import Usage, run_class, run_on_defaults
from .placeholders import arguments_of
from .script import demos_of, run_script, run_test, tests_of
from .sequential_runs import left_alone, run_sequential
from .unused_layers import unused_layers

if TYPE_CHECKING:
    import libcst as cst

    from ...shapes.written_inputs import Input
    from .run_memory import RunMemory

__all__ = ["FILE_FUEL", "Exploration", "explore"]

FILE_FUEL = 300_000
"""What all paths of a file may use together: a file may have any number of classes and tests, none of which ends."""


class _Inputs:
    """What the user says that a class is called with."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self.texts = texts

    def read(self) -> tuple[Input, ...]:
        """The inputs, for a call."""
        from ...shapes.written_inputs import read_input  # few files have some

        return tuple(given for text in self.texts if (given := read_input(text)) is not None)

    @cached_property
    def are_concrete(self) -> bool:
        """Whether no size of them is open."""
        from ...shapes.written_inputs import has_symbols

        return not any(has_symbols(given.value) for given in self.read())


class Exploration:
    """The runs of one file.

    ``runs``: the script, its tests, and every module class with its default arguments on a symbolic input.  ``module``:
    what the script has defined.
    """

    def __init__(
        self,
        source: Source,
        project: Project,
        is_spoken_of: Callable[[cst.CSTNode], bool],
        inputs: Mapping[str, tuple[str, ...]],
        memory: RunMemory | None,
    ) -> None:
        self.source, self.project, self._memory = source, project, memory
        self._inputs = {name: _Inputs(texts) for name, texts in inputs.items()}
        self._sequentials: dict[cst.CSTNode, Run | None] = {}
        self._run_all(is_spoken_of)
        if memory is not None and memory.is_misled():
            self._run_all(is_spoken_of)

    def _run_all(self, is_spoken_of: Callable[[cst.CSTNode], bool]) -> None:
        source, project = self.source, self.project
        self.runs: list[Run] = []
        self._machines: list[tuple[Run, Machine]] = []
        if self._memory is None:
            project.begin(FILE_FUEL)
            script = run_script(source, project)
        else:
            script = self._memory.script(source, project, FILE_FUEL)
        self.module = script.module
        self._add(script.run, script.machine)
        for name, node in tests_of(script):
            self._add(*self._called(name, node))
        for name, node in demos_of(script):
            if not any(entry.site.node is node for run in self.runs for entry in run.tape.entered):
                self._add(*self._called(name, node))
        for run, machine in self._run_classes(is_spoken_of):
            self._add(run, machine)

    def _add(self, run: Run, machine: Machine) -> None:
        self.runs.append(run)
        self._machines.append((run, machine))

    def _called(self, name: str, node: cst.FunctionDef) -> tuple[Run, Machine]:
        make = partial(run_test, self.project, self.module, name, node)
        return make() if self._memory is None else self._memory.called(name, node, self.project, make)

    def _run_classes(self, is_spoken_of: Callable[[cst.CSTNode], bool]) -> list[tuple[Run, Machine]]:
        """The runs of the classes, in the order of the file."""
        # A model that behaves in another way in training has shown only one of its ways so far.
        has_modes = "self.training" in self.source.text
        shown = {node for run in self.runs for node in _shown_to_work(run)}
        found: list[tuple[Run, Machine]] = []
        for cls in reversed(self.classes()):  # those that use others come after them, and show them to work
            assert cls.node is not None
            inputs = self._inputs.get(cls.name)
            if inputs is not None and inputs.are_concrete:
                found.insert(0, self._on_inputs(cls, inputs))
            # Of a class that works, and whose constructor needs arguments, nothing can fail for every way to build it,
            # which is all that a run on made-up arguments proves.  Only a claim about it makes one worth its time.
            is_asked_for = has_modes or self._symbolic(cls) is not None or is_spoken_of(cls.node)
            if cls.node not in shown or not arguments_of(cls) or is_asked_for:
                found.insert(0, self._on_defaults(cls))
                shown |= _shown_to_work(found[0][0])
        return found

    def _on_defaults(self, cls: Class) -> tuple[Run, Machine]:
        inputs = self._symbolic(cls)
        if inputs is None:
            return self._kept(cls, cls.node, partial(run_on_defaults, self.project, self.module, cls))
        make = partial(run_on_defaults, self.project, self.module, cls, inputs.read())
        return self._kept(cls, (cls.node, inputs.texts), make)

    def _on_inputs(self, cls: Class, inputs: _Inputs) -> tuple[Run, Machine]:
        usage = Usage(written=inputs.read(), concrete=True)
        make = partial(run_class, self.project, self.module, cls, usage, Override())
        return self._kept(cls, (cls.node, inputs.texts), make)

    def _symbolic(self, cls: Class) -> _Inputs | None:
        """What the user says that a class is called with, if some sizes of it are open: then it is run on that by default."""
        inputs = self._inputs.get(cls.name)
        return None if inputs is None or inputs.are_concrete else inputs

    def _kept(self, cls: Class, how: Hashable, make: Callable[[], tuple[Run, Machine]]) -> tuple[Run, Machine]:
        """The run of an earlier version of the file if there is one, or else what ``make`` gives."""
        if self._memory is None:
            return make()
        # What is asked for is what the global name means, which need not be the name that the definition has; one that no
        # global name means (in the body of another, or of a name given to another later) is kept for this version only.
        name = next((name for name, value in self.module.names.items() if value is cls), None)
        return self._memory.run(name, how if name is not None else (cls, how), self.project, make)

    def run_of(self, cls: Class, given: bool = False) -> Run:
        """The run of a class of this file, on made-up inputs or on those that the user gives for it, whether or not it is among
        the ``runs``."""
        inputs = self._inputs.get(cls.name) if given else None
        run, _ = self._on_inputs(cls, inputs) if inputs is not None and inputs.are_concrete else self._on_defaults(cls)
        return run

    def classes(self) -> list[Class]:
        """The module classes that this file defines, in order, those in the bodies of others after these.

        First come those whose names it gives to others later; of what is in their bodies the globals are not known.
        """
        found = dict.fromkeys(cls for cls in self.module.shadowed if cls.module is self.module and cls.node is not None)
        waiting = list(reversed(self.module.names.values()))
        while waiting:
            value = waiting.pop()
            if (
                isinstance(value, Class)
                and value.module is self.module
                and value.node is not None
                and value not in found
            ):
                found[value] = None
                waiting.extend(reversed(value.names.values()))
        return [cls for cls in found if MODULE in cls.mro]

    def strict(self, run: Run, *, construction: bool = True, optional: bool = False) -> Run:
        """The run of a class once more with every default unknown: what fails there fails for every way to build it.

        ``construction``: all defaults of the constructor, or else only those of None; ``optional``: those of ``forward``,
        when it is called.
        """
        cls = next(cls for cls in self.classes() if cls.node is run.node)
        inputs = self._symbolic(cls)
        written = () if inputs is None else inputs.read()
        usage = Usage(strict=construction, unset=not construction, optional=optional, written=written)
        return run_class(self.project, self.module, cls, usage, Override())[0]

    def sequential(self, node: cst.CSTNode) -> Run | None:
        """The run of the Sequential that the call ``node`` builds, alone on a symbolic input; None if the
        call was not executed, or if what it builds is taken apart (iterated, indexed)."""
        if node not in self._sequentials:
            self._sequentials[node] = run_sequential(self.project, self.module, self._machines, node)
        return self._sequentials[node]

    def alone(self) -> Sequence[Run]:
        """Runs of the Sequentials that were built, and neither called nor taken apart in any run, and of the layers of classes
        without ``forward``; after a path that was given up, those of layers that are refused whatever leads to them as well."""
        return self._alone

    @cached_property
    def _alone(self) -> Sequence[Run]:
        runs = (self.sequential(node) for node in left_alone(self.module, self._machines))
        uncalled = unused_layers(self.project, self.module, self.runs)
        return [*(run for run in runs if run is not None), *uncalled, *self._refused]

    @cached_property
    def _refused(self) -> Sequence[Run]:
        if all(run.ended is None or run.ended.is_exception for run in self.runs):
            return ()
        from .literal_layers import refused_literals  # hardly any file needs it

        return refused_literals(self.project, self.module)


def explore(
    source: Source,
    project: Project | Callable[[str], str | None] = lambda path: None,
    is_spoken_of: Callable[[cst.CSTNode], bool] = lambda node: True,
    inputs: Mapping[str, tuple[str, ...]] | None = None,
    memory: RunMemory | None = None,
) -> Exploration:
    """Execute every path of ``source`` that is worth it.

    ``project``: the files that it may import, or how to read them; one project serves many files.  ``is_spoken_of``:
    whether something is claimed of the node of a class, which is then run on its own even if another path shows it to
    work.  ``inputs``: what the user says that classes are called with, by name, as for ``--input``.
    ``memory``: what is left of the runs of an earlier version of this file.

    >>> from shapelint.source.parse import parse
    >>> net = "class Net(nn.Sequential):\\n    def __init__(self):\\n        super().__init__(nn.Conv2d(3, 8, 5))\\n"
    >>> for run in explore(parse(f"from torch import nn\\n{net}", "net.py")).runs:
    ...     print(run.title, run.output)
    the script None
    Net() Tensor(N, 8, H - 4, W - 4)
    """
    project = project if isinstance(project, Project) else Project(project)
    return Exploration(source, project, is_spoken_of, inputs or {}, memory)


def _shown_to_work(run: Run) -> set[cst.ClassDef | None]:
    """The classes that a run built and called with success, by their nodes: the run may be older than the module."""
    return {
        call.module.cls.node
        for call in run.tape.calls
        if call.module is not None and call.certain and isinstance(call.output, Tensor)
    }
