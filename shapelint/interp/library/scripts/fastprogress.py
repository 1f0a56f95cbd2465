"""``fastprogress``, which is called as ``tqdm`` is."""

from __future__ import annotations

from shapelint.interp.library.declare import means
from shapelint.interp.library.scripts.tqdm import PROGRESS_BAR

means("fastprogress.progress_bar", PROGRESS_BAR)
