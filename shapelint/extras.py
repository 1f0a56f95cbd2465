"""What to install for an extra: shapelint itself may come from anywhere, so its name is no use to pip."""

from __future__ import annotations

__all__ = ["remedy"]


def remedy(extra: str, missing: str) -> str:
    """The command that installs what an extra of the installed package needs; ``missing``: what is needed at least.

    >>> remedy("no such extra", "pygls")
    "pip install 'pygls'"
    """
    from importlib.metadata import PackageNotFoundError, requires  # nobody needs it whose packages are there

    try:
        wanted = requires("shapelint") or []
    except PackageNotFoundError:
        wanted = []
    found = [
        line.partition(";")[0].strip() for line in wanted if line.partition(";")[2].strip() == f"extra == '{extra}'"
    ]
    return "pip install " + " ".join(f"'{package}'" for package in found or [missing])
