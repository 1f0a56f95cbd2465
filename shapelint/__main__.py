"""``python -m shapelint`` and the ``shapelint`` command."""

from __future__ import annotations

import gc
import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; never returns."""
    # Syntax trees are freed by reference counting; looking for cycles in them costs a third of the running time.
    gc.disable()
    from .cli import run

    code = run(sys.argv[1:])
    sys.stderr.flush()
    # Taking libcst's modules and our trees apart one by one takes longer than parsing a file; the process is done.
    os._exit(code)


if __name__ == "__main__":
    main()
