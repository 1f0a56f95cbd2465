"""What the names in a comment are in the code: ``ngf``, ``opt.ngf``, ``self.NGF`` and ``params['ngf']`` are one name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

import libcst as cst

from ...interp.model.classes import Instance
from ...interp.model.tape import Run
from ...shapes import Dim, Expr
from ...shapes.value import Value
from ...source.parse import Source
from ..comments.remark import canonical

__all__ = ["NamedSizes"]


class NamedSizes:
    """The sizes that the names around a function stand for on one run: its locals, then ``self``, then the module.

    A name that has several values (assigned twice, or different in each call) stands for none: whoever wrote it in a
    comment may mean any of them.  ``unsteady``: the names that the function assigns more than once.
    """

    def __init__(self, run: Run, source: Source, function: cst.FunctionDef | None) -> None:
        self._ambiguous: set[str] = set()
        self.unsteady: set[str] = set()
        self._levels: list[dict[str, Dim]] = []
        frames = [entered for entered in run.tape.entered if function is not None and entered.site.node is function]
        if function is not None:
            span = source.span(function)
            parameters = {param.name.value for param in (*function.params.params, *function.params.kwonly_params)}
            first = source.span(function.body.body[0]).row  # a default in the header is not an assignment
            twice = _assigned_twice(source.lines[first - 1 : span.end_row], parameters)
            self._add([entered.names for entered in frames], twice)
        else:
            spaces = (s.space for s in run.tape.statements if s.function is None and s.site.source is source)
            self._add([*islice(spaces, 1)], _assigned_twice(source.lines, set()))
        owners = [value for entered in frames for value in list(entered.arguments.values())[:1]]
        instances = [owner for owner in owners if isinstance(owner, Instance)]
        if run.module is not None:
            instances.append(run.module)
        self._add([instance.attributes for instance in instances], frozenset())
        modules = [instance.cls.module for instance in instances if instance.cls.module is not None]
        self._add([module.names for module in modules[:1]], frozenset())
        nested = [member for level in ([f.names for f in frames], [m.names for m in modules[:1]]) for names in level
                  for member in map(_members, list(names.values())) if member]  # fmt: skip
        self._add(nested, frozenset())

    def __contains__(self, name: str) -> bool:
        return name in self._ambiguous or any(name in level for level in self._levels)

    def get(self, name: str) -> Dim | None:
        """The value of the canonical ``name``; None where it has none, or several."""
        if name in self._ambiguous:
            return None
        return next((level[name] for level in self._levels if name in level), None)

    def _add(self, namespaces: Iterable[Mapping[Any, Value]], unsteady: frozenset[str]) -> None:
        level: dict[str, Dim] = {}
        earlier = {name for known in self._levels for name in known}
        for namespace in namespaces:
            for name, value in namespace.items():
                if not isinstance(name, str) or isinstance(value, bool) or not isinstance(value, (int, Expr)):
                    continue
                key = canonical(name)
                if name in unsteady:
                    self.unsteady.add(key)
                if name in unsteady or (key in level and level[key] != value):
                    self._ambiguous.add(key)
                elif key not in earlier:
                    level[key] = value
        self._levels.append(level)


def _members(value: Value) -> Mapping[Any, Value] | None:
    match value:
        case dict():
            return value
        case Instance() if value.cls.name != "Module":
            return value.attributes
        case _:
            return None


def _assigned_twice(lines: Sequence[str], seen: set[str]) -> frozenset[str]:
    """Names that are assigned more than once, by the look of the lines; those in ``seen`` have a value already.

    Lines are enough: a name that is wrongly taken for unsteady only makes its comments say less.
    """
    twice: set[str] = set()
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if line.lstrip().startswith("for "):
            twice.update(line.lstrip()[4:].partition(" in ")[0].replace("(", " ").replace(",", " ").split())
        target, equals, rest = line.partition("=")
        if not equals or rest.startswith("=") or target.rstrip()[-1:] in "<>!":
            continue
        if rest.rstrip().endswith(",") or after.lstrip().startswith(")"):
            continue  # a keyword argument on a line of its own
        names = [name.strip() for name in target.rstrip("+-*/%|&^ ").split(",")]
        for name in names if all(map(str.isidentifier, names)) else ():
            (twice if name in seen or target.rstrip()[-1:] in "+-*/%" else seen).add(name)
    return frozenset(twice)
