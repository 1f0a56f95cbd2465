"""Shape comments that somebody asks for: the one at a row, and all that a class lacks."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from ...annotate import annotate_text
from ...annotate.comment_blocks import blocks_of
from ...annotate.comment_style import style_of
from ...annotate.states import states_of
from ...annotate.witness_runs import Witnesses
from ...diagnosis.checked import Checked
from ...diagnostic import Edit, Span
from ...engine import Result, check_source
from ...interp import Project
from ...settings import Settings
from ...source.lines import split_lines
from ...source.notebooks.notebook import Excerpt, rewritten

__all__ = ["missing_comments", "comment_at"]


def comment_at(checked: Checked, row: int) -> str | None:
    """The true shape comment for ``row``, in the style of the file: what the layer or statement at or above it gives."""
    source = checked.source
    witnesses = Witnesses(source, checked.exploration, checked.claims)
    around = [block for block in blocks_of(source) if row in block.rows or row == block.rows.stop]
    for block in sorted(around, key=lambda block: len(block.rows)):
        above = [element for element in block.elements if element.span.end_row <= row]
        states = states_of(block, witnesses, source) if above else None
        state = None if states is None else states.after[above[-1].index]
        if state is not None:
            return style_of(checked.claims, not block.is_code).comment(state.dims, state.spelled)
    return None


def missing_comments(
    text: str, path: str, project: Project, rows: range | None, settings: Settings, module: Excerpt | None = None
) -> list[Edit]:
    """The edits that ``shapelint annotate`` makes in ``text``, or those of them in ``rows``.

    ``module``: the Python that it is, if it is a notebook.  Raises SourceError.
    """
    code = text if module is None else module.text
    inputs = settings.inputs_in(path)

    def lint(changed: str) -> Result:
        return check_source(changed, path, Settings(inputs=settings.inputs), project)

    after = annotate_text(code, path, project, lint, inputs)
    if module is not None:
        try:
            after = rewritten(text, module.changes(after, split_lines(text)))
        except ValueError:
            return []  # a line that is not Python would be lost
    return list(_edits(text, after, rows))


def _edits(before: str, after: str, rows: range | None) -> Iterator[Edit]:
    old, new = before.split("\n"), after.split("\n")
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal" and (rows is None or rows.start <= start + 1 <= rows.stop):
            content = "".join(f"{line}\n" for line in new[new_start:new_end])
            yield Edit(Span(start + 1, 1, end + 1, 1), content)
