"""``python -m shapelint`` and the ``shapelint`` command."""

from __future__ import annotations

import gc
import os
import sys

__all__ = ["main"]

_SLOTS = 66_000


def main() -> None:
    """Run the command line; never returns."""
    # Syntax trees are freed by reference counting; looking for cycles in them costs a third of the running time.
    gc.disable()
    _open_what_is_closed()
    from .cli import run

    code = run(sys.argv[1:])
    sys.stderr.flush()
    # Taking libcst's modules and our trees apart one by one takes longer than parsing a file; the process is done.
    os._exit(code)


def _open_what_is_closed() -> None:
    """A stream that was closed (``>&-``) is None, and the next file that is opened would get its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


# CPython keeps the frames of functions in blocks of 16 KB, and returns a block to the system when the frame that needed it
# ends.  Recursion over syntax trees crosses the border of a block hundreds of thousands of times, each time for a system
# call and new pages: up to half of the time of a large model.  A frame that asks for a large stack gets a block
# of twice that size, and everything that it calls lives in the other half.
main.__code__ = main.__code__.replace(co_stacksize=_SLOTS)


if __name__ == "__main__":
    main()
