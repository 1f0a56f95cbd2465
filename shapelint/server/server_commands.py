"""The commands that the client may have executed: pick an input, show a model, write comments."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from ..source.guard import SourceError
from .analysis.document_analysis import ClassShapes, InputKind
from .document_service import Known
from .features.code_actions import ANNOTATE, workspace_edit
from .features.code_lenses import PICK_INPUT, SHOW, kind_text
from .features.model_page import model_page
from .language_server import ShapeServer

__all__ = ["obey"]


def obey(server: ShapeServer) -> None:
    """Register the commands."""

    @server.command(SHOW)
    async def show(*arguments: Any) -> dict[str, Any] | None:
        """``uri, class``: the page of the class, ``{title, text, record}``."""
        known, name = await _target(server, arguments)
        if known is None or name is None:
            return None
        return await server.service.ask(lambda: model_page(known.analysis, name, server.service.files.read))

    @server.command(PICK_INPUT)
    async def pick_input(*arguments: Any) -> str | None:
        """``uri, class, kind``: show the class on another input; without a kind the user is asked.  The kind it is now."""
        known, name = await _target(server, arguments)
        shown = None if known is None else next((each for each in known.analysis.classes if each.name == name), None)
        if known is None or shown is None:
            return None
        kind = arguments[2] if len(arguments) > 2 else await _asked(server, shown)
        picked = next((each for each, _ in shown.kinds if each.value == kind), None)
        if picked is None:
            return shown.kind.value
        path = known.text.path
        server.service.files.chosen[path, shown.name] = picked
        server.service.again(path)
        server.refresh()
        return picked.value

    @server.command(ANNOTATE)
    async def annotate(*arguments: Any) -> bool:
        """``uri, class``: write shape comments into the class, or without one into the file.  Whether there was something to
        write."""
        known, name = await _target(server, arguments)
        if known is None:
            return False
        spans = [each.span for each in known.analysis.classes if each.name == name]
        rows = range(spans[0].row, spans[0].end_row + 1) if spans else None
        text, files = known.text, server.service.files
        try:
            edits = await server.service.ask(lambda: files.comments_missing_in(text, rows))
        except SourceError as error:
            server.say(f"not annotated: {error.message}", types.MessageType.Warning)
            return False
        if edits:
            edit = workspace_edit(edits, text, server.units)
            await server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, "shape comments"))
        return bool(edits)


async def _target(server: ShapeServer, arguments: tuple[Any, ...]) -> tuple[Known | None, str | None]:
    uri, name = (*arguments, None, None)[:2]
    known = await server.known(uri) if isinstance(uri, str) else None
    return known, name if isinstance(name, str) else None


async def _asked(server: ShapeServer, shown: ClassShapes) -> str | None:
    """What the user picks among the inputs that can be had, by value."""
    titles = {f"{kind_text(kind)}: {given}": kind for kind, given in shown.kinds}
    request = types.ShowMessageRequestParams(
        types.MessageType.Info, f"input of {shown.name}", [types.MessageActionItem(title) for title in titles]
    )
    answer = await server.window_show_message_request_async(request)
    picked: InputKind | None = None if answer is None else titles.get(answer.title)
    return None if picked is None else picked.value
