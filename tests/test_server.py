"""The language server, driven through every feature by a client over a pipe, as an editor drives it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import LanguageClient
from server_support import Editor, edited, editing, editor_config, edits_of

pytestmark = pytest.mark.asyncio
ROOT = Path(__file__).parent.parent
NETD = (ROOT / "fixtures" / "models" / "netd.py").read_text()
SMALL = """import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8, 4)

    def forward(self, x):
        x = self.conv(x)
        return self.fc(x.mean((2, 3)))

net = Net()
out = net(torch.zeros(2, 3, 32, 32))
"""
WRONG = SMALL.replace("nn.Linear(8, 4)", "nn.Linear(9, 4)")


@pytest_lsp.fixture(config=editor_config)
async def client(lsp_client: LanguageClient, tmp_path: Path):
    """A session in an empty workspace."""
    await editing(lsp_client, tmp_path)
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(client: LanguageClient) -> Editor:
    """What drives the session."""
    return client.editor


async def test_findings_come_with_what_they_rely_on(editor: Editor, tmp_path: Path):
    """On opening and on every change; a file that is closed has none."""
    uri = editor.open(tmp_path / "netd.py", NETD)
    (finding,) = await editor.findings(uri)
    assert (finding.code, finding.source, finding.range.start.line) == ("SHP202", "shapelint", 18)
    assert finding.message.startswith("(64, 48, 48) annotated, but (128, 48, 48) computed (stale-comment)")
    (related,) = finding.related_information or ()
    assert related.location.range.start.line == 14 and "relied on" in related.message
    row = NETD.split("\n")[18]
    editor.change(uri, row.replace("64", "128"), types.Range(types.Position(18, 0), types.Position(18, len(row))))
    assert await editor.findings(uri) == []
    editor.change(uri, NETD)
    assert len(await editor.findings(uri)) == 1
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))
    assert len(await editor.findings(uri)) == 1
    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    await editor.until(uri, 0)


async def test_hints_are_at_layers_containers_and_statements(editor: Editor, tmp_path: Path):
    """With the sizes that the comments give, and only in the range that is asked for."""
    uri = editor.open(tmp_path / "netd.py", NETD)
    hints = await editor.hints(uri)
    assert (hints[9], hints[20], hints[40], hints[63]) == (
        "(N, 64, 96, 96)", "(N, 128, 24, 24)", "(N, 512, 6, 6)", "(N,)",
    )  # fmt: skip
    assert not {43, 44, 45} & hints.keys()  # layers that are attributes
    some = await editor.hints(uri, types.Range(types.Position(8, 0), types.Position(11, 0)))
    assert sorted(some) == [9, 10, 12]


async def test_hover_shows_the_chain_and_what_it_rests_on(editor: Editor, tmp_path: Path):
    """With parameters, multiplications and the formula; and why a value is unknown."""
    uri = editor.open(tmp_path / "netd.py", NETD)
    shown = await editor.hover(uri, 16, 20)
    assert "**(N, 128, 48, 48)**" in shown and "parameters: 73,728, mult-adds: 169869312\\*N" in shown
    assert "features.2: Conv2d" in shown and "(N, 64, 96, 96) -> (N, 64, 48, 48)" in shown
    assert "NetD on (N, 3, 96, 96): the comments from line 8 on give these sizes" in shown
    other = editor.open(tmp_path / "other.py", SMALL.replace("self.conv(x)", "somewhere(x)"))
    assert "shape unknown" in await editor.hover(other, 11, 13)
    assert await editor.hover(other, 2, 3) == ""


async def test_code_actions_repair_ignore_annotate_and_keep_the_size(editor: Editor, tmp_path: Path):
    """What they write is a program without the finding."""
    uri = editor.open(tmp_path / "netd.py", NETD)
    actions = await editor.actions(uri, 19)
    repair = actions["the shape here is `(128) x 48 x 48`"]
    assert repair.is_preferred
    editor.change(uri, edited(NETD, edits_of(repair.edit, uri)))
    assert await editor.findings(uri) == []
    wrong = editor.open(tmp_path / "wrong.py", WRONG)
    (finding,) = await editor.findings(wrong)
    line = finding.range.start.line + 1
    actions = await editor.actions(wrong, line)
    ignoring = next(action for title, action in actions.items() if title.startswith("ignore "))
    changed = edited(WRONG, edits_of(ignoring.edit, wrong))
    assert "# shapelint: ignore[" in changed
    unsafe = next(action for title, action in actions.items() if "unsafe" in title)
    assert not unsafe.is_preferred
    assert "nn.Linear(8, 4)" in edited(WRONG, edits_of(unsafe.edit, wrong))
    editor.change(wrong, changed)
    assert await editor.findings(wrong) == []
    keeping = (await editor.actions(wrong, 7, 25))['"same": set padding=1, which keeps the size']
    assert "nn.Conv2d(3, 8, 3, padding=1)" in edited(changed, edits_of(keeping.edit, wrong))
    assert "write shape comments into Net" in await editor.actions(wrong, 7)


async def test_annotate_writes_into_one_class(editor: Editor, tmp_path: Path):
    """The edit is applied by the client; what it writes is true."""
    bare = "\n".join(row for row in NETD.split("\n") if "state size. (256)" not in row)
    uri = editor.open(tmp_path / "netd.py", bare)
    assert await editor.execute("shapelint.annotate", uri, "NetD")
    (edit,) = editor.edits
    after = edited(bare, edits_of(edit, uri))
    assert "            # state size. (256) x 24 x 24\n" in after
    editor.change(uri, after)
    assert await editor.findings(uri) == []
    assert not await editor.execute("shapelint.annotate", uri, "NetD")


async def test_lenses_pick_an_input(editor: Editor, tmp_path: Path):
    """Symbolic, from comments, from the configuration, or from a call in the file; asked, or told."""
    (tmp_path / "pyproject.toml").write_text('[tool.shapelint]\ninputs = { "Net" = "1x3x64x64" }\n')
    uri = editor.open(tmp_path / "net.py", SMALL)
    assert await editor.lenses(uri) == ["input: (1, 3, 64, 64) (from the configuration)", "show"]
    assert (await editor.hints(uri))[11] == "(1, 8, 62, 62)"
    assert await editor.execute("shapelint.pickInput", uri, "Net", "symbolic") == "symbolic"
    assert (await editor.hints(uri))[11] == "(N, 8, H - 2, W - 2)"
    editor.answer = "from a call in the file: (2, 3, 32, 32)"
    assert await editor.execute("shapelint.pickInput", uri, "Net") == "call"
    assert (await editor.hints(uri))[11] == "(2, 8, 30, 30)"
    assert editor.refreshed >= 2
    editor.answer = None
    assert await editor.execute("shapelint.pickInput", uri, "Net") == "call"


async def test_show_gives_the_whole_model_of_the_text_in_the_editor(editor: Editor, tmp_path: Path):
    """As text and as the record of the command line."""
    uri = editor.open(tmp_path / "net.py", SMALL.replace("3, 8, 3", "3, 8, 5"))
    page = await editor.execute("shapelint.show", uri, "Net")
    page = page if isinstance(page, dict) else page._asdict()
    assert page["title"] == "Net" and "(N, 8, H - 4, W - 4)" in page["text"]


async def test_completion_offers_the_true_comment(editor: Editor, tmp_path: Path):
    """In the style of the file, in the place of what is typed."""
    typed = NETD.replace("# state size. (128) x 24 x 24", "# state size. ")
    uri = editor.open(tmp_path / "netd.py", typed)
    row = next(index for index, line in enumerate(typed.split("\n")) if line.endswith("# state size. "))
    at = types.Position(row, len(typed.split("\n")[row]))
    params = types.CompletionParams(types.TextDocumentIdentifier(uri), at)
    (item,) = await editor.client.text_document_completion_async(params)
    assert edited(typed, [item.text_edit]) == NETD
    params.position = types.Position(0, 3)
    assert not await editor.client.text_document_completion_async(params)


async def test_definition_leads_from_a_finding_to_the_constructor(editor: Editor, tmp_path: Path):
    """Elsewhere it is silent: Python's own server knows."""
    text = SMALL.replace("net(torch.zeros(2, 3, 32, 32))", "net(torch.zeros(2, 4, 32, 32))")
    uri = editor.open(tmp_path / "net.py", text)
    (finding,) = await editor.findings(uri)
    params = types.DefinitionParams(types.TextDocumentIdentifier(uri), finding.range.start)
    found = await editor.client.text_document_definition_async(params)
    assert 6 in [location.range.start.line for location in found]
    params.position = types.Position(1, 2)
    assert not await editor.client.text_document_definition_async(params)


async def test_the_last_good_shapes_are_kept_while_the_file_is_broken(editor: Editor, tmp_path: Path):
    """Where their code is now, with the one finding that says what is broken."""
    uri = editor.open(tmp_path / "net.py", SMALL)
    before = await editor.hints(uri)
    editor.change(uri, "import (\n\n" + SMALL)
    after = await editor.hints(uri)
    assert {line - 2: hint for line, hint in after.items()} == before
    (finding,) = await editor.findings(uri)
    assert finding.code == "SHP001"
    editor.change(uri, SMALL)
    assert await editor.findings(uri) == []


async def test_imports_see_the_unsaved_text_of_open_files(editor: Editor, tmp_path: Path):
    """And what they see follows when that changes, is closed, or changes on the disk."""
    (tmp_path / "sizes.py").write_text("width = 9\n")
    sizes = editor.open(tmp_path / "sizes.py", "width = 8\n")
    uri = editor.open(tmp_path / "net.py", "from sizes import width\n" + SMALL.replace("Linear(8,", "Linear(width,"))
    assert await editor.findings(uri) == []
    editor.change(sizes, "width = 7\n")
    await editor.until(uri, 1)
    (tmp_path / "sizes.py").write_text("width = 8\n")
    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(sizes)))
    await editor.until(uri, 0)
    (tmp_path / "sizes.py").write_text("width = 6\n")
    change = types.FileEvent(sizes, types.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
    await editor.until(uri, 1)


async def test_settings_of_the_client_count(editor: Editor, tmp_path: Path):
    """Asked for when they change: rules, inputs, kinds of hints."""
    uri = editor.open(tmp_path / "wrong.py", WRONG)
    (finding,) = await editor.findings(uri)
    editor.client.set_configuration(
        {"shapelint": {"ignore": [finding.code], "inputs": {"Net": "1x3x8x8"}, "inlayHints": {"layers": True}}}
    )
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings={}))
    await editor.until(uri, 0)
    assert await editor.hints(uri) == {}
    assert (await editor.lenses(uri))[0] == "input: (1, 3, 8, 8) (from the configuration)"


async def test_each_folder_has_its_own_configuration(editor: Editor, tmp_path: Path):
    """The nearest one above a file; a broken one is said, and does not count."""
    for name, ignore in (("strict", "[]"), ("lax", '["ALL"]'), ("broken", "[7]")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pyproject.toml").write_text(f"[tool.shapelint]\nignore = {ignore}\n")
    uris = [editor.open(tmp_path / name / "net.py", WRONG) for name in ("strict", "lax", "broken")]
    assert [len(await editor.findings(uri)) for uri in uris] == [1, 0, 1]
    assert any("broken" in message.message for message in editor.client.messages)
    editor.client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(
            types.WorkspaceFoldersChangeEvent([types.WorkspaceFolder((tmp_path / "lax").as_uri(), "lax")], [])
        )
    )
    (tmp_path / "lax" / "pyproject.toml").write_text("[tool.shapelint]\n")
    change = types.FileEvent((tmp_path / "lax" / "pyproject.toml").as_uri(), types.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
    await editor.until(uris[1], 1)


async def test_notebooks_are_one_program(editor: Editor, tmp_path: Path):
    """Findings and hints are in the cells that they are about; magics are no Python."""
    head, _, rest = WRONG.partition("\nnet = ")
    cells = {"a": f"%matplotlib inline\n{head}", "b": f"net = {rest}"}
    uri = (tmp_path / "net.ipynb").as_uri()
    items = [types.TextDocumentItem(f"cell:{name}", "python", 1, text) for name, text in cells.items()]
    notebook = types.NotebookDocument(
        uri, "jupyter-notebook", 1, [types.NotebookCell(types.NotebookCellKind.Code, item.uri) for item in items]
    )
    editor.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, items))
    found = await editor.findings("cell:b") + await editor.findings("cell:a")
    assert len(found) == 1
    assert (await editor.hints("cell:a"))[12] == "(N, 8, H - 2, W - 2)"
    fixed = types.TextDocumentContentChangeWholeDocument(cells["a"].replace("Linear(9", "Linear(8"))
    change = types.NotebookDocumentChangeEvent(
        cells=types.NotebookDocumentCellChanges(
            text_content=[
                types.NotebookDocumentCellContentChanges(types.VersionedTextDocumentIdentifier(2, "cell:a"), [fixed])
            ]
        )
    )
    document = types.VersionedNotebookDocumentIdentifier(2, uri)
    editor.client.notebook_document_did_change(types.DidChangeNotebookDocumentParams(document, change))
    assert await editor.findings("cell:a") == [] and await editor.findings("cell:b") == []


async def test_a_request_can_be_cancelled(editor: Editor, tmp_path: Path):
    """It ends with the error that the protocol has for it, and the next one is answered."""
    uri = editor.open(tmp_path / "net.py", NETD)
    params = types.InlayHintParams(
        types.TextDocumentIdentifier(uri), types.Range(types.Position(0, 0), types.Position(9, 0))
    )
    future = editor.client.protocol.send_request(types.TEXT_DOCUMENT_INLAY_HINT, params, msg_id="first")
    editor.client.cancel_request(types.CancelParams("first"))
    assert len(await editor.hints(uri)) > 20
    assert future.exception() is not None


def opened(editor: Editor, uri: str, cells: Sequence[tuple[str, list[str]]]) -> list[str]:
    """A notebook of these cells with their tags; the addresses of the cells."""
    items = [types.TextDocumentItem(f"cell:{at}", "python", 1, text) for at, (text, _) in enumerate(cells)]
    shown = [
        types.NotebookCell(
            types.NotebookCellKind.Code, item.uri, metadata={"metadata": {"tags": tags}} if tags else None
        )
        for item, (_, tags) in zip(items, cells, strict=True)
    ]
    notebook = types.NotebookDocument(uri, "jupyter-notebook", 1, shown)
    editor.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, items))
    return [item.uri for item in items]


async def test_files_that_cells_write_are_there(editor: Editor, tmp_path: Path):
    """Checked in their cell, imported by the cells after it, and read anew when the cell is edited."""
    uri = (tmp_path / "net.ipynb").as_uri()
    written = "%%writefile model.py\nfrom torch import nn\nhead = nn.Sequential(nn.Linear(4, 2), nn.Linear(3, 2))\n"
    first, second = opened(
        editor, uri, [(written, []), ("import torch\nfrom model import width\nx = torch.zeros(3).view(width)", [])]
    )
    (finding,) = await editor.findings(first)
    assert (finding.code, finding.range.start.line) == ("SHP301", 2)
    assert await editor.findings(second) == []
    anew = types.TextDocumentContentChangeWholeDocument("%%writefile model.py\nwidth = 4\n")
    content = types.NotebookDocumentCellContentChanges(types.VersionedTextDocumentIdentifier(2, first), [anew])
    change = types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(text_content=[content]))
    document = types.VersionedNotebookDocumentIdentifier(2, uri)
    editor.client.notebook_document_did_change(types.DidChangeNotebookDocumentParams(document, change))
    assert await editor.findings(first) == []
    assert [finding.code for finding in await editor.findings(second)] == ["SHP303"]


async def test_tags_of_cells_count(editor: Editor, tmp_path: Path):
    """As in the file: what may raise is not reported, until the tag is taken away."""
    uri = (tmp_path / "net.ipynb").as_uri()
    wrong = "nn.Linear(4, 2)(torch.zeros(3, 5))"
    head, tagged, skipped, other = opened(
        editor,
        uri,
        [
            ("import torch\nfrom torch import nn", []),
            (wrong, ["raises-exception"]),
            (wrong.replace("5", "6"), ["skip-execution"]),
            (wrong.replace("5", "7"), []),
        ],
    )
    assert [len(await editor.findings(cell)) for cell in (head, tagged, skipped, other)] == [0, 0, 0, 1]
    plain = types.NotebookCell(types.NotebookCellKind.Code, tagged, metadata={"metadata": {"tags": []}})
    change = types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(data=[plain]))
    document = types.VersionedNotebookDocumentIdentifier(2, uri)
    editor.client.notebook_document_did_change(types.DidChangeNotebookDocumentParams(document, change))
    assert [len(await editor.findings(cell)) for cell in (head, tagged, skipped, other)] == [0, 1, 0, 1]


async def test_same_in_a_notebook(editor: Editor, tmp_path: Path):
    """The padding is written into the cell that makes the layer, also after a magic."""
    uri = (tmp_path / "net.ipynb").as_uri()
    _, second = opened(
        editor,
        uri,
        [("import torch\nfrom torch import nn", []), ("%time y = nn.Conv2d(3, 8, 5)(torch.zeros(1, 3, 8, 8))", [])],
    )
    await editor.findings(second)
    actions = await editor.actions(second, 1, 16)
    (action,) = [action for title, action in actions.items() if "same" in title]
    text = "%time y = nn.Conv2d(3, 8, 5)(torch.zeros(1, 3, 8, 8))"
    assert edited(text, edits_of(action.edit, second)) == text.replace("3, 8, 5)", "3, 8, 5, padding=2)")


async def test_the_log_says_what_was_run_again(editor: Editor, tmp_path: Path):
    """Only the class that an edit is in, and not the other one."""
    uri = editor.open(
        tmp_path / "net.py", NETD + "\n\nclass Other(nn.Module):\n    def forward(self, x):\n        return x\n"
    )
    await editor.findings(uri)
    editor.change(uri, NETD + "\n\nclass Other(nn.Module):\n    def forward(self, x):\n        return x + 1\n")
    await editor.findings(uri)
    assert editor.client.log_messages[-1].message.endswith("net.py: 1 definition parsed, 1 class run again")
