"""What programs that write code are told: the tools of ``shapelint mcp``, called as plain functions."""

from __future__ import annotations

from pathlib import Path

import torch

from shapelint.server.agent_tools import TOOLS, check, explain, shapes_at, weights

ROOT = Path(__file__).parent.parent
NETD = str(ROOT / "fixtures" / "models" / "netd.py")


def test_check_gives_the_findings_of_the_command_line():
    """With the keys of its JSON; what cannot be read is an error."""
    found = check(NETD)
    assert [(each["code"], each["location"]["row"]) for each in found["diagnostics"]] == [("SHP202", 19)]
    assert check("nowhere.py")["errors"] == ["nowhere.py: no such file or folder"]


def test_shapes_at_says_what_a_line_gives_and_why():
    """For the input that the comments give."""
    (shown,) = shapes_at(NETD, 16)["shapes"]
    assert shown["shapes"] == ["(N, 128, 48, 48)"] and shown["input"] == "(N, 3, 96, 96)"
    assert shown["because"] == "the comments from line 8 on give these sizes"
    assert shown["chain"][-1].endswith("(N, 64, 48, 48) -> (N, 128, 48, 48)")
    assert shapes_at(NETD, 1) == {"shapes": [], "unknown": []}
    assert "error" in shapes_at("nowhere.py", 1)


def test_explain_takes_codes_and_names():
    """And says which rule may have been meant."""
    assert explain("SHP202") == explain("stale-comment") and explain("SHP202").startswith("stale-comment (SHP202)")
    assert "did you mean" in explain("stale-coment")


def test_weights_compares_without_loading(tmp_path: Path):
    """The verdict of the command, or one line on why there is none."""
    torch.save({"weight": torch.zeros(2, 3)}, tmp_path / "w.pt")
    (tmp_path / "net.py").write_text("from torch import nn\nclass Net(nn.Linear):\n    pass\n")
    target = f"{tmp_path / 'net.py'}::Net(3, 2, bias=False)"
    assert weights(target, str(tmp_path / "w.pt"))["verdict"] == "fits"
    assert "error" in weights(target, str(tmp_path / "none.pt"))


def test_every_tool_says_what_it_is_for():
    """Its docstring is all that a program is told."""
    assert all(tool.__doc__ for tool in TOOLS)
