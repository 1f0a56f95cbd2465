"""Completion, asked of the shells themselves: those of bash, zsh and fish that this machine has (bash always)."""

from __future__ import annotations

import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shapelint.cli import run

ROOT = Path(__file__).parent.parent
SHELLS = [shell for shell in ("bash", "zsh", "fish") if shutil.which(shell)]
NET = "import torch\nclass NetD(torch.nn.Module):\n    pass\nclass NetG(torch.nn.Module):\n    pass\nclass Other:\n    pass\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model, the command on the path, and the script of each shell."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "net.py").write_text(NET)
    (tmp_path / "models" / "raises.py").write_text("raise SystemExit('executed')\nclass A(B):\n    pass\n")
    command = tmp_path / "bin" / "shapelint"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m shapelint "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for shell in SHELLS:
        script = subprocess.run(["shapelint", "completion", shell], capture_output=True, text=True, check=True).stdout
        (tmp_path / f"script.{shell}").write_text(script)
    return tmp_path


def of_bash(line: str) -> set[str]:
    """What bash's function answers, with bash's own word breaks."""
    program = (
        "source script.bash; COMP_WORDBREAKS=$' \\t\\n\"\\'><=;|&(:'\n"
        f"COMP_LINE={shlex.quote(line)}; COMP_POINT=${{#COMP_LINE}}; _shapelint shapelint; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    done = subprocess.run(["bash", "--norc", "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split("\n")) - {""}


def of_fish(line: str) -> set[str]:
    """What fish lists."""
    program = f"source script.fish; complete -C {shlex.quote(line)}"
    done = subprocess.run(["fish", "--no-config", "-c", program], capture_output=True, text=True, check=True)
    return {row.partition("\t")[0] for row in done.stdout.splitlines()}


def of_zsh(line: str) -> set[str]:
    """What zsh shows when the tab key is pressed twice at the end of the line: completion works in its line editor only."""
    process, terminal = pty.fork()
    if not process:
        os.environ.update(TERM="dumb", PS1="READY>", COLUMNS="200", LINES="100")
        os.execlp("zsh", "zsh", "-f", "-i")
    try:
        setup = "unsetopt zle_bracketed_paste beep; setopt no_always_last_prompt; autoload -U compinit; compinit -u -D; source script.zsh"
        _typed(terminal, f"{setup}\n", "READY>.*READY>")
        shown = _typed(terminal, f"{line}\t\t\x15echo EN''D\n", "END")  # the line is cleared, and the rest is a sign
    finally:
        os.close(terminal)
        os.waitpid(process, 0)
    return set(re.findall(r"[^\s\x07\x1b]+", shown))


def _typed(terminal: int, text: str, until: str) -> str:
    """Type, and read until a pattern is shown."""
    os.write(terminal, text.encode())
    shown = ""
    while not re.search(until, shown, re.DOTALL):
        shown += os.read(terminal, 65_536).decode("utf-8", "replace")
    return shown


ASK: dict[str, Callable[[str], set[str]]] = {"bash": of_bash, "zsh": of_zsh, "fish": of_fish}

QUESTIONS = [
    ("shapelint ru", {"rule"}, {"check"}),
    ("shapelint --sel", {"--select"}, {"--ignore"}),
    ("shapelint --ignore SHP00", {"SHP001", "SHP002"}, {"SHP201"}),
    ("shapelint check --select SHP1,st", {"SHP1,stale-comment", "SHP1,strided-same"}, {"SHP1,broken-same"}),
    ("shapelint rule shp2", {"SHP2", "SHP201", "SHP202"}, {"SHP301"}),
    ("shapelint --output-format js", {"json", "json-lines"}, {"junit"}),
    ("shapelint completion ", {"bash", "fish", "zsh"}, {"check"}),
]  # fmt: skip


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_offers_what_there_is(folder: Path, shell: str) -> None:
    """Commands, options, rules, values."""
    for line, offered, not_offered in QUESTIONS:
        found = ASK[shell](line)
        if shell == "zsh" and len(offered) == 1:  # a single one is put into the line
            assert any(word.startswith(tuple(offered)) for word in found), (line, found)
            continue
        assert offered <= found, (line, found)
        assert not not_offered & found, (line, found)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_offers_targets(folder: Path, shell: str) -> None:
    """Paths, and the classes of a file although bash breaks words at colons; nothing is imported."""
    assert any("models" in word for word in ASK[shell]("shapelint show mod"))
    classes = {"NetD", "NetG"} if shell == "bash" else {"models/net.py::NetD", "models/net.py::NetG"}
    found = ASK[shell]("shapelint show models/net.py::Net")
    assert classes <= found, found
    assert any(word.endswith("A") for word in ASK[shell]("shapelint verify models/raises.py::"))


def test_values_after_an_equals_sign(folder: Path) -> None:
    """Zsh and bash replace what comes after it, fish the whole word."""
    assert of_bash("shapelint check --ignore=SHP00") >= {"SHP001", "SHP002"}
    if "fish" in SHELLS:
        assert of_fish("shapelint check --ignore=SHP00") >= {"--ignore=SHP001", "--ignore=SHP002"}
        assert "--config=models/" in of_fish("shapelint check --config=mod")
    if "zsh" in SHELLS:
        assert of_zsh("shapelint check --ignore=SHP00") >= {"SHP001", "SHP002"}


def test_the_first_word_may_be_a_path(folder: Path) -> None:
    """Besides the commands."""
    assert {"models", "check"} & of_bash("shapelint m") == {"models"}
    assert of_bash("shapelint ") >= {"check", "show", "models"}
    assert of_bash("shapelint models/") == {"models/net.py", "models/raises.py"}


def test_what_is_not_supported(capsys: pytest.CaptureFixture[str]) -> None:
    """Is told like any other wrong value."""
    assert run(["completion", "csh"]) == 2
    assert "csh" in capsys.readouterr().err
    assert run(["completion", "bash"]) == 0
    assert capsys.readouterr().out.endswith("complete -o filenames -F _shapelint shapelint\n")
