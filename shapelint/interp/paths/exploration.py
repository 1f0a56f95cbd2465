"""Which paths of a file are executed: its script, its tests, every module class, every Sequential that stands alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import libcst as cst

from ...shapes import Shape, Tensor, unknown_rank
from ...source.parse import Source
from ..machine.machine import Machine, call
from ..model.frame import Frame
from ..model.module_tree import MODULE, named_modules
from ..model.tape import Override, Run
from ..model.values import Class, Function, Instance, Module
from ..project.imports import Project
from .placeholders import arguments_of, inputs_of
from .script import Script, attempt, run_script, script_fuel

__all__ = ["Exploration", "explore", "name_paths", "new_machine"]

_CLASS_FUEL = 60_000


class Exploration:
    """The runs of one file.

    ``runs``: the script, its tests, and every module class with its default arguments on a symbolic input.
    """

    def __init__(
        self,
        source: Source,
        project: Project,
        is_spoken_of: Callable[[cst.CSTNode], bool] = lambda node: True,
        inputs: Mapping[str, tuple[Shape, ...]] | None = None,
    ) -> None:
        self.source, self.project = source, project
        self._inputs = inputs or {}
        self._is_spoken_of = is_spoken_of
        self._has_modes = "self.training" in source.text
        self.runs: list[Run] = []
        self._machines: list[tuple[Run, Machine]] = []
        self._sequentials: dict[cst.CSTNode, Run | None] = {}
        project.outcomes.clear()
        script = run_script(source, project)
        self.module = script.module
        self._explore(script)

    def sequential(self, node: cst.CSTNode) -> Run | None:
        """The run of the Sequential that the call ``node`` builds, alone on a symbolic input; None if it is no such
        call, was never executed, or is taken apart (iterated, indexed) instead of being called."""
        if node not in self._sequentials:
            self._sequentials[node] = self._run_sequential(node)
        return self._sequentials[node]

    def alone(self) -> Iterator[Run]:
        """Runs of the Sequentials that were built, and neither called nor taken apart in any run."""
        seen: set[cst.CSTNode] = set()
        for owner, machine in self._machines:
            for instance in machine.sequentials:
                node = instance.made_by[0] if instance.made_by else None
                if node is None or node in seen or instance.called or instance.taken or not self._is_here(instance):
                    continue
                if not _is_left_alone(instance, owner):
                    continue
                seen.add(node)
                run = self.sequential(node)
                if run is not None:
                    yield run

    # -- the paths ----------------------------------------------------------------------------------------------

    def _explore(self, script: Script) -> None:
        self._add(script.run, script.machine)
        for name, value in list(self.module.names.items()):
            if type(value) is Function and _is_test(value) and not _was_entered(script.machine, value):
                self._add(*self._run_test(name, self.module, Override()))
        shown = {cls for run in self.runs for cls in _shown_to_work(run)}
        classes: list[tuple[Run, Machine]] = []
        for cls in reversed(self.classes()):  # those that use others come after them
            if cls.name in self._inputs:
                classes.insert(0, self.run_class(cls, Override(), self._inputs[cls.name], concrete=True))
            assert cls.node is not None
            if cls not in shown or not arguments_of(cls) or self._has_modes or self._is_spoken_of(cls.node):
                classes.insert(0, self._run_made_up(cls))
                shown |= _shown_to_work(classes[0][0])
        for run, machine in classes:
            self._add(run, machine)

    def classes(self) -> list[Class]:
        """The module classes that this file defines, in order."""
        found = []
        for value in self.module.names.values():
            if (
                isinstance(value, Class)
                and value.module is self.module
                and MODULE in value.mro
                and value.node is not None
            ):
                found.append(value)
        return found

    def _run_test(self, name: str, module: Module, override: Override) -> tuple[Run, Machine]:
        """Call the function ``name`` of the file, which needs no arguments."""
        machine = Machine(self.project, script_fuel(self.source), override, training=True)
        frame = Frame(module, module.names)
        function = module.names[name]

        def test() -> None:
            with machine.activation(frame):
                call(machine, function, (), {}, None, frame)

        def again(changed: Override) -> Run:
            return self._run_test(name, run_script(self.source, self.project, changed).module, changed)[0]

        ended = attempt(test)
        return (
            Run(f"{name}()", function.node, self.source, machine.tape, True, (), None, None, ended, again),
            machine,
        )

    def _run_made_up(self, cls: Class) -> tuple[Run, Machine]:
        """The run of a class on nothing but its defaults; where it refuses those, whoever uses it gives what is None."""
        run, machine = self.run_class(cls, Override())
        if run.module is None and run.ended is not None and run.ended.is_exception:
            given, other = self.run_class(cls, Override(), absent=True)
            if given.module is not None:
                return given, other
        return run, machine

    def run_class(
        self,
        cls: Class,
        override: Override,
        inputs: tuple[Shape, ...] | None = None,
        strict: bool = False,
        optional: bool = False,
        concrete: bool = False,
        absent: bool = False,
    ) -> tuple[Run, Machine]:
        """Build ``cls`` with its defaults (with ``strict``: with unknowns in their place, with ``absent``: in the place of
        None) and call it, with ``optional`` giving its optional inputs too.  ``concrete``: the user says that these are its
        inputs.
        """
        machine = Machine(self.project, _CLASS_FUEL, override)
        frame = Frame(self.module, self.module.names)
        built: list[Any] = []
        tensors: list[Any] = []

        def path() -> Any:
            with machine.activation(frame):
                args = arguments_of(cls, strict, override.symbols, absent)
                instance = call(machine, cls, (), args, cls.node, frame)
                built.append(instance)
                if isinstance(instance, Instance):
                    given = inputs_of(instance, inputs, optional=optional)
                    given |= {name: Tensor(*form) for name, form in override.inputs.items() if name in given}
                    tensors.extend(given.values())
                    return call(machine, instance, (), given, cls.node, frame) if given else None
            return None

        output: list[Any] = []
        ended = attempt(lambda: output.append(path()))
        instance = built[0] if built and isinstance(built[0], Instance) else None
        if instance is not None:
            name_paths(machine, instance)

        def again(changed: Override) -> Run:
            shapes = tuple(
                machine.tape.resolve(t.shape).substitute(changed.symbols) if isinstance(t, Tensor) else t
                for t in tensors
            )
            return self.run_class(cls, changed, shapes, strict, optional, concrete, absent)[0]

        result = output[0] if output else None
        node = cls.node
        assert node is not None
        title, given = f"{cls.name}()", tuple(tensors)
        return Run(title, node, self.source, machine.tape, concrete, given, result, instance, ended, again), machine

    def strict(self, run: Run, *, construction: bool = True, optional: bool = False) -> Run:
        """The same class with every default unknown: what fails there fails for every way to build it.

        ``construction``: the defaults of the constructor; ``optional``: those of ``forward``, when it is called.
        """
        cls = next(cls for cls in self.classes() if cls.node is run.node)
        return self.run_class(cls, Override(), strict=construction, optional=optional)[0]

    def _run_sequential(self, node: cst.CSTNode) -> Run | None:
        for owner, machine in self._machines:
            for position, instance in enumerate(machine.sequentials):
                if instance.made_by and instance.made_by[0] is node and self._is_here(instance):
                    if instance.taken:
                        return None
                    return self._call_sequential(node, owner, machine, position, Override(), None)
        return None

    def _is_here(self, instance: Instance) -> bool:
        return instance.built is not None and instance.built.source is self.source

    def _call_sequential(
        self, node: cst.CSTNode, owner: Run, built: Machine, position: int, override: Override, shape: Shape | None
    ) -> Run:
        machine = Machine(self.project, _CLASS_FUEL, override)
        machine.assumed = dict(built.assumed)
        instance = built.sequentials[position]
        called, taken = instance.called, instance.taken
        tensor = Tensor(shape or unknown_rank("the input of a Sequential"))
        frame = Frame(self.module, self.module.names)
        output: list[Any] = []

        def path() -> None:
            with machine.activation(frame):
                output.append(call(machine, instance, (tensor,), {}, node, frame))

        ended = attempt(path)
        instance.called, instance.taken = called, taken
        name_paths(machine, instance)

        def again(changed: Override) -> Run:
            start = machine.tape.resolve(tensor.shape).substitute(changed.symbols)
            if not changed.arguments and not changed.symbols:
                return self._call_sequential(node, owner, built, position, changed, start)
            rebuilt = self._rebuild(owner, changed)
            same = [i for i, other in enumerate(rebuilt.sequentials) if other.made_by and other.made_by[0] is node]
            if not same:
                return self._call_sequential(node, owner, built, position, changed, start)
            return self._call_sequential(node, owner, rebuilt, same[0], changed, start)

        row = self.source.span(node).row
        return Run(
            f"Sequential at line {row}", node, self.source, machine.tape, False, (tensor,),
            output[0] if output else None, instance, ended, again,
        )  # fmt: skip

    def _rebuild(self, owner: Run, override: Override) -> Machine:
        """Execute the construction again with ``override``, to have its Sequentials anew."""
        if owner.module is not None:
            cls = owner.module.cls
            machine = Machine(self.project, _CLASS_FUEL, override)
            frame = Frame(self.module, self.module.names)

            def path() -> None:
                with machine.activation(frame):
                    call(machine, cls, (), arguments_of(cls, False, override.symbols), cls.node, frame)

            attempt(path)
            return machine
        return run_script(self.source, self.project, override).machine

    def _add(self, run: Run, machine: Machine) -> None:
        self.runs.append(run)
        self._machines.append((run, machine))


def explore(
    source: Source,
    project: Project | Callable[[str], str | None] = lambda path: None,
    is_spoken_of: Callable[[cst.CSTNode], bool] = lambda node: True,
    inputs: Mapping[str, tuple[Shape, ...]] | None = None,
) -> Exploration:
    """Execute every path of ``source`` that is worth it.

    ``project``: the files that it may import, or how to read them; one project serves many files.  ``is_spoken_of``:
    whether something is claimed of the node of a class, which is then run on its own even if another path shows it to
    work.  ``inputs``: what the user says that classes are
    called with, by name.
    """
    return Exploration(source, project if isinstance(project, Project) else Project(project), is_spoken_of, inputs)


def new_machine(project: Project, fuel: int, override: Override | None = None) -> Machine:
    """A machine for one path of ``project``."""
    return Machine(project, fuel, override)


def _is_left_alone(sequential: Instance, run: Run) -> bool:
    """Whether nobody calls it: the forward of the module that made it came to its end without, and it has none of its own."""
    owner, forward = sequential.owner, sequential.cls.find("forward")
    if forward is not None and forward[0].node is not None:
        return False
    if owner is not None and _is_taken_apart(sequential, owner):
        return False
    return owner is None or owner.cls.find("forward") is None or (owner.called > 0 and run.ended is None)


def _is_taken_apart(sequential: Instance, owner: Instance) -> bool:
    """Whether the class of its owner indexes it or iterates over it, by the look of its lines: perhaps on a path that was
    not followed (in training, in a method that nobody calls)."""
    module, node = owner.cls.module, owner.cls.node
    if module is None or node is None:
        return False
    span = module.source.span(node)
    text = "\n".join(module.source.lines[span.row - 1 : span.end_row])
    names = [re.escape(name) for name, value in owner.attributes.items() if value is sequential]
    return any(re.search(rf"\.{name}\[|\bin (?:\w+\()*self\.{name}\b|\(self\.{name}\b", text) for name in names)


def name_paths(machine: Machine, root: Instance) -> None:
    names = {id(module): path for path, module in named_modules(root)}
    for entry in machine.tape.calls:
        if entry.module is not None:
            entry.path = names.get(id(entry.module), "")


def _shown_to_work(run: Run) -> set[Class]:
    """The classes that a run built and called with success.  Of one whose constructor needs arguments nothing can fail for
    every way to build it, which is all that a run on made-up arguments proves."""
    return {
        call.module.cls
        for call in run.tape.calls
        if call.module is not None and call.certain and isinstance(call.output, Tensor)
    }


def _is_test(function: Function) -> bool:
    name = function.name.lstrip("_")
    params = function.node.params
    required = [p for p in (*params.posonly_params, *params.params, *params.kwonly_params) if p.default is None]
    return (name.startswith("test") or name == "main") and not required


def _was_entered(machine: Machine, function: Function) -> bool:
    return any(entered.site.node is function.node for entered in machine.tape.entered)
