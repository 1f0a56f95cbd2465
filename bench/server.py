"""How long an editor waits: from an edit to the findings and to the shapes beside the code, and what the server comes to hold.

    python bench/server.py MODEL.py OLD NEW [--edits 40] [--memory 2000] [--peer "ty server"] [--peer "pyrefly lsp"]
    python bench/server.py MODEL.py --kinds 10

MODEL.py is opened, and OLD in it is replaced by NEW and back again.  Every server gets the same file and the same edits in
the same run, over a pipe, as an editor would send them.  Times are in milliseconds of the clock, median and 95th percentile.
With --kinds there are so many edits of each kind, and each is taken back; what ours computes until the answer is told too.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from edit_kinds import edits_of_kinds

OURS = [sys.executable, "-m", "shapelint", "server", "--stdio"]


class Session:
    """A server that was started, and the conversation with it."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder
        )
        self.received: Queue[tuple[float, dict[str, Any]]] = Queue()
        self.published: dict[str, int | None] = {}
        self._number = 0
        threading.Thread(target=self._read, daemon=True).start()
        capabilities = {
            "textDocument": {"publishDiagnostics": {"versionSupport": True}, "inlayHint": {}},
            "workspace": {"configuration": True, "workspaceFolders": True},
        }
        folders = [{"uri": folder.as_uri(), "name": folder.name}]
        self.request(
            "initialize",
            processId=os.getpid(),
            rootUri=folder.as_uri(),
            capabilities=capabilities,
            workspaceFolders=folders,
        )
        self.notify("initialized")

    def notify(self, method: str, **params: Any) -> None:
        """Tell the server."""
        self._send({"method": method, "params": params})

    def request(self, method: str, **params: Any) -> Any:
        """Ask the server, and wait for the answer."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        return self.wait(lambda message: message.get("id") == self._number and "method" not in message)[1]

    def wait(self, wanted: Any, seconds: float = 120) -> tuple[float, dict[str, Any]]:
        """The first message that is wanted, and when it came; requests of the server are answered with nothing."""
        end = time.perf_counter() + seconds
        while True:
            try:
                at, message = self.received.get(timeout=max(end - time.perf_counter(), 0.01))
            except Empty:
                raise SystemExit("no answer") from None
            if "id" in message and "method" in message:
                items = message.get("params", {}).get("items", [None]) if "configuration" in message["method"] else None
                self._send({"id": message["id"], "result": None if items is None else [None] * len(items)})
            if message.get("method") == "textDocument/publishDiagnostics":
                self.published[message["params"]["uri"]] = message["params"].get("version")
            if wanted(message):
                return at, message

    def busy(self) -> float:
        """The seconds that the server has computed, which other work on the machine does not change much."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def computed(self) -> float:
        """The same to the nanosecond."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory(self) -> float:
        """What the server and its processes hold, in megabytes."""
        total, pending = 0, [self.process.pid]
        while pending:
            pid = pending.pop()
            status = Path(f"/proc/{pid}/status").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
            pending += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return total / 1024

    def end(self) -> None:
        """End the session."""
        self.request("shutdown")
        self.notify("exit")
        self.process.wait(10)

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.split(b":")[1]) if header.lower().startswith(b"content-length") else 0
            while header.strip():
                header = stream.readline()
                length = int(header.split(b":")[1]) if header.lower().startswith(b"content-length") else length
            self.received.put((time.perf_counter(), json.loads(stream.read(length))))


class Document:
    """A file that is open in a session."""

    def __init__(self, session: Session, path: Path, text: str) -> None:
        self.session, self.uri, self.text, self.version = session, path.as_uri(), text, 1
        document = {"uri": self.uri, "languageId": "python", "version": 1, "text": text}
        session.notify("textDocument/didOpen", textDocument=document)
        self.findings()

    def change(self, text: str) -> float:
        """Send the difference to ``text``, as an editor does; when that was."""
        old = self.text
        first = next((i for i, (a, b) in enumerate(zip(old, text, strict=False)) if a != b), min(len(old), len(text)))
        rest = min(len(old), len(text)) - first
        tail = next((i for i in range(rest) if old[-1 - i] != text[-1 - i]), rest)
        place = {"start": _position(old, first), "end": _position(old, len(old) - tail)}
        self.text, self.version = text, self.version + 1
        began = time.perf_counter()
        self.session.notify(
            "textDocument/didChange",
            textDocument={"uri": self.uri, "version": self.version},
            contentChanges=[{"range": place, "text": text[first : len(text) - tail]}],
        )
        return began

    def findings(self) -> float:
        """When the findings of the present version came."""

        def wanted(message: dict[str, Any]) -> bool:
            params = message.get("params", {})
            is_ours = message.get("method") == "textDocument/publishDiagnostics" and params["uri"] == self.uri
            return is_ours and params.get("version", self.version) == self.version

        return self.session.wait(wanted)[0]

    def hints(self) -> float:
        """When the hints of the first hundred lines, which are what a window shows, came."""
        place = {"start": {"line": 0, "character": 0}, "end": {"line": 100, "character": 0}}
        self.session.request("textDocument/inlayHint", textDocument={"uri": self.uri}, range=place)
        return time.perf_counter()


def _position(text: str, offset: int) -> dict[str, int]:
    before = text[:offset]
    return {"line": before.count("\n"), "character": offset - (before.rfind("\n") + 1)}


def shown(times: Sequence[float]) -> str:
    """The median and the 95th percentile, in milliseconds."""
    ordered = sorted(times)
    return f"median {statistics.median(ordered) * 1000:6.1f}  p95 {ordered[int(len(ordered) * 0.95)] * 1000:6.1f}"


def measured(document: Document, texts: tuple[str, str], edits: int) -> list[float]:
    """From each edit to its findings."""
    times = []
    for number in range(edits):
        began = document.change(texts[number % 2])
        times.append(document.findings() - began)
        time.sleep(0.1)
    return times


def compared(name: str, what: str, document: Document, texts: tuple[str, str], edits: int) -> None:
    """Measure, and print a line."""
    before = document.session.busy()
    times = measured(document, texts, edits)
    computed = (document.session.busy() - before) / edits * 1000
    print(f"{name:10} {what:22} {shown(times)}  computing {computed:6.1f}")


def of_many_kinds(path: Path, text: str, rounds: int) -> None:
    """From edits of each kind, and from taking each back, to the hints and to the findings of our server."""
    session = Session(OURS, path.parent)
    document = Document(session, path, text)
    hints: dict[str, list[tuple[float, float]]] = {}
    findings: dict[str, list[tuple[float, float]]] = {}
    edits = [(kind, each) for kind, edited in edits_of_kinds(text, rounds + 1) for each in (edited, text)]
    each_round = len(edits) // (rounds + 1)
    print(f"{path.name}: {len(text.splitlines())} lines, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for asked, taken in ((document.hints, hints), (document.findings, findings)):
        for number, (kind, edited) in enumerate(edits):
            before = session.computed()
            began = document.change(edited)
            times = asked() - began, session.computed() - before
            if number >= each_round:  # the first round warms the server up
                taken.setdefault(kind, []).append(times)
            if session.published.get(document.uri) != document.version:
                document.findings()
            time.sleep(0.2)
    for name, taken in (("hints", hints), ("findings", findings)):
        print(f"edit to {name}")
        for kind, each in (*taken.items(), ("all", [pair for pairs in taken.values() for pair in pairs])):
            clock, computed = zip(*each, strict=True)
            print(f"  {kind:26} {shown(clock)}  computing {shown(computed)}")
    session.end()


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("old", nargs="?")
    parser.add_argument("new", nargs="?")
    parser.add_argument("--kinds", type=int, default=0, metavar="ROUNDS", help="edits of many kinds, so often each")
    parser.add_argument("--edits", type=int, default=40)
    parser.add_argument("--memory", type=int, default=0, help="edits after which memory is compared")
    parser.add_argument("--peer", action="append", default=[], type=shlex.split)
    options = parser.parse_args()
    path = options.model.resolve()
    text = path.read_text()
    if options.kinds:
        of_many_kinds(path, text, options.kinds)
        return
    texts = (text.replace(options.old, options.new, 1), text)
    machine = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    print(f"{path.name}: {len(text.splitlines())} lines, {options.edits} edits, {machine}")
    for command in (OURS, *options.peer):
        session = Session(command, path.parent)
        document = Document(session, path, text)
        measured(document, texts, 4)
        name = "shapelint" if command is OURS else Path(command[0]).name
        compared(name, "edit to findings", document, texts, options.edits)
        if command is OURS:
            _ours(document, texts, options)
        session.end()


def _ours(document: Document, texts: tuple[str, str], options: argparse.Namespace) -> None:
    times = []
    for number in range(options.edits):
        began = document.change(texts[number % 2])
        times.append(document.hints() - began)
        if document.session.published[document.uri] != document.version:
            document.findings()
        time.sleep(0.1)
    print(f"{'':10} {'edit to inlay hints':22} {shown(times)}")
    blank = tuple(text.replace("\n\n", "\n\n\n", 1) for text in reversed(texts))
    document.change(texts[1])
    document.findings()
    compared("", "blank line to findings", document, (blank[0], texts[1]), options.edits)
    if options.memory:
        before = document.session.memory()
        for number in range(options.memory):
            document.change(texts[number % 2])
            document.findings()
        print(f"{'':10} memory {before:.0f} MB, after {options.memory} edits {document.session.memory():.0f} MB")


if __name__ == "__main__":
    main()
