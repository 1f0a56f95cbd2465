"""A client for the tests of the language server: what an editor does, in a few words."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

__all__ = ["Editor", "edited", "editing", "editor_config", "edits_of"]

WHOLE = types.Range(types.Position(0, 0), types.Position(100_000, 0))


class Editor:
    """One session: opens, changes and asks.  ``refreshed``: how often the server asked to be asked again."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.refreshed = 0
        self.answer: str | None = None
        """The title of the action that the user picks next."""
        self.edits: list[types.WorkspaceEdit] = []
        self.encoding = ""
        """The units of columns that server and client have agreed on."""
        self._versions: dict[str, int] = {}

    def open(self, path: Path, text: str, language: str = "python") -> str:
        """Open ``text`` as the file at ``path``; its address."""
        uri = path.as_uri()
        self._versions[uri] = 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, text: str, where: types.Range | None = None) -> None:
        """Replace the whole text, or a part of it."""
        self._versions[uri] += 1
        document = types.VersionedTextDocumentIdentifier(self._versions[uri], uri)
        change = (
            types.TextDocumentContentChangeWholeDocument(text)
            if where is None
            else types.TextDocumentContentChangePartial(where, text)
        )
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    async def findings(self, uri: str) -> list[types.Diagnostic]:
        """The findings of the present text; any request waits until they are there."""
        await self.hints(uri)
        return list(self.client.diagnostics.get(uri, []))

    async def until(self, uri: str, number: int) -> None:
        """Wait until there are so many findings; what another document has changed comes unasked, and when it is ready."""
        for _ in range(600):
            if len(await self.findings(uri)) == number:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{self.client.diagnostics[uri]}, and not {number} findings")

    async def hints(self, uri: str, where: types.Range = WHOLE) -> dict[int, str]:
        """The inlay hints by line, counted from 1."""
        params = types.InlayHintParams(types.TextDocumentIdentifier(uri), where)
        found = await self.client.text_document_inlay_hint_async(params)
        return {hint.position.line + 1: str(hint.label) for hint in found or ()}

    async def hover(self, uri: str, line: int, character: int) -> str:
        """The hover at a position, empty if there is none."""
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line - 1, character))
        found = await self.client.text_document_hover_async(params)
        return found.contents.value if found and isinstance(found.contents, types.MarkupContent) else ""

    async def actions(self, uri: str, line: int, character: int = 0) -> dict[str, Any]:
        """The code actions at a position, by title."""
        at = types.Position(line - 1, character)
        context = types.CodeActionContext([])
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), types.Range(at, at), context)
        found = await self.client.text_document_code_action_async(params)
        return {action.title: action for action in found or ()}

    async def lenses(self, uri: str) -> list[str]:
        """The titles of the code lenses."""
        found = await self.client.text_document_code_lens_async(types.CodeLensParams(types.TextDocumentIdentifier(uri)))
        return [lens.command.title for lens in found or () if lens.command is not None]

    async def execute(self, command: str, *arguments: Any) -> Any:
        """The result of a command of the server."""
        params = types.ExecuteCommandParams(command, arguments=arguments)
        return await self.client.workspace_execute_command_async(params)


def edited(text: str, edits: Sequence[Any]) -> str:
    """``text`` after edits of the protocol whose columns count code points."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda edit: (edit.range.start.line, edit.range.start.character), reverse=True):
        start, end = edit.range.start, edit.range.end
        before, after = lines[start.line][: start.character], lines[end.line][end.character :]
        lines[start.line : end.line + 1] = (before + edit.new_text + after).split("\n")
    return "\n".join(lines)


def edits_of(edit: types.WorkspaceEdit, uri: str) -> list[Any]:
    """The edits of one document."""
    changes = [c for c in edit.document_changes or () if isinstance(c, types.TextDocumentEdit)]
    return [each for change in changes if change.text_document.uri == uri for each in change.edits]


def _editor_client() -> LanguageClient:
    client = make_test_lsp_client()
    editor = Editor(client)
    client.editor = editor  # type: ignore[attr-defined]

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        return None

    @client.feature(types.WORKSPACE_INLAY_HINT_REFRESH)
    def refresh(params: None) -> None:
        editor.refreshed += 1

    @client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
    def refresh_lenses(params: None) -> None:
        return None

    @client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
    def ask(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
        return next((action for action in params.actions or () if action.title == editor.answer), None)

    @client.feature(types.WORKSPACE_APPLY_EDIT)
    def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        editor.edits.append(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    return client


editor_config = ClientServerConfig(
    server_command=[sys.executable, "-m", "shapelint", "server", "--stdio"], client_factory=_editor_client
)


async def editing(client: LanguageClient, *folders: Path, encoding: str | None = None, options: Any = None) -> Editor:
    """Begin a session in these workspace folders."""
    capabilities = client_capabilities("visual-studio-code")
    assert capabilities.workspace is not None
    capabilities.workspace.inlay_hint = types.InlayHintWorkspaceClientCapabilities(refresh_support=True)
    if encoding is not None:
        capabilities.general = types.GeneralClientCapabilities(position_encodings=[encoding])
    params = types.InitializeParams(
        capabilities=capabilities,
        workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders],
        initialization_options=options,
    )
    result = await client.initialize_session(params)
    editor: Editor = client.editor  # type: ignore[attr-defined]
    editor.encoding = str(result.capabilities.position_encoding)
    return editor
