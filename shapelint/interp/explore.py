"""Which paths of a file are executed: its script, its tests, every module class, every Sequential that stands alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import libcst as cst

from ..shapes import Expr, Shape, Symbol, Tensor, Unknown, substitute, unknown_rank
from ..shapes.dim import of_atom
from ..source.parse import Source
from .blocks import run_block
from .calls import call
from .hints import tensor_hint
from .imports import Deferred, Project, new_module
from .machine import Machine, OutOfFuel
from .parameters import MORE_KEYWORDS, MORE_POSITIONAL
from .scope import Frame
from .submodules import MODULE, named_modules
from .tape import Override, Run
from .values import Class, Function, Gap, Instance, Thrown

__all__ = ["Exploration", "arguments_of", "attempt", "explore", "inputs_of", "name_paths", "new_machine"]

_CLASS_FUEL = 60_000
_LEAST_FUEL, _FUEL_A_LINE, _MOST_FUEL = 4_000, 3, 20_000
_TEXT_PARAMETERS = frozenset(
    {"str", "bool", "Callable", "Type", "List", "Tuple", "Dict", "Any", "dict", "list", "tuple"}
)


class Exploration:
    """The runs of one file.

    ``runs``: the script, its tests, and every module class with its default arguments on a symbolic input.
    """

    def __init__(self, source: Source, project: Project, every_class: bool = True) -> None:
        self.source, self.project = source, project
        self._every_class = every_class or "self.training" in source.text
        self.fuel = _script_fuel(source)
        self.runs: list[Run] = []
        self._machines: list[tuple[Run, Machine]] = []
        self._sequentials: dict[cst.CSTNode, Run | None] = {}
        self.module = new_module("__main__", source)
        self._explore()

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

    def _explore(self) -> None:
        script = Machine(self.project, self.fuel, training=True)
        ended = attempt(lambda: self._execute(script))
        again = self._unrepeatable
        self._add(
            Run("the script", self.source.tree, self.source, script.tape, True, (), None, None, ended, again), script
        )
        for name, value in list(self.module.names.items()):
            value = value.value() if isinstance(value, Deferred) else value
            if isinstance(value, Function) and _is_test(value) and not _was_entered(script, value):
                self._add(*self._run_test(name, value))
        for cls in self.classes():
            if self._every_class or not self._is_shown_to_work(cls):
                self._add(*self.run_class(cls, Override()))

    def _is_shown_to_work(self, cls: Class) -> bool:
        """Whether a path that the file itself runs built and called it, and its constructor needs arguments: then
        nothing can fail for every way to build it, which is all that a run on made-up arguments proves."""
        return bool(arguments_of(cls)) and any(
            call.module is not None and call.module.cls is cls and call.certain and isinstance(call.output, Tensor)
            for run in self.runs
            for call in run.tape.calls
        )

    def _execute(self, machine: Machine) -> None:
        frame = Frame(self.module, self.module.names)
        for node in self.source.tree.body:
            with machine.activation(frame):
                try:
                    run_block(machine, [node], frame)
                except Thrown:
                    machine.doubt += 1  # what follows may still define the models, but proves nothing any more

    def _unrepeatable(self, override: Override) -> Run:
        machine = Machine(self.project, self.fuel, override, training=True)
        fresh = Exploration.__new__(Exploration)
        fresh.source, fresh.project, fresh.fuel = self.source, self.project, self.fuel
        fresh.module = new_module("__main__", self.source)
        ended = attempt(lambda: fresh._execute(machine))
        return Run(
            "the script", self.source.tree, self.source, machine.tape, True, (), None, None, ended, self._unrepeatable
        )

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

    def _run_test(self, name: str, function: Function) -> tuple[Run, Machine]:
        machine = Machine(self.project, self.fuel, training=True)
        frame = Frame(self.module, self.module.names)

        def test() -> None:
            with machine.activation(frame):
                call(machine, function, (), {}, None, frame)

        ended = attempt(test)
        run = Run(
            f"{name}()", function.node, self.source, machine.tape, True, (), None, None, ended, self._unrepeatable
        )
        return run, machine

    def run_class(
        self,
        cls: Class,
        override: Override,
        inputs: tuple[Shape, ...] | None = None,
        strict: bool = False,
        optional: bool = False,
    ) -> tuple[Run, Machine]:
        """Build ``cls`` with its defaults (with ``strict``: with unknowns in their place) and call it, with ``optional``
        giving its optional inputs too.
        """
        machine = Machine(self.project, _CLASS_FUEL, override)
        frame = Frame(self.module, self.module.names)
        built: list[Any] = []
        tensors: list[Any] = []

        def path() -> Any:
            with machine.activation(frame):
                args = arguments_of(cls, strict, override.symbols)
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
            return self.run_class(cls, changed, shapes, strict, optional)[0]

        result = output[0] if output else None
        node = cls.node
        assert node is not None
        run = Run(
            f"{cls.name}()", node, self.source, machine.tape, False, tuple(tensors), result, instance, ended, again
        )
        return run, machine

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
        machine = Machine(self.project, self.fuel, override, training=True)
        again = Exploration.__new__(Exploration)
        again.source, again.project, again.fuel = self.source, self.project, self.fuel
        again.module = new_module("__main__", self.source)
        attempt(lambda: again._execute(machine))
        return machine

    def _add(self, run: Run, machine: Machine) -> None:
        self.runs.append(run)
        self._machines.append((run, machine))


def explore(
    source: Source, project: Project | Callable[[str], str | None] = lambda path: None, every_class: bool = True
) -> Exploration:
    """Execute every path of ``source`` that is worth it.

    ``project``: the files that it may import, or how to read them; one project serves many files.  ``every_class``: also
    run classes on made-up arguments that the file itself runs on its own.
    """
    return Exploration(source, project if isinstance(project, Project) else Project(project), every_class)


def new_machine(project: Project, fuel: int, override: Override | None = None) -> Machine:
    """A machine for one path of ``project``."""
    return Machine(project, fuel, override)


def _script_fuel(source: Source) -> int:
    """What a script, or one of its tests, may use: a test of many models in one file need not build all of them."""
    return min(_LEAST_FUEL + _FUEL_A_LINE * source.text.count("\n"), _MOST_FUEL)


def attempt(path: Callable[[], Any]) -> str | None:
    """Follow a path to its end; the reason if it does not get there."""
    try:
        path()
    except OutOfFuel as error:
        return str(error)
    except Thrown as error:
        return f"{error.name} is raised"
    except RecursionError:
        return "nested too deeply"
    return None


def _is_left_alone(sequential: Instance, run: Run) -> bool:
    """Whether nobody calls it: the forward of the module that made it came to its end without, and it has none of its own."""
    owner, forward = sequential.owner, sequential.cls.find("forward")
    if forward is not None and forward[0].node is not None:
        return False
    return owner is None or owner.cls.find("forward") is None or (owner.called > 0 and run.ended is None)


def name_paths(machine: Machine, root: Instance) -> None:
    names = {id(module): path for path, module in named_modules(root)}
    for entry in machine.tape.calls:
        if entry.module is not None:
            entry.path = names.get(id(entry.module), "")


def _is_test(function: Function) -> bool:
    name = function.name.lstrip("_")
    params = function.node.params
    required = [p for p in (*params.posonly_params, *params.params, *params.kwonly_params) if p.default is None]
    return (name.startswith("test") or name == "main") and not required


def _was_entered(machine: Machine, function: Function) -> bool:
    return any(entered.site.node is function.node for entered in machine.tape.entered)


# -- arguments that nobody gave ---------------------------------------------------------------------------------------


def arguments_of(cls: Class, strict: bool = False, values: Any = None) -> dict[str, Any]:
    """Values for the parameters of the constructor that have no default (with ``strict``: for all), by name."""
    found = cls.find("__init__")
    if found is None or not isinstance(found[1], Function):
        layer = None if found is None else found[0].layer
        return {} if layer is None else {name: of_atom(Symbol(name)) for name in layer.signature.required}
    params = found[1].node.params
    wanted = [*params.posonly_params, *params.params][1:] + list(params.kwonly_params)
    given: dict[str, Any] = {}
    for param in wanted:
        if param.default is None or strict:
            given[param.name.value] = substitute_named(_parameter(param), values)
    if isinstance(params.star_arg, cst.Param):
        given[MORE_POSITIONAL] = Gap(f"'*{params.star_arg.name.value}' is not given")
    if params.star_kwarg is not None:
        given[MORE_KEYWORDS] = Gap(f"'**{params.star_kwarg.name.value}' is not given")
    return given


def substitute_named(value: Any, values: Any) -> Any:
    """A parameter with the value that a replay gives it."""
    return substitute(value, values) if isinstance(value, Expr) and values else value


def _parameter(param: cst.Param) -> Any:
    name = param.name.value
    if param.annotation is not None:
        annotation = param.annotation.annotation
        head = annotation.value if isinstance(annotation, cst.Subscript) else annotation
        if isinstance(head, cst.Attribute):
            head = head.attr
        if isinstance(head, cst.Name) and head.value in _TEXT_PARAMETERS:
            return Unknown(f"parameter '{name}' has no default")
    minimum = 0 if "pad" in name else 1
    return of_atom(Symbol(name, minimum=minimum, reason=f"parameter '{name}' has no default"))


def inputs_of(instance: Instance, shapes: tuple[Shape, ...] | None, *, optional: bool = False) -> dict[str, Any]:
    """Tensors for the parameters of ``forward`` that have no default; with ``optional`` unknowns for the others."""
    found = instance.cls.find("forward")
    if found is None:
        return {}
    if not isinstance(found[1], Function):
        layer = instance.cls.catalogued
        names = ("input",) if layer is None else layer.inputs.required
        known = dict(zip(names, shapes or (), strict=False))
        return {name: Tensor(known.get(name) or unknown_rank("an input")) for name in names}
    params = found[1].node.params
    wanted = [*params.posonly_params, *params.params][1:] + list(params.kwonly_params)
    given: dict[str, Any] = {}
    for index, param in enumerate(p for p in wanted if p.default is None):
        name = param.name.value
        hint = param.annotation.annotation if param.annotation is not None else None
        plain = isinstance(hint, cst.Name) and hint.value in ("int", "float", "bool", "str")
        if shapes is not None and index < len(shapes):
            value = shapes[index]
            given[name] = Tensor(value) if isinstance(value, Shape) else value
        elif plain or (isinstance(hint, cst.Subscript) and tensor_hint(hint) is None):
            given[name] = Unknown(f"argument '{name}' of forward")
        else:
            given[name] = Tensor(unknown_rank(f"input '{name}'"))
    if optional and given:
        left_out = (param.name.value for param in wanted if param.default is not None)
        given.update({name: Unknown(f"argument '{name}' of forward") for name in left_out})
    return given
