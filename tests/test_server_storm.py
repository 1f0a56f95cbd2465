"""A storm of edits over a pipe, sent as fast as they come: what the server says in the end is what the command line says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import pytest_lsp
from conftest import SCALE
from lsprotocol import types
from pytest_lsp import LanguageClient
from random_edits import Typed, storm
from server_support import Editor, editing, editor_config

pytestmark = pytest.mark.asyncio
ROOT = Path(__file__).parent.parent
EDITS, ROUNDS = max(int(100 * SCALE), 10), 4
"""10,000 edits with SHAPELINT_CASES=25."""


@pytest_lsp.fixture(config=editor_config)
async def client(lsp_client: LanguageClient, tmp_path: Path):
    """A session in an empty workspace."""
    await editing(lsp_client, tmp_path)
    yield
    await lsp_client.shutdown_session()


def place(edit: Typed) -> types.Range:
    """Where an edit is."""
    row, column, end, end_column, _ = edit
    return types.Range(types.Position(row, column), types.Position(end, end_column))


async def test_the_server_agrees_with_the_command_line(client: LanguageClient, tmp_path: Path):
    """After each round of edits none of which was waited for."""
    editor: Editor = client.editor
    path = tmp_path / "dcgan.py"
    text = (ROOT / "fixtures" / "models" / "dcgan.py").read_text()
    uri = editor.open(path, text)
    for seed in range(ROUNDS):
        for edit, typed in storm(text, EDITS, seed):
            editor.change(uri, edit[-1], place(edit))
            text = typed
        path.write_text(text)
        run = [sys.executable, "-m", "shapelint", "check", "--isolated", "--output-format", "json", str(path)]
        printed = subprocess.run(run, capture_output=True, text=True, check=False, cwd=ROOT).stdout
        expected = [
            (found["code"], found["location"]["row"], found["message"]) for found in json.loads(printed)["diagnostics"]
        ]
        shown = [
            (str(found.code), found.range.start.line + 1, found.message.partition(f" ({_name(found)})")[0])
            for found in await editor.findings(uri)
        ]
        assert sorted(shown) == sorted(expected)


def _name(found: types.Diagnostic) -> str:
    """The name of its rule, which the message has in brackets behind what the command line prints."""
    return found.message.split("\n")[0].rpartition(" (")[2].rstrip(")")
