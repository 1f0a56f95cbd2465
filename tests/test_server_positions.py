"""Columns in the units that the client has agreed on."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import LanguageClient
from server_support import editing, editor_config

pytestmark = pytest.mark.asyncio
LAYERS = "nn.Sequential(nn.Linear(8, 4), nn.Linear(3, 2))"
TEXT = f"from torch import nn\nnet = {LAYERS}\nlabel = '𝒳é'; other = {LAYERS}\n"
ENCODINGS = {"utf-32": ("utf-32-le", 4), "utf-16": ("utf-16-le", 2), "utf-8": ("utf-8", 1)}
"""How Python calls them, and the bytes of a unit."""


@pytest_lsp.fixture(config=editor_config, params=sorted(ENCODINGS))
async def client(request: pytest.FixtureRequest, lsp_client: LanguageClient, tmp_path: Path):
    """A session for each unit."""
    await editing(lsp_client, tmp_path, encoding=request.param)
    yield
    await lsp_client.shutdown_session()


async def test_columns_count_what_was_agreed_on(client: LanguageClient, tmp_path: Path):
    """There and back: where a finding is, something can be asked; a hint is behind its layer."""
    editor = client.editor
    python, width = ENCODINGS[editor.encoding]
    uri = editor.open(tmp_path / "net.py", TEXT)
    findings = {finding.range.start.line: finding.range.start for finding in await editor.findings(uri)}
    line = TEXT.split("\n")[2]

    def units(text: str) -> int:
        return len(line[: line.index(text) + len(text)].encode(python)) // width

    assert findings[1].character == TEXT.split("\n")[1].index("3, 2")
    assert findings[2].character == units("3") - 1
    assert "PyTorch raises" in await editor.hover(uri, 3, findings[2].character)
    where = types.Range(types.Position(2, 0), types.Position(2, 1000))
    params = types.InlayHintParams(types.TextDocumentIdentifier(uri), where)
    (hint,) = await client.text_document_inlay_hint_async(params)
    assert hint.position.character == units("nn.Linear(8, 4)")
