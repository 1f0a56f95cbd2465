"""A finding: where, what, why (labels and the chain of shapes), and the repair."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .records import dataclass

__all__ = ["Diagnostic", "Edit", "Fix", "Label", "Span"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A part of a source file: rows and columns count from 1, columns in code points; the end is exclusive."""

    row: int
    column: int
    end_row: int
    end_column: int

    @property
    def behind(self) -> Span:
        """Where something is inserted right behind it."""
        return Span(self.end_row, self.end_column, self.end_row, self.end_column)


@dataclass(frozen=True, slots=True)
class Label:
    """A remark on another place: the call that failed, the annotation relied on.  ``filename``: None for the same file."""

    span: Span
    text: str
    filename: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text of ``span`` by ``content``."""

    span: Span
    content: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair.  ``applicability`` is ``"safe"`` (changes comments only) or ``"unsafe"`` (changes code).

    ``holds``: it is known that nothing is found with it; otherwise the file is linted again to see.
    """

    applicability: str
    message: str
    edits: tuple[Edit, ...]
    holds: bool = False


def _where(filename: str, span: Span) -> dict[str, Any]:
    return {
        "location": {"row": span.row, "column": span.column},
        "end_location": {"row": span.end_row, "column": span.end_column},
    }


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding of one rule.

    ``span``: the primary place; an ignore comment on any of its lines counts.  ``message``: lower case, numbers first, no
    advice.  ``label``: what to print under the primary span.  ``trace``: the chain of shapes that proves it, a line each.
    ``help``: the advice, if there is any besides the fix.  ``otherwise``: what to report where ``fix`` turns out not to hold; only
    rules see it, since it is decided before findings leave the engine.
    """

    code: str
    name: str
    message: str
    filename: str
    span: Span
    severity: str = "error"
    label: str = ""
    labels: tuple[Label, ...] = ()
    trace: tuple[str, ...] = ()
    help: str | None = None
    fix: Fix | None = None
    otherwise: Diagnostic | None = None

    def to_dict(self, where: Callable[[str, Span], dict[str, Any]] = _where) -> dict[str, Any]:
        """As JSON values, with the keys of ``--output-format json``.

        ``where``: the values for a span of a file; by default its rows and columns, which in a notebook count through all
        code cells.
        """
        fix = self.fix and {
            "applicability": self.fix.applicability,
            "message": self.fix.message,
            "edits": [{**where(self.filename, edit.span), "content": edit.content} for edit in self.fix.edits],
        }
        labels = [(label.filename or self.filename, label) for label in self.labels]
        return {
            "code": self.code,
            "name": self.name,
            "message": self.message,
            "filename": self.filename,
            **where(self.filename, self.span),
            "severity": self.severity,
            "label": self.label,
            "labels": [{"filename": file, "span": where(file, at.span), "text": at.text} for file, at in labels],
            "trace": list(self.trace),
            "help": self.help,
            "fix": fix,
        }

    def spans_in(self, path: str) -> Iterator[Span]:
        """The places in the file at ``path`` that it refers to."""
        if self.filename == path:
            yield self.span
            yield from (edit.span for edit in (self.fix.edits if self.fix is not None else ()))
        yield from (label.span for label in self.labels if (label.filename or self.filename) == path)
