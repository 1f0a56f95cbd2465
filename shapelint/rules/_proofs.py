"""What torch certainly rejects: rejected calls of the tape that every reading of the file leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from ..diagnostic import Diagnostic, Edit, Fix, Label, Span
from ..interp import Call, Run, Site
from ..interp.model.call_text import call_text
from ..interp.model.values import Function
from ..records import dataclass
from ..shapes import Kind
from ._origin import origin_of
from ._versions import is_matter_of_version
from .context import Checked

__all__ = ["Proof", "diagnose", "proofs", "replace_argument", "span_of_argument"]

_CHAIN = 4


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """A rejected call and the run in which it happens."""

    run: Run
    call: Call

    @property
    def message(self) -> str:
        assert self.call.reject is not None
        return self.call.reject.message

    @property
    def argument(self) -> str | None:
        assert self.call.reject is not None
        return self.call.reject.argument


def proofs(checked: Checked, kind: Kind) -> Iterator[Proof]:
    """The rejected calls of ``kind``, one for each place, those of concrete calls first."""
    seen: set[cst.CSTNode] = set()
    runs = sorted((*checked.exploration.runs, *checked.exploration.alone()), key=lambda run: not run.concrete)
    for run in runs:
        follow = _consequences(run)
        for call in run.tape.calls:
            if call.reject is None or call.reject.kind is not kind or call.site.node in follow:
                continue
            if not call.certain and not _fails_alone(checked, run, call):
                continue
            if is_matter_of_version(call.site.source, call):
                continue
            if checked.claims is not None and call.site.node in checked.claims.settled:
                continue  # follows from an argument that the comments prove wrong
            place = _place(checked, call)
            if place in seen or not _proven(checked, run, call) or _follows_from_claims(checked, run, call):
                continue
            seen.add(place)
            yield Proof(run, call)


def _consequences(run: Run) -> set[cst.CSTNode]:
    """Where calls fail only on tensors that another call failed on: what cannot be stacked does not add up either."""
    if all(call.reject is None for call in run.tape.calls):
        return set()
    misfits: set[int] = set()
    first: set[cst.CSTNode] = set()
    follow: set[cst.CSTNode] = set()
    for call in run.tape.calls:
        operands = {id(tensor) for tensor in call.inputs}
        if len(operands) < 2 or call.module is not None or not call.certain:
            continue
        if operands <= misfits and call.site.node not in first:
            misfits.add(id(call.output))
            follow |= {call.site.node} if call.reject is not None else set()
        elif call.reject is not None:
            misfits |= operands
            first.add(call.site.node)
    return follow


def _fails_alone(checked: Checked, run: Run, call: Call) -> bool:
    """Whether the layer stands in a Sequential that fails by itself: then the condition under which it is called
    (``if input.is_cuda and self.ngpu > 1``) does not matter."""
    parent = None if call.parent is None else run.tape.calls[call.parent].module
    if parent is None or not parent.made_by or call.module is None or call.module.built is None:
        return False
    alone = checked.exploration.sequential(parent.made_by[0])
    if alone is None:
        return False
    place = call.module.built.node
    return any(
        other.reject is not None and other.certain and other.module is not None
        and other.module.built is not None and other.module.built.node is place
        for other in alone.tape.calls
    )  # fmt: skip


def _follows_from_claims(checked: Checked, run: Run, call: Call) -> bool:
    """Whether the call is no longer refused once an argument that the comments prove wrong on another run is mended."""
    repairs = [blame.repair for blame in checked.claims.contradictions if blame.repair] if checked.claims else []
    return any(
        all(other.reject is None for other in mended.tape.calls if other.site.node is call.site.node)
        for mended in (run.replay(repair.override) for repair in repairs)
        if mended.ended == run.ended
    )


def _place(checked: Checked, call: Call) -> cst.CSTNode:
    assert call.reject is not None
    origin = origin_of(checked.source, call, call.reject.argument)
    if origin is not None:
        return origin.arg
    return call.module.built.node if call.module is not None and call.module.built else call.site.node


def _proven(checked: Checked, run: Run, call: Call) -> bool:
    """A default argument proves nothing where other arguments must be given: somebody may give that one too.

    So it is with the optional inputs of ``forward``, of which some must be given.
    Nor where the file builds the class with other arguments or hands it on: then the defaults may be used by nobody.
    Nor does a path of ours that ends in an exception: nobody runs it to its end.
    """
    if run.concrete or not isinstance(run.node, cst.ClassDef):
        return True
    if run.ended is not None and run.ended.is_exception:
        return False
    if call.reject is not None and call.reject.got_none:
        return False  # an input that we left out, or a default that stands for "must be given"
    construction = _has(checked, run, "__init__", default=False) or _built_otherwise(checked, run.node.name.value)
    optional = _has(checked, run, "forward", default=True)
    if not construction and not optional:
        return True
    general = checked.exploration.strict(run, construction=construction, optional=optional)
    strictly = [other for other in general.tape.calls if other.reject is not None]
    if any((other.certain or not call.certain) and other.site.node is call.site.node for other in strictly):
        return True
    # A container whose own layers do not fit fails for every default under which it is built at all.
    return any(_is_same_layer(other, call) for other in strictly) and _fails_alone(checked, run, call)


def _is_same_layer(one: Call, other: Call) -> bool:
    places = [
        call.module.built.node for call in (one, other) if call.module is not None and call.module.built is not None
    ]
    return len(places) == 2 and places[0] is places[1]


def _has(checked: Checked, run: Run, method: str, *, default: bool) -> bool:
    """Whether ``method`` has a parameter with, or one without a default."""
    cls = next(cls for cls in checked.exploration.classes() if cls.node is run.node)
    found = cls.entry if method == "forward" else cls.find(method)
    if found is None or not isinstance(found[1], Function):
        return False
    params = found[1].node.params
    wanted = [*params.posonly_params, *params.params][1:] + list(params.kwonly_params)
    return any((param.default is not None) is default for param in wanted)


def _built_otherwise(checked: Checked, name: str) -> bool:
    """Whether the file mentions the class elsewhere than in ``Name()``, ``super(Name, self)``, ``__all__`` and the like."""
    harmless = (
        rf"\bclass\s+{name}\b|\bsuper\(\s*{name}\b|[\"']{name}[\"']|\b{name}\(\s*\)|\bisinstance\([^()]*\b{name}\b"
    )
    return re.search(rf"\b{name}\b", re.sub(harmless, "", checked.source.text)) is not None


# -- places -----------------------------------------------------------------------------------------------------------


def span_of_argument(checked: Checked, call: Call, name: str | None) -> Span | None:
    """Where the number stands that the layer was built with: the argument, else the constructor call, if in this file."""
    module = call.module
    origin = origin_of(checked.source, call, name)
    if origin is not None:
        return checked.source.span(origin.arg)
    if module is None or module.built is None or module.built.source is not checked.source:
        return None
    return checked.source.span(module.built.node)


def _here(checked: Checked, proof: Proof) -> Span | None:
    """The innermost place of this file on the way to the call."""
    span = span_of_argument(checked, proof.call, proof.argument)
    call: Call | None = proof.call
    while span is None and call is not None:
        span = _span(checked, call.site)
        call = None if call.parent is None else proof.run.tape.calls[call.parent]
    return span


def _span(checked: Checked, site: Site) -> Span | None:
    if site.source is not checked.source or isinstance(site.node, (cst.Module, cst.ClassDef)):
        return None
    return checked.source.span(site.node)


def chain(proof: Proof) -> tuple[str, ...]:
    """The last calls that lead to the rejected one, a line each."""
    if proof.call.constructs:
        return ()
    tape = proof.run.tape
    wanted: list[Call] = [proof.call]
    tensor = proof.call.inputs[0] if proof.call.inputs else None
    for call in reversed(tape.calls[: proof.call.index]):
        if call.leaf and call.output is tensor and tensor is not None:
            wanted.append(call)
            tensor = call.inputs[0] if call.inputs else None
            if len(wanted) > _CHAIN:
                break
    return tuple(call_text(call, tape) for call in reversed(wanted))


def diagnose(
    checked: Checked,
    proof: Proof,
    code: str,
    name: str,
    *,
    span: Span | None = None,
    label: str = "",
    labels: tuple[Label, ...] = (),
    help: str | None = None,
    fix: Fix | None = None,
) -> Diagnostic | None:
    """The finding for a proof; None if no place of this file has to do with it."""
    span = span or _here(checked, proof)
    if span is None:
        return None
    failed = _span(checked, proof.call.site)
    if failed is not None and failed != span and not proof.call.constructs:
        labels = (Label(failed, "this call fails"), *labels)
    if proof.run.concrete:
        labels = (*labels, *_outer(checked, proof, span, failed))
    return Diagnostic(
        code,
        name,
        proof.message,
        checked.path,
        span,
        label=label,
        labels=labels,
        trace=chain(proof),
        help=help,
        fix=fix,
    )


def _outer(checked: Checked, proof: Proof, *taken: Span | None) -> tuple[Label, ...]:
    """The call of a witness that makes it fail, if it stands in this file."""
    call = proof.call
    while call.parent is not None:
        call = proof.run.tape.calls[call.parent]
    span = _span(checked, call.site)
    return (Label(span, "reached from here"),) if span is not None and span not in taken else ()


def replace_argument(checked: Checked, call: Call, name: str, value: str) -> Fix | None:
    """An unsafe repair: another value for the argument ``name`` where it is written, unless a variable stands there."""
    origin = origin_of(checked.source, call, name)
    if origin is None or isinstance(origin.arg.value, (cst.Name, cst.Attribute)):
        return None
    return Fix("unsafe", f"use {value} for {name}", (Edit(checked.source.span(origin.arg.value), value),))
