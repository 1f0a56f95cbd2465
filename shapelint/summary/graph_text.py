"""The graph for programs that draw: Mermaid (which GitHub shows in Markdown) and Graphviz."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from typing import Any

from ..interp.paths.targets import NoSuchTarget
from ..render.style import plain
from .table_columns import shape_text

__all__ = ["as_dot", "as_mermaid", "as_svg"]

_LONGEST = 120.0


def as_mermaid(graph: Mapping[str, Any]) -> str:
    """A Mermaid flowchart: a subgraph for each module, shapes on the edges.  Syntax: https://mermaid.js.org/syntax/flowchart.html"""
    lines = ["flowchart TD"]

    def node(each: Mapping[str, Any], indent: str) -> str:
        text = "<br/>".join(map(_entities, _label(each)))
        return f'{indent}n{each["id"]}["{text}"]'

    _nested(
        graph, lines, node, lambda key, name, pad: f'{pad}subgraph g{key}["{_entities(name)}"]', lambda pad: f"{pad}end"
    )
    for edge in graph["edges"]:
        lines.append(f'    n{edge["from"]} -->|"{_entities(shape_text(edge["shape"]))}"| n{edge["to"]}')
    return "\n".join(lines) + "\n"


def as_dot(graph: Mapping[str, Any]) -> str:
    """A digraph with a cluster for each module.  Syntax: https://graphviz.org/doc/info/lang.html"""
    lines = [
        "digraph model {",
        '    node [shape=box, fontname="sans-serif"]',
        '    edge [fontname="sans-serif", fontsize=10]',
    ]

    def node(each: Mapping[str, Any], indent: str) -> str:
        text = "\\n".join(_quoted(part) for part in _label(each))
        return f'{indent}n{each["id"]} [label="{text}"{_drawn(each)}]'

    _nested(
        graph, lines, node,
        lambda key, name, pad: f'{pad}subgraph cluster_{key} {{\n{pad}    label="{_quoted(name)}"', lambda pad: f"{pad}}}",
    )  # fmt: skip
    for edge in graph["edges"]:
        lines.append(f'    n{edge["from"]} -> n{edge["to"]} [label="{_quoted(shape_text(edge["shape"]))}"]')
    return "\n".join([*lines, "}"]) + "\n"


def as_svg(graph: Mapping[str, Any]) -> str:
    """The picture that Graphviz makes of it; NoSuchTarget if its ``dot`` is not there."""
    try:
        done = subprocess.run(
            ["dot", "-Tsvg"],
            input=as_dot(graph),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_LONGEST,
            check=False,
        )
    except FileNotFoundError:
        raise NoSuchTarget("--svg needs Graphviz, whose program 'dot' is not there") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoSuchTarget(f"dot cannot be asked: {error}") from None
    if done.returncode:
        raise NoSuchTarget(f"dot: {done.stderr.strip()}")
    return done.stdout


def _nested(
    graph: Mapping[str, Any],
    lines: list[str],
    node: Callable[[Mapping[str, Any], str], str],
    begin: Callable[[int, str, str], str],
    end: Callable[[str], str],
) -> None:
    """Nodes inside the modules that they are in."""
    inside: dict[str, list[Mapping[str, Any]]] = {}
    below: dict[str, list[str]] = {}
    for each in graph["nodes"]:
        inside.setdefault(each["group"], []).append(each)
        path = each["group"]
        while path:
            outer = path.rpartition(".")[0]
            if path not in below.setdefault(outer, []):
                below[outer].append(path)
            path = outer
    numbers: dict[str, int] = {}

    def write(path: str, depth: int) -> None:
        pad = "    " * depth
        lines.extend(node(each, pad) for each in inside.get(path, ()))
        for group in below.get(path, ()):
            numbers[group] = len(numbers)
            held = graph["groups"].get(group)
            name = group.rpartition(".")[2] + (f" ({held['layer']})" if held else "")
            lines.append(begin(numbers[group], plain(name), pad))
            write(group, depth + 1)
            lines.append(end(pad))

    write("", 1)


def _label(node: Mapping[str, Any]) -> list[str]:
    name = node["path"].rpartition(".")[2]
    head = plain(f"{name}: {node['layer']}" if name else node["layer"])
    more = [plain(node["arguments"])] if node["arguments"] else []
    shape = "refused" if node.get("refused") else shape_text(node["out"])
    return [
        head,
        *more,
        *([] if node["kind"] == "operator" else [shape]),
        *(f"{f['code']}" for f in node.get("findings", ())),
    ]


def _drawn(node: Mapping[str, Any]) -> str:
    if node.get("refused") or node.get("findings"):
        return ', color="#c62828"'
    return ', style="rounded,dashed"' if node["kind"] == "operator" else ""


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _entities(text: str) -> str:
    """What Mermaid would take for its own signs, as character codes."""
    return "".join(f"#{ord(letter)};" if letter in '"<>#;`|&' else letter for letter in text)
