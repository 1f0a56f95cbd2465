"""One open file: what it was, and what of it need not be worked out again after an edit."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

from ...diagnosis.checked import Checked
from ...engine import Result, lint, understood
from ...interp import Project
from ...interp.paths.run_memory import RunMemory
from ...records import replace
from ...rules import invalid_syntax
from ...rules.registry import graded
from ...settings import Settings
from ...source.guard import SourceError
from ...source.live import LiveSource
from .document_analysis import Analysis, InputKind
from .file_shapes import shapes_in
from .moved_spans import by_rows, by_tokens, moved

__all__ = ["OpenFile"]


class OpenFile:
    """A file that is being edited.  ``path``: as findings name it.  ``last``: the analysis of its last text.

    >>> file = OpenFile("net.py")
    >>> text = "from torch import nn\\nnet = nn.Sequential(nn.Linear(8, 4), nn.Linear(3, 2))\\n"
    >>> for finding in file.analyse(text, Project(lambda path: None)).diagnostics:
    ...     print(finding.code, finding.span.row, finding.message)
    SHP301 2 3 features expected, got 4
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.last = Analysis(path, "")
        self.checked: Checked | None = None
        """The last text that could be parsed, understood."""
        self._exact = self.last
        self._source = LiveSource(path)
        self._memory = RunMemory()
        self._key: Hashable = None
        self._stale = True

    def forget(self) -> None:
        """Something that the file depends on has changed: nothing of it can be kept."""
        self._key, self._stale = None, True

    def analyse(
        self,
        text: str,
        project: Project,
        settings: Settings = Settings(),  # noqa: B008  # frozen
        chosen: Mapping[str, InputKind] | None = None,
    ) -> Analysis:
        """The analysis of ``text``.  ``chosen``: the input on which a class is shown, by its name.

        Whatever is raised (that the work is abandoned, a defect) leaves the last analysis as it was.
        """
        key = (settings, frozenset((chosen or {}).items()))
        same = self._same(text) if key == self._key else None
        if same is None:
            try:
                same = self._anew(text, project, settings, chosen or {})
                self._key = key
            except SourceError as error:
                same = self._broken(text, error, settings)
        self.last = same
        return same

    def _same(self, text: str) -> Analysis | None:
        """The last exact analysis, if ``text`` is the same program; an edit that changes no token costs no more than this."""
        found = self._source.moves(text)
        if found is None:
            return None
        if self._exact.diagnostics and any(old[1] != new[1] for old, new in found[0].items()):
            return None  # findings quote the code as it is written
        return moved(self._exact, text, by_tokens(*found), whole=True)

    def _broken(self, text: str, error: SourceError, settings: Settings) -> Analysis:
        """The shapes that were known before the text was broken, where their code is now."""
        where = by_rows(self._exact.text.split("\n"), text.split("\n"))
        before = moved(replace(self._exact, diagnostics=()), text, where, whole=False)
        failure = graded((invalid_syntax.report(error, self.path),), settings.severity)
        return replace(before or self._exact, diagnostics=failure, text=text, broken=True)

    def _anew(self, text: str, project: Project, settings: Settings, chosen: Mapping[str, InputKind]) -> Analysis:
        change = self._source.update(text)
        self._key = None  # until the work is done
        self._memory = self._memory.after(None if self._stale else change)
        self._stale = False
        result, checked = self._linted(text, project, settings)
        shapes = shapes_in(checked, settings, chosen)
        self.checked = checked
        self._exact = replace(
            shapes,
            text=text,
            diagnostics=result.diagnostics,
            coverage=result.coverage,
            parsed=change.parsed,
            executed=self._memory.made,
            imports=frozenset(project.depends_on(self.path)),
        )
        return self._exact

    def _linted(self, text: str, project: Project, settings: Settings) -> tuple[Result, Checked]:
        """What is found in ``text``, which the source has already; repairs are tried in the same source, and taken back."""
        present = self._source.snapshot()
        bring_back: Callable[[], None] | None = None

        def understand(other: str) -> Checked:
            nonlocal bring_back
            if other is text:
                return understood(self._source, settings, project, self._memory)
            bring_back = bring_back or self._memory.set_aside(project)
            self._source.restore(present)  # what is affected is what differs from the text itself
            change = self._source.update(other)
            return understood(self._source, settings, project, self._memory.trying(change, project))

        try:
            result, checked = lint(text, self.path, settings, understand)
        finally:
            self._source.restore(present)
            if bring_back is not None:
                bring_back()
        assert checked is not None  # it was parsed
        return result, checked
