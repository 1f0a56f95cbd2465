"""What the client tells: documents opened, changed, saved and closed, settings, folders, files on the disk."""

from __future__ import annotations

from typing import Any

from lsprotocol import types
from pygls.uris import to_fs_path

from .language_server import ShapeServer
from .protocol_objects import plain
from .workspace_settings import client_settings

__all__ = ["listen"]

_WATCHED = ("**/*.py", "**/pyproject.toml", "**/shapelint.toml")


def listen(server: ShapeServer) -> None:
    """Register the handlers of all notifications."""
    _documents(server)
    _notebooks(server)
    _workspace(server)


def _documents(server: ShapeServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.read_document(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.read_document(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.service.again(server.path_of(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        _close(server, params.text_document.uri)


def _notebooks(server: ShapeServer) -> None:
    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenNotebookDocumentParams) -> None:
        server.read_notebook(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeNotebookDocumentParams) -> None:
        server.read_notebook(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveNotebookDocumentParams) -> None:
        server.service.again(to_fs_path(params.notebook_document.uri) or params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseNotebookDocumentParams) -> None:
        _close(server, params.notebook_document.uri)


def _close(server: ShapeServer, uri: str) -> None:
    path = to_fs_path(uri) or uri
    text = server.service.files.text(path)
    server.service.close(path)
    if text is not None:
        server.clear(text)


def _workspace(server: ShapeServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.service.files.configurations.client = client_settings(params.initialization_options)

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        if server.capability("workspace", "did_change_watched_files", "dynamic_registration"):
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            files = types.Registration("watched", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            await server.client_register_capability_async(types.RegistrationParams([files]))
        await _ask_for_settings(server)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configured(params: types.DidChangeConfigurationParams) -> None:
        if not await _ask_for_settings(server):
            _configure(server, params.settings)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        server.service.configure()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files(params: types.DidChangeWatchedFilesParams) -> None:
        paths = [to_fs_path(change.uri) or change.uri for change in params.changes]
        if any(path.endswith(".toml") for path in paths):
            server.service.configure()
            server.refresh()
        for path in paths:
            server.service.saved(path)

    @server.feature(types.SHUTDOWN)
    def shutdown(params: None) -> None:
        server.ended = True
        server.service.worker.stop()


async def _ask_for_settings(server: ShapeServer) -> bool:
    """Ask the client for its settings; False if it cannot be asked."""
    if not server.capability("workspace", "configuration"):
        return False
    items = [types.ConfigurationItem(section="shapelint")]
    answers = await server.workspace_configuration_async(types.ConfigurationParams(items))
    if answers and answers[0] is not None:
        _configure(server, answers[0])
    return True


def _configure(server: ShapeServer, values: Any) -> None:
    settings = client_settings(plain(values))
    if settings != server.service.files.configurations.client:
        server.service.files.configurations.client = settings
        server.service.configure()
        server.refresh()
