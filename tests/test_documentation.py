"""What README and the documentation show is what happens: commands are run, configuration is read, links lead somewhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import build_site
import jsonschema
import pytest
import yaml
from documented import ROOT, Block, Command, blocks, commands, pages
from rule_pages import example_report, rule_page
from schemas import published

from shapelint import cli
from shapelint.claims.comments.grammar import read_comment
from shapelint.rules.registry import rules

NOT_RUN = {
    "nvim --headless": "needs Neovim, which drives the server by the same requests as test_server.py",
    "emacs --batch": "needs Emacs, which drives the server by the same requests as test_server.py",
    "editors/vscode/check.sh": "needs Node; .ci/run runs it where there is one",
    "pip install": "needs the network; .ci/run installs in the same way",
    "python3 -m venv": "needs the network; .ci/run runs these very lines",
    'shapelint show "net.py::Net(16)" --input 1x3x32x32 --diff HEAD': "needs a revision; test_show_inputs.py makes one",
    "python bench/corpus.py": "needs Ray; test_corpus.py makes the rows, without it",
    "reviewdog": "needs a pull request; test_render.py holds what it reads against its schema",
}
"""Beginnings of commands that this file does not run, with the reason."""

WRITE = os.environ.get("SHAPELINT_SNAPSHOTS") == "write"
"""Write what the commands print into the pages instead of comparing it: to be read before it is committed."""

PAGES = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in pages()}


def _settings(text: str, folder: Path) -> bool:
    (folder / "pyproject.toml").write_text(text, "utf-8")
    return cli.run(["check", "--show-settings", str(folder)]) == 0


def _workflow(text: str, folder: Path) -> bool:
    """Held against the schema of the service whose workflow it is; excerpts (steps, without their job) only parse."""
    content = yaml.safe_load(text)
    if isinstance(content, dict) and True in content:
        content["on"] = content.pop(True)  # what YAML 1.1 makes of the word
    for key, name in (("repos", "pre-commit-config.json"), ("jobs", "github-workflow.json"), ("shapelint", "ci.json")):
        if key in content:
            jsonschema.validate(content, published(name))
    return bool(content)


READERS = {
    "toml": _settings,
    "yaml": _workflow,
    "json": lambda text, folder: bool(json.loads(text)),
}


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the command ``shapelint`` of this checkout, and with this Python."""
    folder = tmp_path_factory.mktemp("bin")
    for name, code in (("shapelint", "from shapelint.__main__ import main; main()"), ("python", "")):
        program = folder / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" ' + (f'-c "{code}" "$@"\n' if code else '"$@"\n'))
        program.chmod(0o755)
    return folder


def run(command: Command, folder: Path, programs: Path) -> tuple[int, str]:
    """The exit code of a command and what it prints, as somebody sees it who types it."""
    variables = {
        name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
    }
    done = subprocess.run(
        ["sh", "-c", command.line], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=False,
        env={**variables, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return done.returncode, done.stdout


def is_run(command: Command) -> bool:
    """Whether no reason stands against running a command."""
    return not any(command.line.startswith(beginning) for beginning in NOT_RUN)


def is_program(page: str, block: Block) -> bool:
    """Whether a block is Python that can be run; in CONTRIBUTING there are excerpts of our own files."""
    return block.language == "python" and block.title is None and page != "CONTRIBUTING.md"


def session_of(page: str, text: str, folder: Path, programs: Path) -> str:
    """Run the commands of a page, with the files that it shows; return its text with what is really printed."""
    shutil.copytree(ROOT / "fixtures" / "models", folder / "fixtures" / "models")
    for block in blocks(text):
        if block.title is not None:
            (folder / block.title).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.title).write_text(block.text, "utf-8")
    for block in blocks(text):
        session = ""
        for command in commands(block):
            code, printed = run(command, folder, programs) if is_run(command) else (0, command.printed)
            session += f"$ {command.line}\n{printed}"
            where = f"{page}:{block.line}: {command.line}"
            assert code in (0, 1) or command.printed, f"{where}: exit code {code}\n{printed}"
        if block.text.startswith("$ "):
            text = text.replace(block.text, session, 1)
    return text


@pytest.mark.parametrize("page", [page for page, text in PAGES.items() if any(map(list, map(commands, blocks(text))))])
def test_commands_print_what_the_page_says(page: str, tmp_path: Path, programs: Path) -> None:
    """From the first to the last."""
    printed = session_of(page, PAGES[page], tmp_path, programs)
    if WRITE:
        (ROOT / page).write_text(printed, "utf-8")
    assert printed == PAGES[page] or WRITE


IN_TEXT = re.compile(r"`(shapelint (?![^`]*[A-Z]{4})[^`]+ [^`]+|shapelint --[^`]+)`")
"""A command line within a sentence or a table; not the mere name of a command, and no placeholders."""


@pytest.mark.parametrize("page", [page for page, text in PAGES.items() if IN_TEXT.search(text)])
def test_commands_in_the_text_run(page: str, tmp_path: Path, programs: Path) -> None:
    """In a folder of models."""
    shutil.copytree(ROOT / "fixtures" / "models", tmp_path, dirs_exist_ok=True)
    for line in IN_TEXT.findall(PAGES[page]):
        code, printed = run(Command(line, None), tmp_path, programs)
        assert code in (0, 1), f"{page}: {line}: exit code {code}\n{printed}"


@pytest.mark.parametrize("code", sorted(rules()))
def test_examples_of_rules_show_their_rule(code: str, tmp_path: Path, programs: Path) -> None:
    """The rule finds something in its example, no other rule does, and the command prints what the page says."""
    assert {finding.code for finding in example_report(rules()[code]).diagnostics} == {code}
    page = rule_page(rules()[code])
    assert session_of(code, page, tmp_path, programs) == page


@pytest.mark.parametrize(
    ("page", "block"),
    [
        pytest.param(page, block, id=f"{page}:{block.line}")
        for page, text in PAGES.items()
        for block in blocks(text)
        if block.language in READERS or is_program(page, block)
    ],
)
def test_blocks_can_be_read(page: str, block: Block, tmp_path: Path, programs: Path) -> None:
    """Settings are accepted, YAML and JSON parse, and Python without a file name runs."""
    if block.language == "python":
        shutil.copytree(ROOT / "fixtures" / "models", tmp_path / "models")
        (tmp_path / "shown.py").write_text(block.text, "utf-8")
        code, printed = run(Command("python shown.py", None), tmp_path, programs)
        assert code == 0, printed
    else:
        assert READERS[block.language](block.text, tmp_path)


def test_the_problem_matcher_reads_what_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pattern that the page gives for Visual Studio Code takes a line of ``concise`` apart."""
    (task,) = (
        json.loads(block.text)
        for block in blocks(PAGES["docs/editor_recipes.md"])
        if block.title == ".vscode/tasks.json"
    )
    pattern = task["tasks"][0]["problemMatcher"]["pattern"]
    monkeypatch.chdir(ROOT)
    cli.run(["check", "--isolated", "--quiet", "--output-format", "concise", "fixtures/models/netd.py"])
    found = re.match(pattern["regexp"], capsys.readouterr().out.rstrip())
    assert found is not None
    assert [found[pattern[part]] for part in ("file", "line", "column", "code")] == [
        "fixtures/models/netd.py",
        "19",
        "27",
        "SHP202",
    ]


def test_comments_in_the_grammar_are_read() -> None:
    """Every comment in the tables of the page on comments, and in README's list of them, states a shape or declares a "same"."""
    shown = re.findall(r"^\| `(# .+?)` \|", PAGES["docs/comments.md"], re.MULTILINE)
    listed = re.findall(r"`(# [^`]+)`", PAGES["README.md"].partition("Comments that are read:")[2].partition("\n\n")[0])
    listed.remove("# same padding")
    assert len(shown) > 5 and len(listed) > 4
    assert all(read_comment(comment).shapes for comment in shown + listed)


def test_no_reason_is_idle() -> None:
    """Every beginning in ``NOT_RUN`` is that of a command which some page gives."""
    given = [command.line for text in PAGES.values() for block in blocks(text) for command in commands(block)]
    assert {beginning for beginning in NOT_RUN if not any(line.startswith(beginning) for line in given)} == set()


def test_links_to_files_lead_somewhere() -> None:
    """In README, which is read without a site; the site's own build checks the rest."""
    named = re.findall(r"\]\((?!https?:)([^)#]+)", PAGES["README.md"])
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_contents_name_every_page() -> None:
    """Whoever writes a page says where it is in the table of contents; without that the site is not built."""
    found = set(build_site.pages())
    listed = [file for section in build_site.table_of_contents(found) for files in section.values() for file in files]
    assert sorted(listed) == sorted(found)
