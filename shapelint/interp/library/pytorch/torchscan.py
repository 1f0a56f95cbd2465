"""``torchscan``, which is called as ``torchsummary`` is."""

from __future__ import annotations

from shapelint.interp.library.declare import models
from shapelint.interp.library.pytorch.torchsummary import SUMMARY, summary

models("torchscan.summary", SUMMARY)(summary)
