"""When the garbage of a server is looked for: while nobody waits for it.

To look through everything takes longer than an analysis, and Python would do so in the middle of one.  An edit leaves little:
what it made is used until the next one, and most of that goes when nothing refers to it any more.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

__all__ = ["Collector"]

_MANY, _TOO_MANY = 100_000, 300_000
"""How many more objects there are when a short pause is used, and when there is no waiting for one."""
_AT_ANY_TIME = 1_000_000
"""Where Python steps in, should all else fail."""
_WORTH_IT = 10
"""Analyses after which a long pause is used."""


class Collector:
    """Owned by the thread that works.

    >>> collector = Collector()
    >>> collector.worked()
    >>> collector.stop()
    """

    def __init__(self) -> None:
        self._before = gc.get_threshold()
        self._analyses = 0
        gc.freeze()  # what is imported stays
        gc.set_threshold(_AT_ANY_TIME)
        gc.enable()

    @property
    def pauses(self) -> tuple[tuple[float, Callable[[], None]], ...]:
        """What there is to do after so many seconds without work."""
        return ((0.3, self.breathe), (2.0, self.rest))

    def worked(self) -> None:
        """Something was done, and somebody may wait for what is next."""
        self._analyses += 1
        self._collect_if(gc.get_count()[0] >= _TOO_MANY)

    def breathe(self) -> None:
        """There has been nothing to do for a moment."""
        self._collect_if(gc.get_count()[0] >= _MANY)

    def rest(self) -> None:
        """There has been nothing to do for some time."""
        self._collect_if(self._analyses >= _WORTH_IT)

    def stop(self) -> None:
        """Leave it to Python again."""
        gc.set_threshold(*self._before)
        gc.unfreeze()

    def _collect_if(self, is_time: bool) -> None:
        if is_time:
            self._analyses = 0
            gc.collect()
