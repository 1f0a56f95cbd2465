"""The type of what a linted program may hold."""

from __future__ import annotations

from typing import TypeAlias

__all__ = ["Value"]

Value: TypeAlias = object
"""Any value of a linted program: a plain one of Python, a :class:`~shapelint.shapes.Tensor`, an
:class:`~shapelint.shapes.Unknown`, or an object of ``interp/model/values.py``.

It is ``object`` and not ``Any``, so that nothing can be done with a value before ``isinstance`` or ``match`` has shown
what it is: a program may pass a string where a number is meant, and that must not end the run.
"""
