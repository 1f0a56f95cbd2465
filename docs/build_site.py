"""Builds the documentation as a site, in ``build/documentation/site``; needs the extra ``docs``.

    python docs/build_site.py

The pages are README (the front page), CONTRIBUTING, CHANGELOG, what is in this folder, and what is made from the code: the
rules, the layers, and the spellings of comments that the tests know.  A link or an anchor that leads nowhere, and a page that
the table of contents does not name, end the build.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping

from rule_pages import rule_pages

from shapelint.rules.registry import rules

ROOT = pathlib.Path(__file__).parent.parent
BUILD = ROOT / "build" / "documentation"

CONTENTS: Mapping[str, tuple[str, ...]] = {
    "Start": ("index", "tutorial", "faq", "comparison"),
    "Commands": ("show", "weights", "options", "corpus"),
    "Settings": ("configuration", "silencing", "notebooks", "editors", "editor_recipes", "ci"),
    "What it understands": ("comments", "spellings", "decisions", "reading", "same", "layers"),
    "Rules": ("rules/index", *(f"rules/{rule.name}" for rule in rules().values())),
    "The project": ("contributing", "design", "changelog"),
}
"""The pages under the heads of the table of contents."""

_ELSEWHERE = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
"""Files outside of this folder that are pages, and what they are called on the site."""


def pages() -> Mapping[str, str]:
    """The text of every page by the name of its file."""
    found = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
    found |= {name: (ROOT / file).read_text("utf-8") for file, name in _ELSEWHERE.items()}
    found |= {f"rules/{name}": text for name, text in rule_pages().items()}
    found["spellings.md"] = _spellings()
    return {name: _relinked(text) for name, text in found.items()}


def table_of_contents(names: set[str]) -> list[dict[str, list[str]]]:
    """``CONTENTS`` as Zensical wants it.  Raises SystemExit if it does not name one of the pages that there are."""
    found = [{head: [f"{page}.md" for page in section if f"{page}.md" in names]} for head, section in CONTENTS.items()]
    unnamed = names.difference(*(files for section in found for files in section.values()))
    if unnamed:
        raise SystemExit(f"docs/build_site.py: CONTENTS does not name {', '.join(sorted(unnamed))}")
    return found


def configuration(names: set[str]) -> str:
    """What Zensical is told, in TOML; a list of JSON is one of TOML, but for tables."""
    nav = ",\n    ".join(
        f"{{ {json.dumps(head)} = {json.dumps(files)} }}"
        for section in table_of_contents(names)
        for head, files in section.items()
    )
    return f"""\
[project]
site_name = "shapelint"
site_description = "A static shape linter for PyTorch"
docs_dir = "pages"
site_dir = "site"
nav = [
    {nav},
]

[project.theme]
font = false  # the reader's own: a site about code need not ask a third party for letters
features = ["navigation.sections", "navigation.footer", "content.code.copy", "search.highlight"]
"""


def main() -> int:
    """Write the sources anew and build them; the exit code of Zensical."""
    shutil.rmtree(BUILD, ignore_errors=True)
    shutil.copytree(
        ROOT / "docs", BUILD / "pages", ignore=shutil.ignore_patterns("*.py", "__pycache__")
    )  # schemas, pictures
    found = pages()
    for name, text in found.items():
        path = BUILD / "pages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (BUILD / "zensical.toml").write_text(configuration(set(found)), "utf-8")
    zensical = pathlib.Path(sys.executable).with_name("zensical" + (".exe" if os.name == "nt" else ""))
    return subprocess.run([zensical, "build", "--strict", "--clean"], cwd=BUILD, check=False).returncode


def _relinked(text: str) -> str:
    """A page with its links to files of this repository as the site has them."""
    text = re.sub(r"\]\((?:\.\./)?docs/", "](", text)
    for file, name in _ELSEWHERE.items():
        text = re.sub(rf"\]\((?:\.\./)?{re.escape(file)}", f"]({name}", text)
    return text


def _spellings() -> str:
    """The comments of the test of the grammar, and what is read from them."""
    text = (ROOT / "fixtures" / "comments" / "shapes.txt").read_text("utf-8")
    head, _, rest = text.partition("\n")
    sections = []
    for section in rest.split("== ")[1:]:
        title, _, lines = section.partition("\n")
        sections.append(f"## {title[:1].upper()}{title[1:]}\n\n```text\n{lines.rstrip()}\n```\n")
    return (
        "# Spellings of shapes\n\nEvery comment that the tests of the grammar read. "
        + head
        + "\n\n"
        + "\n".join(sections)
    )


if __name__ == "__main__":
    sys.exit(main())
