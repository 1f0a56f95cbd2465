"""The page of ``shapelint show --html`` in a browser: it draws, folds, searches, moves and prints without a word on the console.

    python bench/page.py --shots SHOTS [--site SITE] [--chromium /usr/bin/chromium] [--driver /usr/bin/chromedriver]

Needs ``pip install selenium`` and Debian's ``chromium`` and ``chromium-driver``.  Pages are written and photographed in SHOTS: a
U-Net, an LSTM, a chain of 3,000 layers, and with SITE (see zoo.py) torchvision's resnet50 and vit_b_16.  Exits with 1 at the
first promise that is not kept.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

MODELS = '''"""Models for the page."""

import torch
from torch import nn


class Double(nn.Module):
    def __init__(self, inner, outer):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(inner, outer, 3, padding=1), nn.ReLU(), nn.Conv2d(outer, outer, 3, padding=1))

    def forward(self, x):
        return torch.relu(self.body(x))


class UNet(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.down1, self.down2, self.deep = Double(3, width), Double(width, 2 * width), Double(2 * width, 4 * width)
        self.pool = nn.MaxPool2d(2)
        self.up2 = nn.ConvTranspose2d(4 * width, 2 * width, 2, stride=2)
        self.up1 = nn.ConvTranspose2d(2 * width, width, 2, stride=2)
        self.join2, self.join1 = Double(4 * width, 2 * width), Double(2 * width, width)
        self.head = nn.Conv2d(width, 1, 1)

    def forward(self, x):
        a = self.down1(x)
        b = self.down2(self.pool(a))
        y = self.join2(torch.cat([self.up2(self.deep(self.pool(b))), b], 1))
        return self.head(self.join1(torch.cat([self.up1(y), a], 1)))


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(1000, 64)
        self.lstm = nn.LSTM(64, 128, num_layers=2, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(256, 17)

    def forward(self, tokens):
        x, _ = self.lstm(self.embed(tokens))
        return self.fc(torch.relu(x))


def block():
    return nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.LayerNorm(8))


deep = nn.Sequential(*[nn.Sequential(*[block() for _ in range(10)]) for _ in range(100)])
refused = nn.Sequential(nn.Linear(8, 4), nn.Linear(5, 2))
'''


def main() -> None:
    options = _parser().parse_args()
    shots: Path = options.shots.resolve()
    shots.mkdir(parents=True, exist_ok=True)
    models = shots / "models.py"
    models.write_text(MODELS, encoding="utf-8")
    targets = {
        "unet": (f"{models}::UNet", "1x3x64x64"), "lstm": (f"{models}::Tagger", "tokens=Bx20:int64"),
        "deep": (f"{models}::deep", "2x8"), "refused": (f"{models}::refused", "2x8"),
    }  # fmt: skip
    if options.site:
        zoo = options.site.resolve() / "torchvision" / "models"
        targets["resnet50"] = f"{zoo / 'resnet.py'}::resnet50()", "1x3x224x224"
        targets["densenet201"] = f"{zoo / 'densenet.py'}::densenet201()", "1x3x224x224"
        targets["efficientnet_v2_l"] = f"{zoo / 'efficientnet.py'}::efficientnet_v2_l()", "1x3x480x480"
        targets["vit"] = f"{zoo / 'vision_transformer.py'}::vit_b_16()", "1x3x224x224"
    browser = _browser(options)
    try:
        for name, (target, size) in targets.items():
            page = shots / f"{name}.html"
            command = [sys.executable, "-m", "shapelint", "show", target, "--input", size, "--html", str(page)]
            code = subprocess.run(command, cwd=ROOT, check=False).returncode
            _promise(code == int(name == "refused"), f"{name}: exit code {code}")
            nodes, seconds, more = _visit(browser, name, page)
            print(
                f"{name}: fine, {page.stat().st_size:,} bytes, {nodes:,} boxes, drawn in {seconds:.1f} s, unfolded in {more:.1f} s"
            )
    finally:
        browser.quit()


def _promise(kept: bool, what: str) -> None:
    if not kept:
        raise SystemExit(f"not kept: {what}")


def _visit(browser: Any, name: str, page: Path) -> tuple[int, float, float]:
    """How many boxes there are, and the seconds until it is drawn and until all is unfolded."""
    start = time.perf_counter()
    browser.get(page.resolve().as_uri())
    seconds = time.perf_counter() - start
    _promise(_count(browser, ".node") > 1, f"{name}: nothing is drawn")
    _promise(seconds < 30, f"{name}: {seconds:.0f} s until it is drawn")
    asked = browser.execute_script("return performance.getEntriesByType('resource').length")
    _promise(asked == 0, f"{name}: {asked} resources are asked for")
    browser.save_screenshot(str(page.with_suffix(".png")))
    nodes, more = _click_and_fold(browser, name)
    _search(browser, name)
    browser.find_element("id", "theme").click()
    browser.save_screenshot(str(page.with_name(f"{name}-theme.png")))
    page.with_suffix(".pdf").write_bytes(_printed(browser))
    spoken = [entry["message"] for entry in browser.get_log("browser")]
    _promise(not spoken, f"{name}: the console says {spoken}")
    return nodes, seconds, more


def _click_and_fold(browser: Any, name: str) -> tuple[int, float]:
    _keys(browser, "f")
    browser.execute_script(
        "document.querySelector('.node:not(.folded) rect').dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    _promise(_count(browser, ".node.picked") == 1, f"{name}: a click picks no box")
    _promise(_count(browser, "#details table tr") > 0, f"{name}: nothing is told of the box")
    browser.find_element("id", "fold").click()
    folded = _count(browser, ".node")
    start = time.perf_counter()
    browser.find_element("id", "unfold").click()
    more = time.perf_counter() - start
    unfolded = _count(browser, ".node")
    groups = browser.execute_script(
        "return Object.keys(JSON.parse(document.getElementById('data').textContent).groups).length"
    )
    nodes = browser.execute_script("return JSON.parse(document.getElementById('data').textContent).nodes.length")
    _promise(unfolded == nodes, f"{name}: {unfolded} of {nodes} boxes when all is unfolded")
    _promise(folded < unfolded if groups else folded == unfolded, f"{name}: folding changes nothing")
    browser.find_element("id", "fold").click()
    if groups:
        browser.execute_script(
            "document.querySelector('.node.folded').dispatchEvent(new MouseEvent('dblclick', {bubbles: true}))"
        )
        _promise(_count(browser, ".node") > folded, f"{name}: a double click unfolds nothing")
    return nodes, more


def _search(browser: Any, name: str) -> None:
    words = {"lstm": "LSTM", "vit": "MultiheadAttention", "deep": "99.9.1", "refused": "Linear"}.get(name, "Conv2d")
    _keys(browser, "/")
    focus = browser.switch_to.active_element
    _promise(focus.get_attribute("id") == "search", f"{name}: / does not lead to the search")
    focus.send_keys(words)
    _promise("found" in browser.find_element("id", "found").text, f"{name}: nothing is said of the search")
    focus.send_keys("\ue007")
    _promise(_count(browser, ".node.picked.found") == 1, f"{name}: '{words}' is not found")
    browser.save_screenshot(str(browser.current_url.removeprefix("file://").replace(".html", "-search.png")))
    focus.send_keys("\ue00c")
    before = browser.execute_script("return document.querySelector('.node.picked').dataset.key")
    _keys(browser, "\ue013")
    after = browser.execute_script("return document.querySelector('.node.picked').dataset.key")
    _promise(before != after, f"{name}: an arrow goes nowhere")


def _keys(browser: Any, keys: str) -> None:
    browser.find_element("id", "graph").send_keys(keys)


def _count(browser: Any, selector: str) -> int:
    return len(browser.find_elements("css selector", selector))


def _printed(browser: Any) -> bytes:
    import base64

    content = base64.b64decode(browser.print_page())
    _promise(content.startswith(b"%PDF"), "nothing is printed")
    return content


def _browser(options: argparse.Namespace) -> Any:
    from selenium import webdriver

    settings = webdriver.ChromeOptions()
    settings.binary_location = options.chromium
    for switch in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--window-size=1400,900",
    ):
        settings.add_argument(switch)
    settings.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=settings, service=webdriver.ChromeService(options.driver))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=Path, required=True)
    parser.add_argument("--site", type=Path)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--driver", default="/usr/bin/chromedriver")
    return parser


if __name__ == "__main__":
    main()
