"""The pages of the rules: their docstrings, and what shapelint prints about the example in each.

``docs/build_site.py`` writes them whenever the site is built, so nothing of them is committed:

>>> print(rule_page(rules()["SHP202"]).splitlines()[0])
# stale-comment (SHP202)
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from shapelint import FileReport, check_source
from shapelint.render import renderer
from shapelint.render.style import Style
from shapelint.rules.registry import Rule, rules

EXAMPLE = "net.py"
"""What the file of an example is called."""

_HEADINGS = ("What it does", "Why is this bad", "Example", "Fix")


def sections(page: str) -> Mapping[str, str]:
    """The parts of a rule's docstring by their headings, without indentation."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in page.splitlines():
        if line in _HEADINGS:
            lines = found[line] = []
        else:
            lines.append(line)
    return {heading: textwrap.dedent("\n".join(body)).strip("\n") for heading, body in found.items()}


def example_report(rule: Rule) -> FileReport:
    """What is found in the example of a rule."""
    text = sections(rule.page)["Example"] + "\n"
    result = check_source(text, EXAMPLE)
    return FileReport(EXAMPLE, result.diagnostics, result.coverage, result.parsed, text=text)


def rule_page(rule: Rule) -> str:
    """The page of one rule, in Markdown."""
    report, said = example_report(rule), sections(rule.page)
    printed = renderer("full")((report,), Style())
    return f"""\
# {rule.name} ({rule.code})

{rule.summary} Severity: {rule.severity}.

## What it does

{said["What it does"]}

## Why is this bad

{said["Why is this bad"]}

## Example

```python title="{EXAMPLE}"
{report.text.rstrip()}
```

```text
$ shapelint {EXAMPLE}
{printed.rstrip()}
```

## How to mend it

{said["Fix"]}
"""


def index_page() -> str:
    """The table of all rules."""
    rows = "\n".join(f"| [{rule.code}]({rule.name}.md) | {rule.name} | {rule.summary} |" for rule in rules().values())
    return f"""\
# Rules

A code, a name or the beginning of a code (`SHP2`) selects rules, on the command line and in the configuration.
`shapelint rule stale-comment` prints a page in the terminal.

| code | name | what is wrong |
|---|---|---|
{rows}
"""


def rule_pages() -> Mapping[str, str]:
    """All pages by the names of their files."""
    return {"index.md": index_page()} | {f"{rule.name}.md": rule_page(rule) for rule in rules().values()}
