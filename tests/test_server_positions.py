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
    """There and back: where a finding is, something can be asked; a hint is at the end of its line."""
    editor = client.editor
    python, width = ENCODINGS[editor.encoding]
    uri = editor.open(tmp_path / "net.py", TEXT)
    plain, odd = (finding.range.start for finding in await editor.findings(uri))
    lines = TEXT.split("\n")
    column = plain.character + len(lines[2]) - len(lines[1])
    assert (plain.line, odd.line) == (1, 2)
    assert odd.character == len(lines[2][:column].encode(python)) // width
    assert "PyTorch raises" in await editor.hover(uri, 3, odd.character)
    params = types.InlayHintParams(types.TextDocumentIdentifier(uri), types.Range(odd, odd))
    hints = await client.text_document_inlay_hint_async(params)
    assert max(hint.position.character for hint in hints) == len(lines[2].encode(python)) // width
