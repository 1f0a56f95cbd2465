"""The record of a model: every call of a leaf module with its shapes and parameters, in the form of the JSON contract."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from ..interp import Call, Project
from ..interp.model.classes import Module
from ..interp.model.state import State, state_of
from ..interp.model.tape import Ending
from ..interp.paths.targets import Executed, InputMisfit, NoSuchTarget, execute, targets_in
from ..settings import Reader
from ..shapes import Dim, Tensor
from ..shapes.written_inputs import Input, as_inputs
from ..source.depth import room_for_depth
from .call_record import call_record, own_parameters
from .folded_calls import fold
from .made_calls import holder_at, is_leaf, made_calls
from .mult_adds import mult_adds
from .receptive_field import receptive_fields
from .rows import page_row, place_of
from .shown_values import ShownValues
from .target import files_of, load
from .totals import held, numbers_in

__all__ = ["Inputs", "InputsOf", "NoSuchTarget", "Shown", "run_target", "show"]

Inputs = Sequence[Input | Sequence[int]]


class InputsOf(Protocol):
    """Gives the inputs of each ``FILE::Class``."""

    def __call__(self, target: str) -> Inputs:
        """Those of ``target``; none: symbols."""

    def texts(self, target: str) -> Sequence[str]:
        """The same as they are written."""

    def told(self, target: str, message: str) -> str:
        """What is wrong with them, with the place where they are given."""


def show(
    target: str | os.PathLike[str],
    inputs: str | Sequence[str | Input | Sequence[int]] | InputsOf = (),
    depth: int | None = None,
    read: Reader | None = None,
) -> dict[str, Any]:
    """The record of ``target`` on inputs of the given sizes; with symbolic sizes if there are none.

    ``inputs``: a text as for ``--input``, or several of them and of shapes; it may also give those of each ``FILE::Class``.

    A record has ``target``, ``inputs`` and ``output`` (a shape is a list of numbers, or of text for symbolic sizes; None is
    unknown), ``calls`` (of layers, in order), ``modules``, ``parameters``, ``buffers``, ``totals``, ``refused``, and
    ``unknown``: reasons, with their lines; ``docs/show.md`` describes all of it.  A file or a folder alone gives
    ``{"version": 1, "targets": [...]}``, a record for each module class, or its ``error``.  With ``depth`` a record also has
    ``folded``: its calls, those deeper than that as one of the module that holds them.  ``read``: gives the text of files,
    those on disk unless it is given.

    Raises NoSuchTarget for what is no module or cannot be read, and ValueError for an input that is none.
    """
    given = inputs if callable(inputs) else as_inputs(inputs)
    with room_for_depth():
        return _records(os.fspath(target), given, depth, read)


def _records(target: str, inputs: Inputs | InputsOf, depth: int | None, read: Reader | None) -> dict[str, Any]:
    path, separator, _ = target.partition("::")
    if separator:
        project, module = load(path, read)
        return run_target(target, module, project, inputs).record(depth)
    records: list[dict[str, Any]] = []
    files = files_of(path)
    for file in files:
        try:
            project, module = load(file, read)
        except NoSuchTarget as error:
            if [file] == files:
                raise
            records.append({"version": 1, "target": file, "error": str(error)})
            continue
        for name in targets_in(module, project):
            each = f"{file}::{name}"
            try:
                records.append(run_target(each, module, project, inputs).record(depth))
            except NoSuchTarget as error:
                records.append({"version": 1, "target": each, "error": str(error)})
    return {"version": 1, "targets": records}


def run_target(target: str, module: Module, project: Project, inputs: Inputs | InputsOf) -> Shown:
    """``target`` called on the inputs for it."""
    _, _, expression = target.partition("::")
    if not callable(inputs):
        return Shown(target, execute(module, project, expression, inputs))
    try:
        return Shown(target, execute(module, project, expression, inputs(target)))
    except InputMisfit as error:
        raise NoSuchTarget(inputs.told(target, str(error))) from None


class Shown:
    """A run of a model, and what is told of it.

    ``made``: the calls that the model makes for certain, by index.  ``work``: the multiply-adds of each, with all calls
    inside it.
    """

    def __init__(self, target: str, executed: Executed) -> None:
        self.target, self.executed, self.tape = target, executed, executed.tape
        self.values = ShownValues(self.tape)
        self.inputs = [self.values.value(value) for value in executed.inputs]
        self.given = [self.values.text(value) for value in executed.inputs]
        self._own = {
            call.index: None if call.reject is not None else mult_adds(call, self.tape)
            for call in self.tape.calls[executed.first :]
        }
        self.made = made_calls(executed, self._kind)
        self.work = self._with_those_inside()
        self._fields = receptive_fields(list(self.made.values()), self.tape)
        self._states: dict[int, State] = {}

    def record(self, depth: int | None = None) -> dict[str, Any]:
        """The JSON contract, described in ``docs/show.md``."""
        leaves = self.leaves()
        calls = [self.call(call) for call in leaves]
        refused = self.refused()
        if refused is not None and refused["call"] is not None:
            calls = self._refused_last(calls, refused)
        record = {
            "version": 1,
            "target": self.target,
            "inputs": self.inputs,
            "given": self.given,
            "output": None if refused is not None else self.values.value(self.executed.output),
            "calls": calls,
            **held(state_of(self.executed.module)),
            "modules": [self.call(call) for call in self.holders()],
            "refused": None if refused is None else {key: value for key, value in refused.items() if key != "call"},
            "unknown": list(self._unknown()),
        }
        record["totals"].update(self._totals(leaves, refused is None))
        if depth is not None:
            holders = [holder_at(call, self.tape.calls, depth) for call in leaves]
            known = {call.index: self.call(call) for call in holders if call is not None}
            numbers = [None if call is None else call.index for call in holders]
            record["folded"] = list(fold(calls, depth, [*numbers, *[None] * (len(calls) - len(numbers))], known))
        return record

    def leaves(self) -> list[Call]:
        """The calls that are rows, in the order in which they are made."""
        return [call for call in self.made.values() if is_leaf(call, self.executed.named)]

    def holders(self) -> list[Call]:
        """The first call of each module that holds others."""
        found: dict[str, Call] = {}
        for call in self.made.values():
            if call.module in self.executed.named and not call.inner and not is_leaf(call, self.executed.named):
                found.setdefault(call.path, call)
        return list(found.values())

    def call(self, call: Call) -> dict[str, Any]:
        """The record of a call of a module, with the parameters of those inside for one that holds others."""
        assert call.module is not None
        state = self._state(call)
        leaf = is_leaf(call, self.executed.named)
        params = own_parameters(call.module) if leaf else numbers_in(entry.tensor for entry in state.parameters)
        field = self._fields.get(call.index)
        return call_record(call, self.values, params, state, self.work.get(call.index), field)

    def refused(self) -> dict[str, Any] | None:
        """Where PyTorch, or the model itself, certainly refuses: ``path``, ``file``, ``line``, ``reason``, ``call``."""
        for call in self.tape.calls:
            if call.reject is None or not call.certain:
                continue
            built = None if call.module is None else call.module.built
            site = call.site if page_row(call.site) is not None or built is None else built
            around = call
            while not around.path and around.parent is not None:
                around = self.tape.calls[around.parent]
            reason = f"PyTorch raises in {call.path or call.name}: {call.reject.message}"
            own = call if call.index >= self.executed.first else None
            return {"path": around.path, **place_of(site), "reason": reason, "call": own}
        ended: Ending | None = self.executed.ended
        if ended is None or not ended.is_exception:
            return None
        return {"path": "", **place_of(ended.site), "reason": str(ended), "call": None}

    def _refused_last(self, calls: list[dict[str, Any]], refused: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows up to the refusing call, which is the last of them and gives nothing."""
        call: Call = refused["call"]
        nothing = {
            "out": None,
            "known": False,
            "mult_adds": None,
            "memory": None,
            "receptive_field": None,
            "stride": None,
        }
        if call.module is not None and is_leaf(call, self.executed.named):
            return [*calls[:-1], {**calls[-1], **nothing, "refused": True}]
        own = {"layer": call.name, **{key: value for key, value in refused.items() if key not in ("reason", "call")}}
        given = [self.values.shape(shape) for shape in call.input_shapes]
        return [*calls, {**own, "in": given, "params": 0, "arguments": "", "trainable": 0, **nothing, "refused": True}]

    def _kind(self, call: Call) -> Hashable:
        """What a call must have in common with that of another arm; None if it does not count."""
        if is_leaf(call, self.executed.named):
            return call.path, repr(self.values.value(call.output))
        work = self._own[call.index]
        return None if work == 0 else (call.name, repr(self.values.value(call.output)), work)

    def _with_those_inside(self) -> dict[int, Dim | None]:
        """The multiply-adds of each call and of all that it makes."""
        work: dict[int, Dim | None] = {index: self._own[index] for index in self.made}
        for index in reversed(list(self.made)):
            parent, own = self.made[index].parent, work[index]
            if parent in work and own != 0:
                before = work[parent]
                work[parent] = None if own is None or before is None else before + own
        return work

    def _called(self, leaves: Sequence[Call]) -> Dim:
        """How many parameters the called layers hold, those that several share counted once."""
        held: dict[Tensor, None] = {}
        for call in leaves:
            assert call.module is not None
            own = (each.tensor for each in self._state(call).parameters if each.holder is call.module)
            held.update(dict.fromkeys(own))
        return numbers_in(held)

    def _state(self, call: Call) -> State:
        assert call.module is not None
        if call.index not in self._states:
            self._states[call.index] = state_of(call.module)
        return self._states[call.index]

    def _totals(self, leaves: Sequence[Call], whole: bool) -> dict[str, Any]:
        """``mult_adds``: of all that is known; ``complete`` says whether that is everything."""
        own = [self._own[index] for index in self.made]
        total: Dim = sum(each for each in own if each is not None)
        outputs = [self.values.bytes(call.output) for call in leaves if call.reject is None]
        given = self.values.bytes(self.executed.inputs)
        arms = any(call.index not in self.made for call in self.tape.calls[self.executed.first :])
        return {
            "called": self.values.dim(self._called(leaves)),
            "mult_adds": self.values.dim(total),
            "complete": whole
            and None not in own
            and not arms
            and not self.tape.unknowns
            and self.executed.ended is None,
            "input_bytes": None if given is None else self.values.dim(given),
            "output_bytes": self.values.dim(sum(each for each in outputs if each is not None)),
        }

    def _unknown(self) -> Iterator[dict[str, Any]]:
        asked = self.executed.asked
        if asked is not None:
            yield {**place_of(None), "reason": f"what has no value in {asked} is a symbol, or not known"}
        seen: set[str] = set()
        for site, reason in self.tape.unknowns:
            place = {**place_of(site), "reason": reason}
            if repr(place) not in seen:
                seen.add(repr(place))
                yield place
        for call in self.tape.calls:
            if call.reject is not None and not call.certain:
                built = None if call.module is None else call.module.built
                site = call.site if page_row(call.site) is not None or built is None else built
                reason = f"PyTorch may raise in {call.path or call.name}: {call.reject.message}"
                yield {**place_of(site), "reason": reason}
        ended = self.executed.ended
        if ended is not None and not ended.is_exception:
            yield {**place_of(None), "reason": str(ended)}
