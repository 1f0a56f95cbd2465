"""What the client asks: each answer is a projection of the analysis of the present text."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from ..records import replace
from .analysis.keeping_size import keeping_size
from .analysis.shape_comments import comment_at
from .features.code_actions import code_actions
from .features.code_lenses import code_lenses
from .features.completion import TRIGGERS, comment_begun, completions
from .features.definition import definitions
from .features.hover import hover
from .features.inlay_hints import inlay_hints
from .language_server import ShapeServer

__all__ = ["answer"]


def answer(server: ShapeServer) -> None:
    """Register the handlers of all requests."""
    _beside_the_code(server)
    _at_a_place(server)


def _beside_the_code(server: ShapeServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def hints(params: types.InlayHintParams) -> list[types.InlayHint]:
        uri = params.text_document.uri
        known = await server.known(uri)
        part = None if known is None else known.text.part(uri)
        if known is None or part is None:
            return []
        rows = range(part.row + params.range.start.line, part.row + params.range.end.line + 1)
        wanted = server.service.files.configurations.client.inlay_hints
        return inlay_hints(known, uri, rows, wanted, server.units)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        known = await server.known(params.text_document.uri)
        return [] if known is None else code_lenses(known, params.text_document.uri, server.units)


def _at_a_place(server: ShapeServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def shown(params: types.HoverParams) -> types.Hover | None:
        known = await server.known(params.text_document.uri)
        at = None if known is None else server.units.place(known.text, params.text_document.uri, params.position)
        return None if known is None or at is None else hover(known, *at, server.units)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def defined(params: types.DefinitionParams) -> Sequence[types.Location]:
        known = await server.known(params.text_document.uri)
        at = None if known is None else server.units.place(known.text, params.text_document.uri, params.position)
        return [] if known is None or at is None else definitions(known, *at, server.units)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions([types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite]),
    )
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        known = await server.known(uri)
        if known is None:
            return []
        start = server.units.place(known.text, uri, params.range.start)
        end = server.units.place(known.text, uri, params.range.end)
        if start is None or end is None:
            return []
        checked = server.service.files.file(known.text.path).checked
        place = known.text.place_in_code(*start)
        keeping = None
        if checked is not None and place is not None and checked.source.text == known.text.code:
            keeping = await server.service.ask(lambda: keeping_size(checked, *place))
        if keeping is not None and known.text.module is not None:
            edits = (replace(edit, span=known.text.module.span(edit.span)) for edit in keeping.edits)
            keeping = replace(keeping, edits=tuple(edits))
        return code_actions(known, uri, range(start[0], end[0] + 1), keeping, server.units)

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=TRIGGERS))
    async def completed(params: types.CompletionParams) -> list[types.CompletionItem]:
        uri = params.text_document.uri
        known = await server.known(uri)
        at = None if known is None else server.units.place(known.text, uri, params.position)
        begun = None if known is None or at is None else comment_begun(known.text, *at)
        if known is None or at is None or begun is None:
            return []
        checked = server.service.files.file(known.text.path).checked
        row = known.text.row_in_code(at[0])
        if checked is None or row is None or checked.source.text != known.text.code:
            return []
        comment = await server.service.ask(lambda: comment_at(checked, row))
        return [] if comment is None else completions(known.text, *at, begun, comment, server.units)
