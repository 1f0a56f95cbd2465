"""What torch certainly rejects: rejected calls of the tape that every reading of the file leads to."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ..interp import Call, Run
from ..interp.model.functions import Function
from ..interp.model.tape import Override
from ..interp.paths.class_runs import unset_attributes
from ..interp.paths.placeholders import arguments_of
from ..records import dataclass
from ..shapes import Kind
from .checked import Checked
from .origin import origin_of, place_of
from .other_uses import is_built_otherwise
from .versions import is_matter_of_version

__all__ = ["Proof", "proofs"]


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """A rejected call and the run in which it happens."""

    run: Run
    call: Call

    @property
    def message(self) -> str:
        """What torch would say, numbers first."""
        assert self.call.reject is not None
        return self.call.reject.message

    @property
    def argument(self) -> str | None:
        """The parameter of the layer that is to blame, if one is."""
        assert self.call.reject is not None
        return self.call.reject.argument


def proofs(checked: Checked, kind: Kind) -> Iterator[Proof]:
    """The rejected calls of ``kind``, one for each place, those of concrete calls first."""
    seen: set[cst.CSTNode] = set()
    runs = sorted((*checked.exploration.runs, *checked.exploration.alone()), key=lambda run: not run.concrete)
    told = {node for run in runs if run.concrete for node in _classes_that_fail(run)}
    for run in runs:
        if not run.concrete and run.node in told:
            continue  # the same mistake, perhaps refused later for want of sizes
        consequences = _consequences(run)
        for call in run.tape.calls:
            if call.reject is None or call.reject.kind is not kind or call.site.node in consequences:
                continue
            if not call.certain and not _fails_alone(checked, run, call):
                continue
            if is_matter_of_version(call.site.source, call):
                continue
            if call.site.node in checked.claims.settled:
                continue  # follows from an argument that the comments prove wrong
            place = _place(checked, call)
            if place in seen or not _is_proven(checked, run, call) or _follows_from_claims(checked, run, call):
                continue
            if _is_taken_unbatched(run, call):
                continue
            seen.add(place)
            yield Proof(run, call)


def _classes_that_fail(run: Run) -> Iterator[cst.CSTNode]:
    """The classes in whose ``forward`` something is refused for certain."""
    for call in run.tape.calls:
        parent = call.parent if call.reject is not None and call.certain else None
        while parent is not None:
            outer = run.tape.calls[parent]
            if outer.module is not None and outer.module.cls.node is not None:
                yield outer.module.cls.node
            parent = outer.parent


def _place(checked: Checked, call: Call) -> cst.CSTNode:
    assert call.reject is not None
    origin = origin_of(checked.source, call, call.reject.argument)
    return place_of(call) if origin is None else origin.arg


def _is_taken_unbatched(run: Run, call: Call) -> bool:
    """Whether the call is accepted once the tensors of unknown rank are single samples: many layers take both.

    A layer that fixes the channels is written for images, and nobody flattens one from its second axis on, so that after
    such a layer only the number of dimensions may be in question.
    """
    assert call.reject is not None
    supposed = run.tape.supposed
    if call.reject.kind is not Kind.OPERANDS:
        supposed = [shape for shape in supposed if not any(isinstance(dim, int) for dim in shape.dims)]
    if not supposed:
        return False
    # What fails only there (a BatchNorm2d needs the batch) shows that there is one.
    return _refused(run.replay(Override(unbatched=True))) <= _refused(run) - {call.site.node}


def _refused(run: Run) -> set[cst.CSTNode]:
    return {call.site.node for call in run.tape.calls if call.reject is not None}


# -- what follows from another mistake ----------------------------------------------------------------------------------


def _consequences(run: Run) -> set[cst.CSTNode]:
    """Where calls fail only on tensors that another call failed on: what cannot be stacked cannot be added either.

    What a refused call would have given is not known.  So is the layout of all that is made of it: layers make channels out of
    it that are certain, but perhaps not on the axes on which they will be once the first mistake is mended.
    """
    if all(call.reject is None for call in run.tape.calls):
        return set()
    misfits: set[int] = set()
    first: set[cst.CSTNode] = set()
    following: set[cst.CSTNode] = set()
    for call in run.tape.calls:
        operands, refused = {id(tensor) for tensor in call.inputs}, call.reject is not None
        if refused and call.site.node not in first and _follows_refusal(run, call):
            following.add(call.site.node)
            continue
        if len(operands) < 2 or call.module is not None or not call.certain:
            if refused:
                first.add(call.site.node)
            continue
        if operands <= misfits and call.site.node not in first:
            misfits.add(id(call.output))
            following |= {call.site.node} if refused else set()
        elif refused:
            misfits |= operands
            first.add(call.site.node)
    return following


def _follows_refusal(run: Run, call: Call) -> bool:
    """Whether operands do not fit of which one was made of what a refused call would have given."""
    if call.reject is None or call.reject.kind is not Kind.OPERANDS:
        return False
    reasons = {shape.lead for shape in call.input_shapes} - {None}
    return any(other.reject is not None and other.reject.message in reasons for other in run.tape.calls[: call.index])


def _follows_from_claims(checked: Checked, run: Run, call: Call) -> bool:
    """Whether the call is accepted once an argument that the comments prove wrong on another run is corrected."""
    repairs = [blame.repair for blame in checked.claims.contradictions if blame.repair is not None]
    return any(
        all(other.reject is None for other in mended.tape.calls if other.site.node is call.site.node)
        for mended in (run.replay(repair.override) for repair in repairs)
        # A run that ends elsewhere may never have reached the call.
        if mended.ended == run.ended
    )


# -- what fails for all arguments ----------------------------------------------------------------------------------------


def _is_proven(checked: Checked, run: Run, call: Call) -> bool:
    """Whether the call fails however the class is built and called.

    A default argument proves nothing where other arguments must be given, since somebody may give that one too; the same
    holds for the optional inputs of ``forward``.  Nor does it where the file builds the class with other arguments or
    passes it on: perhaps nobody uses the defaults.  Nor does a run on inputs that we made up, if it ends in an exception.
    """
    if not run.concrete and any(0 in shape.dims for shape in call.input_shapes):
        return False  # a buffer of no elements, a list of none: somebody fills it before this is called
    if run.concrete or not isinstance(run.node, cst.ClassDef):
        return True
    if run.ended is not None and run.ended.is_exception:
        return False
    if call.reject is not None and call.reject.got_none:
        return False  # an input that we left out, or a default that means "must be given"
    if call.reject is not None and call.reject.kind is Kind.ARGUMENT and call.module is None and _is_made_up(run, call):
        return False  # ``transform.inverse(x, norm)``: an object of another class, whose methods take other arguments
    construction = _has_parameter(checked, run, "__init__", default=False) or is_built_otherwise(
        checked.source.text, run.node.name.value
    )
    optional = _has_parameter(checked, run, "forward", default=True)
    if not construction and not optional and not _has_unset(checked, run):
        return True
    general = checked.exploration.strict(run, construction=construction, optional=optional)
    rejected = [other for other in general.tape.calls if other.reject is not None]
    if any((other.certain or not call.certain) and other.site.node is call.site.node for other in rejected):
        return True
    # A container whose own layers do not fit fails for every default under which it is built at all.
    return any(_is_same_layer(other, call) for other in rejected) and _fails_alone(checked, run, call)


def _is_made_up(run: Run, call: Call) -> bool:
    """Whether a method is called on an argument of which we only suppose that it is a tensor."""
    return bool(call.inputs) and call.inputs[0].shape.lead is not None and any(call.inputs[0] is x for x in run.inputs)


def _fails_alone(checked: Checked, run: Run, call: Call) -> bool:
    """Whether the layer is in a Sequential that fails by itself.

    Then the condition under which it is called (``if input.is_cuda and self.ngpu > 1``) does not matter.
    """
    parent = None if call.parent is None else run.tape.calls[call.parent].module
    if parent is None or not parent.made_by:
        return False
    alone = checked.exploration.sequential(parent.made_by[0])
    return alone is not None and any(
        other.reject is not None and other.certain and _is_same_layer(other, call) for other in alone.tape.calls
    )


def _is_same_layer(one: Call, other: Call) -> bool:
    """Whether one constructor call built both layers."""
    if one.constructor is None or other.constructor is None:
        return False
    return one.constructor.node is other.constructor.node


def _has_parameter(checked: Checked, run: Run, method: str, *, default: bool) -> bool:
    """Whether ``method`` has a parameter with, or one without a default."""
    cls = next(cls for cls in checked.exploration.classes() if cls.node is run.node)
    found = cls.entry if method == "forward" else cls.find(method)
    if found is None or not isinstance(found[1], Function):
        return False
    params = found[1].node.params
    wanted = [*params.posonly_params, *params.params][1:] + list(params.kwonly_params)
    return any((param.default is not None) is default for param in wanted)


def _has_unset(checked: Checked, run: Run) -> bool:
    """Whether the class has a default or an attribute of None, which often stands for "to be given by whoever builds it"."""
    cls = next(cls for cls in checked.exploration.classes() if cls.node is run.node)
    return any(map(unset_attributes, cls.mro)) or len(arguments_of(cls, unset=True)) > len(arguments_of(cls))
