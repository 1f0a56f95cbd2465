"""Runs of a ``Sequential`` on its own: one that was built, and neither called nor taken apart, still shows its sizes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ...records import dataclass, replace
from ...shapes import Shape, Tensor, unknown_rank
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Instance, Module
from ..model.tape import Override, Run
from ..project.project import Project
from .attempt import attempt
from .class_runs import CLASS_FUEL
from .placeholders import arguments_of
from .script import run_script

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["left_alone", "run_sequential"]


@dataclass(frozen=True, slots=True, eq=False)
class _Built:
    """A Sequential that ``owner`` built on ``machine``: the one at ``position`` of those that it made."""

    owner: Run
    machine: Machine
    position: int

    @property
    def instance(self) -> Instance:
        """The Sequential itself."""
        return self.machine.sequentials[self.position]


def left_alone(module: Module, runs: Iterable[tuple[Run, Machine]]) -> Iterator[cst.CSTNode]:
    """The calls that built a Sequential of this file, and none that was called or taken apart in any run.

    One call may build several: in a loop that fills its list, each takes the place of the one before.
    """
    runs = list(runs)
    made = [instance for _, machine in runs for instance in machine.sequentials if instance.made_by]
    seen = {instance.made_by[0] for instance in made if instance.called or instance.taken}
    for owner, machine in runs:
        for instance in machine.sequentials:
            node = instance.made_by[0] if instance.made_by else None
            if node is None or node in seen or not _is_in(module, instance):
                continue
            if _is_left_alone(instance, owner):
                seen.add(node)
                yield node


def run_sequential(
    project: Project, module: Module, runs: Iterable[tuple[Run, Machine]], node: cst.CSTNode
) -> Run | None:
    """The run of the Sequential that the call ``node`` builds, on a tensor of unknown rank.

    None if ``node`` is not such a call, was never executed, or is taken apart (iterated, indexed) instead of being called.
    """
    for owner, machine in runs:
        for position, instance in enumerate(machine.sequentials):
            if instance.made_by and instance.made_by[0] is node and _is_in(module, instance):
                if instance.taken:
                    return None
                return _call_alone(project, module, node, _Built(owner, machine, position), Override(), None)
    return None


def _is_in(module: Module, instance: Instance) -> bool:
    return instance.built is not None and instance.built.source is module.source


def _call_alone(
    project: Project, module: Module, node: cst.CSTNode, built: _Built, override: Override, shape: Shape | None
) -> Run:
    machine = Machine(project, CLASS_FUEL, override)
    # It was built under these answers to unknown conditions, which must not be answered differently when it is called.
    machine.assumed = dict(built.machine.assumed)
    instance = built.instance
    called, taken = instance.called, instance.taken
    tensor = Tensor(shape or unknown_rank("the input of a Sequential"))
    try:
        made = attempt(machine, module, lambda frame: call(machine, instance, (tensor,), {}, node, frame))
    finally:  # these count the calls that the program makes, and this is not one of them
        instance.called, instance.taken = called, taken

    def again(changed: Override) -> Run:
        start = None if changed.unbatched else machine.tape.resolve(tensor.shape).substitute(changed.symbols)
        anew = _built_anew(project, module, node, built, changed) if changed.arguments or changed.symbols else None
        return _call_alone(project, module, node, anew or built, changed, start)

    title = f"Sequential at line {module.source.span(node).row}"
    return made.run(title, node, again, inputs=(tensor,), instance=instance)


def _built_anew(
    project: Project, module: Module, node: cst.CSTNode, built: _Built, override: Override
) -> _Built | None:
    """The same Sequential after its construction was executed again with ``override``; None if that does not build it."""
    if built.owner.module is None:
        machine = run_script(module.source, project, override).machine
    else:
        cls = built.owner.module.cls
        machine = Machine(project, CLASS_FUEL, override)
        args = arguments_of(cls, values=override.symbols, sizes=project.sizes)
        attempt(machine, module, lambda frame: call(machine, cls, (), args, cls.node, frame))
    for position, instance in enumerate(machine.sequentials):
        if instance.made_by and instance.made_by[0] is node:
            return replace(built, machine=machine, position=position)
    return None


def _is_left_alone(sequential: Instance, run: Run) -> bool:
    """Whether the program does not call it: it has no ``forward`` of its own, and that of its owner ended without a call."""
    owner, forward = sequential.owner, sequential.cls.find("forward")
    if forward is not None and forward[0].node is not None:
        return False
    if owner is not None and _is_taken_apart(sequential, owner):
        return False
    return owner is None or owner.cls.find("forward") is None or (owner.called > 0 and run.ended is None)


def _is_taken_apart(sequential: Instance, owner: Instance) -> bool:
    """Whether the lines of its owner's class look as if they indexed it or iterated over it.

    That may happen on a path that was not followed: in training, or in a method that is never called.
    """
    module, node = owner.cls.module, owner.cls.node
    if module is None or node is None:
        return False
    span = module.source.span(node)
    text = "\n".join(module.source.lines[span.row - 1 : span.end_row])
    names = [re.escape(name) for name, value in owner.attributes.items() if value is sequential]
    return any(re.search(rf"\.{name}\[|\bin (?:\w+\()*self\.{name}\b|\(self\.{name}\b", text) for name in names)
