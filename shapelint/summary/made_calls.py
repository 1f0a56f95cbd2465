"""Which calls of a run are the model's: what its constructor tried, and what only some arms make, is left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence

from ..interp import Call, Instance
from ..interp.model.called_attributes import perhaps_modules
from ..interp.model.module_tree import children
from ..interp.paths.targets import Executed
from ..layers.declare import parameters_of

__all__ = ["holder_at", "is_leaf", "made_calls"]


def made_calls(executed: Executed, same: Callable[[Call], Hashable]) -> dict[int, Call]:
    """The calls that the model makes for certain, by index, up to the one that PyTorch refuses.

    Where an unknown condition was followed both ways, what all arms that do not raise make alike (by ``same``) is kept of
    the first of them.
    """
    found = {}
    for call in executed.tape.calls[executed.first :]:
        found[call.index] = call
        if call.reject is not None and call.certain:
            break
    for fork in executed.tape.forks:
        for index in list(_not_certain(fork, found, same)):
            found.pop(index, None)
    return found


def _not_certain(
    fork: Sequence[tuple[int, int, bool]], calls: Mapping[int, Call], same: Callable[[Call], Hashable]
) -> Iterator[int]:
    arms = [[index for index in range(begin, end) if index in calls] for begin, end, _ in fork]
    living = [arm for arm, (_, _, lived) in zip(arms, fork, strict=True) if lived]
    made = [[same(calls[index]) for index in arm if same(calls[index]) is not None] for arm in living]
    kept = set(living[0] if living and all(each == made[0] for each in made) else [])
    yield from (index for arm in arms for index in arm if index not in kept)


def is_leaf(call: Call, named: Collection[Instance]) -> bool:
    """Whether it is the call of a module without submodules, or of one of torch's composite layers.

    ``named``: the modules of the model.  Layers that ``forward`` itself makes are left out: torch does not list these as
    the model's either.
    """
    module = call.module
    if module is None or call.inner or call.constructs or module not in named:
        return False
    return not _runs_children(module)


def _runs_children(module: Instance) -> bool:
    """Whether its ``forward`` is that of a module with others inside.

    Attention and the Transformer layers have modules inside, too, but it is they that do the work: torch hands the
    weights of those modules to one function.
    """
    entry, layer = module.cls.entry, module.cls.catalogued
    if layer is not None and not layer.is_container and entry is not None and entry[0].layer is not None:
        return False
    if children(module) or any("." in name for name in parameters_of(module.attributes)):
        return True
    return bool(perhaps_modules(module))  # it may be one of these that does the work


def holder_at(call: Call, calls: Sequence[Call], depth: int) -> Call | None:
    """The call of the module at ``depth`` that ``call`` is made in; None if there is only a list of modules there."""
    around = None if call.parent is None else calls[call.parent]
    while around is not None:
        if around.module is not None and not around.inner and around.path and around.path.count(".") + 1 == depth:
            return around
        around = None if around.parent is None else calls[around.parent]
    return None
