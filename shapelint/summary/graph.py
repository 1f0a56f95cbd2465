"""A run as a graph: layers and operators, and the tensors that go from one to the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..diagnostic import Diagnostic
from ..interp import Call
from ..shapes import Tensor, Value, tensors_in
from .made_calls import is_leaf
from .model import Shown
from .rows import page_row, place_at, place_of
from .shown_values import may_be_tensor

__all__ = ["graph_of"]


def graph_of(
    shown: Shown, findings: Sequence[Diagnostic] = (), lines: Mapping[str, Sequence[str]] | None = None
) -> dict[str, Any]:
    """``nodes``, ``edges`` and ``groups`` of a run, as JSON values.

    A node is an input, a layer, an operator or the output; ``group`` is the path of the module that it is in.  An edge has
    the shape of its tensor.  ``groups``: the modules that hold others, by path.  ``findings``: those of the linter, beside
    the nodes of their lines.  ``lines``: the lines of the source files, by path; ``source`` has those that nodes are from.
    """
    graph = _Graph(shown)
    record, home = shown.record(), shown.target.partition("::")[0]
    nodes = graph.nodes
    for node in nodes:
        node["findings"] = [_finding(each) for each in findings if _is_at(each, node)]
    source = {
        f"{node['file']}:{row}": text
        for node in nodes
        for row, text in _around(node, (lines or {}).get(node["file"] or "", ()))
    }
    known = ("version", "target", "inputs", "output", "totals", "refused", "unknown", "not_followed")
    return {
        **{key: record[key] for key in known},
        "nodes": nodes,
        "edges": graph.edges,
        "groups": {each["path"]: each for each in record["modules"] if each["path"]},
        "findings": [
            _finding(each) for each in findings if each.filename == home or any(_is_at(each, n) for n in nodes)
        ],
        "source": source,
    }


class _Graph:
    def __init__(self, shown: Shown) -> None:
        self._shown, self._calls = shown, shown.tape.calls
        self.nodes: list[dict[str, Any]] = []
        self.edges: list[dict[str, Any]] = []
        self._made: dict[Tensor, int] = {}
        refused = shown.refused()
        for value, shape in zip(shown.executed.inputs, shown.inputs, strict=True):
            if may_be_tensor(value):
                self._give(value, self._add(kind="input", layer="input", out=shape))
        inside: set[int] = set()
        for call in shown.made.values():
            if call.parent in inside:
                inside.add(call.index)
            elif is_leaf(call, shown.executed.named):
                inside.add(call.index)
                built = None if call.module is None else call.module.built
                row = None if built is None else page_row(built)
                self._put(call, {**shown.call(call), "row": row, "kind": "layer"})
            elif call.leaf and not call.inner and (call.reject is not None or may_be_tensor(call.output)):
                self._put(call, self._operator(call))
        if refused is None:
            end = self._add(kind="output", layer="output", out=shown.values.value(shown.executed.output))
            self._take(tensors_in(shown.executed.output), end)
        elif refused["call"] is not None and self.nodes:
            self.nodes[-1] |= {"refused": refused["reason"], "out": None, "mult_adds": None, "memory": None}

    def _operator(self, call: Call) -> dict[str, Any]:
        work = self._shown.work.get(call.index)
        return {
            "kind": "operator",
            "layer": call.name.removeprefix("torch.").removeprefix("nn.functional."),
            **place_of(call.site),
            "row": page_row(call.site),
            "in": [self._shown.values.shape(shape) for shape in call.input_shapes],
            "out": self._shown.values.value(call.output),
            "mult_adds": None if work is None else self._shown.values.dim(work),
        }

    def _put(self, call: Call, fields: Mapping[str, Any]) -> None:
        node = self._add(**fields)
        path = call.path if call.module is not None else ""
        self.nodes[node]["group"] = path.rpartition(".")[0] if path else self._module_around(call)
        self._take(tensors_in(call.operands or call.inputs), node)
        self._give(call.output, node)

    def _module_around(self, call: Call) -> str:
        while call.parent is not None:
            call = self._calls[call.parent]
            if call.module is not None and call.path:
                return call.path
        return ""

    def _add(self, **fields: Any) -> int:
        plain: dict[str, Any] = {
            "path": "",
            "group": "",
            "file": None,
            "line": None,
            "row": None,
            "in": [],
            "params": 0,
            "arguments": "",
        }
        self.nodes.append({**plain, "id": len(self.nodes), **fields})
        return len(self.nodes) - 1

    def _take(self, tensors: Iterable[Tensor], node: int) -> None:
        for tensor in dict.fromkeys(tensors):
            if tensor in self._made:
                shape = self._shown.values.shape(tensor.shape)
                self.edges.append({"from": self._made[tensor], "to": node, "shape": shape})

    def _give(self, value: Value, node: int) -> None:
        for tensor in tensors_in(value):
            self._made[tensor] = node


def _finding(found: Diagnostic) -> dict[str, Any]:
    return {
        "code": found.code,
        "message": found.message,
        **place_at(found.filename, found.span.row),
        "help": found.help,
    }


def _is_at(found: Diagnostic, node: Mapping[str, Any]) -> bool:
    rows = range(found.span.row, found.span.end_row + 1)
    return node["file"] == found.filename and node["row"] in rows


def _around(node: Mapping[str, Any], lines: Sequence[str]) -> Iterable[tuple[int, str]]:
    """The line of a node and two before and after it."""
    row = node["row"]
    if row is not None:
        for near in range(max(1, row - 2), min(len(lines), row + 2) + 1):
            yield near, lines[near - 1]
