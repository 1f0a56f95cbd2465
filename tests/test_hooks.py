"""shapelint as people install it: a pre-commit hook in their repository, and a step of their workflow."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml
from schemas import published

ROOT = Path(__file__).parent.parent
STALE = (ROOT / "fixtures" / "models" / "netd.py").read_text("utf-8")
MENDED = "\n".join(
    line.replace("(64)", "(128)") if row == 19 else line for row, line in enumerate(STALE.split("\n"), 1)
)


def run(*command: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command; what it prints is one text."""
    return subprocess.run(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=580, check=False,
        env={**os.environ, **variables},
    )  # fmt: skip


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository with what is in this folder, as somebody clones it: one commit, tagged as a release."""
    folder = tmp_path_factory.mktemp("shapelint")
    for name in ("shapelint", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml", "action.yml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    commit(folder, "all")
    assert run("git", "tag", "v0.2.0", cwd=folder).returncode == 0
    return folder


def commit(folder: Path, message: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Commit everything in a folder, which becomes a repository if it is none."""
    if not (folder / ".git").exists():
        run("git", "init", "--quiet", cwd=folder)
    run("git", "add", "--all", cwd=folder)
    who = {
        f"GIT_{role}_{part}": f"{part}@example.org" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")
    }
    return run("git", "commit", "--quiet", "--message", message, cwd=folder, **who, **variables)


def hook_of_its_own(checkout: Path) -> str:
    """pre-commit makes an environment for the hook, with what shapelint depends on and nothing else."""
    return f"repos:\n  - repo: {checkout.as_uri()}\n    rev: v0.2.0\n    hooks:\n      - id: shapelint\n"


def hook_beside_torch(checkout: Path) -> str:
    """The hook as a program of the developer's environment, in which torch is installed."""
    (hook,) = yaml.safe_load((checkout / ".pre-commit-hooks.yaml").read_text())
    hook |= {"language": "system", "entry": f"env 'PYTHONPATH={checkout}' '{sys.executable}' -m {hook['entry']}"}
    return yaml.safe_dump({"repos": [{"repo": "local", "hooks": [hook]}]})


@pytest.mark.slow
@pytest.mark.parametrize("configuration", [hook_of_its_own, hook_beside_torch])
def test_the_hook_stops_a_commit_and_lets_the_mended_one_through(
    configuration: Callable[[Path], str], checkout: Path, tmp_path: Path
) -> None:
    """Without torch and with it."""
    home, project = str(tmp_path / "home"), tmp_path / "project"
    project.mkdir()
    (project / ".pre-commit-config.yaml").write_text(configuration(checkout))
    (project / "netd.py").write_text(STALE)
    run("git", "init", "--quiet", cwd=project)
    installed = run(sys.executable, "-m", "pre_commit", "install", cwd=project)
    assert installed.returncode == 0, installed.stdout

    stopped = commit(project, "a stale comment", PRE_COMMIT_HOME=home)
    assert stopped.returncode != 0
    assert "netd.py:19:27" in stopped.stdout and "SHP202" in stopped.stdout, stopped.stdout
    assert run("git", "rev-parse", "--verify", "HEAD", cwd=project).returncode != 0

    (project / "netd.py").write_text(MENDED)
    passed = commit(project, "the mended comment", PRE_COMMIT_HOME=home)
    assert passed.returncode == 0, passed.stdout
    assert "Passed" in passed.stdout
    packages = {path.name for path in (tmp_path / "home").glob("**/site-packages/*")}
    assert "torch" not in packages and ("libcst" in packages) == (configuration is hook_of_its_own)


@pytest.mark.slow
def test_a_hook_that_repairs_stops_one_commit(checkout: Path, tmp_path: Path) -> None:
    """With ``args: [--fix]`` the comment is mended on the way, and the next commit has it."""
    configuration = yaml.safe_load(hook_beside_torch(checkout))
    configuration["repos"][0]["hooks"][0]["args"] = ["--fix"]
    home, project = str(tmp_path / "home"), tmp_path / "project"
    project.mkdir()
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration))
    (project / "netd.py").write_text(STALE)
    run("git", "init", "--quiet", cwd=project)
    run(sys.executable, "-m", "pre_commit", "install", cwd=project)
    stopped = commit(project, "a stale comment", PRE_COMMIT_HOME=home)
    assert stopped.returncode != 0 and "files were modified by this hook" in stopped.stdout, stopped.stdout
    assert (project / "netd.py").read_text() == MENDED
    assert commit(project, "the mended comment", PRE_COMMIT_HOME=home).returncode == 0


@pytest.mark.slow
def test_the_steps_of_the_action_annotate_and_write_sarif(tmp_path: Path) -> None:
    """The shell of ``action.yml`` with the variables that a runner sets: annotations in the log, and a file to upload."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    given = {name: value["default"] for name, value in action["inputs"].items()}
    given |= {"paths": "models 'a", "args": "--select SHP2", "sarif": "shapelint.sarif"}
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "netd.py").write_text(STALE)
    (tmp_path / "'a").mkdir()

    results = []
    for step in action["runs"]["steps"]:
        assert step["shell"] == "bash" and "${{" not in step["run"]
        variables = {name: value[len("${{ inputs.") : -len(" }}")] for name, value in step.get("env", {}).items()}
        results.append(run(
            "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"], cwd=tmp_path,
            RUNNER_TEMP=str(tmp_path / "temp"), GITHUB_ACTION_PATH=str(ROOT),
            **{name: given[value] for name, value in variables.items()},
        ))  # fmt: skip
    installed, checked = results
    assert installed.returncode == 0, installed.stdout
    assert checked.returncode == 1, checked.stdout
    assert checked.stdout.startswith("::warning title=shapelint SHP202 (stale-comment),file=models/netd.py,line=19,")
    (found,) = json.loads((tmp_path / "shapelint.sarif").read_text())["runs"][0]["results"]
    assert found["ruleId"] == "SHP202"


def test_the_action_is_one() -> None:
    """By the schema of GitHub's actions."""
    jsonschema.validate(yaml.safe_load((ROOT / "action.yml").read_text()), published("github-action.json"))


def test_the_documented_inputs_are_those_of_the_action() -> None:
    """Names and defaults."""
    page = (ROOT / "docs" / "ci.md").read_text("utf-8")
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    documented = dict(re.findall(r"^\| `(\w+)` \| (?:`(.+?)`|none) \| [Ff]", page, re.MULTILINE))
    documented |= dict.fromkeys(re.findall(r"^\| `(\w+)` \| none \| ", page, re.MULTILINE), "")
    assert documented == {name: value["default"] for name, value in action["inputs"].items()}
