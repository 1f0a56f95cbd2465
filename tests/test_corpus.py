"""One repository to one row of a corpus, whatever the repository is: bench/corpus_row.py, which needs no Ray."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

from corpus_row import COUNTS, ROOT, linted, row, values

NETD = (ROOT / "fixtures" / "models" / "netd.py").read_bytes()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A folder with one finding, and a file that cannot be parsed."""
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "netd.py").write_bytes(NETD)
    (folder / "broken.py").write_text("import torch\nx = (\n")
    return folder


def archives(folder: Path) -> list[Path]:
    """The same as a wheel and as a source distribution."""
    wheel, source = folder.with_suffix(".whl"), folder.parent / "repository-1.0.tar.gz"
    with zipfile.ZipFile(wheel, "w") as packed:
        for path in sorted(folder.iterdir()):
            packed.write(path, path.name)
    with tarfile.open(source, "w:gz") as packed_source:
        for path in sorted(folder.iterdir()):
            packed_source.add(path, path.name)
    return [wheel, source]


def test_a_row_says_what_the_command_line_says(repository: Path) -> None:
    """Of a folder and of archives of it."""
    done = subprocess.run(
        [sys.executable, "-m", "shapelint", "check", "--isolated", "--coverage", "--output-format", "json", "."],
        cwd=repository, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    said = json.loads(done.stdout)
    rows = [row(str(path)) for path in (repository, *archives(repository))]
    assert [(each["error"], each["repository"]) for each in rows] == [
        (None, str(path)) for path in (repository, repository.with_suffix(".whl"), repository.parent / "repository-1.0.tar.gz")
    ]  # fmt: skip
    for each in rows:
        assert {name: each[name] for name in values(said)} == values(said)
        assert [finding["code"] for finding in each["findings"]] == ["SHP001", "SHP202"]
        assert each["layers"] > 0 and each["seconds"] > 0
        assert json.loads(json.dumps(each)) == each


def test_a_bad_repository_is_a_row(tmp_path: Path) -> None:
    """With the reason, and the same columns as any other."""
    (tmp_path / "no.tar.gz").write_bytes(b"no archive")
    (tmp_path / "cut.whl").write_bytes(b"PK\x03\x04 cut off")
    with tarfile.open(tmp_path / "out.tar", "w") as archive:
        outside = tarfile.TarInfo("../outside.py")
        outside.size = len(NETD)
        archive.addfile(outside, io.BytesIO(NETD))
    (tmp_path / "slow").mkdir()
    sleeping = (sys.executable, "-c", "import time; time.sleep(60)")
    crashing = (sys.executable, "-c", "import os; print('{'); os.abort()")
    rows = [
        row(str(tmp_path / "nowhere")),
        row(str(tmp_path / "no.tar.gz")),
        row(str(tmp_path / "cut.whl")),
        row(str(tmp_path / "out.tar")),
        row(str(tmp_path / "slow"), timeout=0.5, command=sleeping),
        row(str(tmp_path / "slow"), command=crashing),
    ]
    assert [each["error"] and each["error"].split(":")[0] for each in rows] == [
        "no such file or folder", "neither a folder nor an archive", "neither a folder nor an archive",
        "OutsideDestinationError", "not done after 0.5 s", "the linter ended with -6",
    ]  # fmt: skip
    assert all(each["findings"] == [] and each["files"] == 0 for each in rows)
    assert len({tuple(each) for each in rows}) == 1 and set(COUNTS) < set(rows[0])
    assert not (tmp_path.parent / "outside.py").exists()


def test_this_machine_does_not_matter(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither its options nor what is installed on it."""
    before = linted(repository)
    monkeypatch.setenv("SHAPELINT_OUTPUT_FORMAT", "github")
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    assert linted(repository) == before
