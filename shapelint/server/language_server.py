"""The server: what it tells the client of itself, and what it publishes unasked."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from ..source.lines import split_lines
from ..version import __version__
from .document_service import DocumentService, Known
from .features.diagnostics import published
from .open_documents import Text, notebook_text, plain_text, tags_of
from .position_units import Units
from .protocol_objects import plain
from .worker import Worker

__all__ = ["ShapeServer"]

_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    notebook_selector=[types.NotebookDocumentFilterWithCells(cells=[types.NotebookCellLanguage("python")])], save=True
)


class ShapeServer(LanguageServer):
    """A language server with the service behind it.  ``requests.py``, ``text_sync.py`` and ``server_commands.py`` say what it
    answers."""

    def __init__(self, worker: Worker) -> None:
        super().__init__("shapelint", __version__, notebook_document_sync=_NOTEBOOKS)
        self.service = DocumentService(self.publish, worker)
        self.ended = False
        """Whether the client has said that the session is over."""

    @cached_property
    def units(self) -> Units:
        """Of columns, as agreed on with the client."""
        return Units(self.workspace.position_codec)

    def capability(self, *path: str) -> bool:
        """Whether the client has a capability, given by the names that lead to it."""
        value: Any = self.client_capabilities
        for name in path:
            value = getattr(value, name, None)
        return bool(value)

    # -- documents ----------------------------------------------------------------------------------------------

    def path_of(self, uri: str) -> str:
        """The path of the file, or of the notebook that a cell is in; for what is on no disk the address itself."""
        notebook = self.workspace.get_notebook_document(cell_uri=uri)
        return to_fs_path(uri if notebook is None else notebook.uri) or uri

    def read_document(self, uri: str) -> None:
        """Take over the text of an open file."""
        document = self.workspace.get_text_document(uri)
        self.service.put(plain_text(self.path_of(uri), uri, document.source, document.version))

    def read_notebook(self, uri: str) -> None:
        """Take over the code cells of an open notebook."""
        notebook = self.workspace.get_notebook_document(notebook_uri=uri)
        if notebook is None:
            return
        cells = [cell for cell in notebook.cells if cell.kind == types.NotebookCellKind.Code]
        documents = [(cell, self.workspace.get_text_document(cell.document)) for cell in cells]
        read = [
            (cell.document, document.source, document.version, tags_of(plain(cell.metadata)))
            for cell, document in documents
        ]
        self.service.put(notebook_text(to_fs_path(uri) or uri, read))

    async def known(self, uri: str) -> Known | None:
        """The analysis of a document as it is now; None if it is not open, or has no cell of code."""
        known = await self.service.current(self.path_of(uri))
        return known if known is not None and known.text.parts else None

    # -- what is sent unasked -----------------------------------------------------------------------------------

    def publish(self, known: Known) -> None:
        """Send the findings of an analysis, if its text is still that of the editor."""
        path = known.text.path
        if self.service.files.text(path) is not known.text:
            return
        configurations = self.service.files.configurations
        lines = split_lines(known.text.text)
        findings = configurations.fresh(known.analysis.diagnostics, path, lines)
        for params in published(known, findings, self.units):
            self.text_document_publish_diagnostics(params)
        while configurations.problems:
            self.say(configurations.problems.pop(), types.MessageType.Warning)
        self.window_log_message(types.LogMessageParams(types.MessageType.Log, known.analysis.summary))
        if known.failure is not None:
            self.say(f"{path}: {known.failure}", types.MessageType.Error)

    def refresh(self) -> None:
        """Have the client ask again for what is shown beside the code."""
        refreshed: list[tuple[str, Callable[[None], Any]]] = [
            ("inlay_hint", self.workspace_inlay_hint_refresh),
            ("code_lens", self.workspace_code_lens_refresh),
        ]
        for name, send in refreshed:
            if self.capability("workspace", name, "refresh_support"):
                send(None)

    def say(self, message: str, kind: types.MessageType) -> None:
        """One line for the user."""
        self.window_show_message(types.ShowMessageParams(kind, f"shapelint: {message}"))

    def clear(self, text: Text) -> None:
        """A document is closed: its findings go."""
        for part in text.parts:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(part.uri, []))
