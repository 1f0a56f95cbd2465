"""Runs a module with torch and compares with what ``show`` computes.

In goes a target with the sizes of its inputs; out come a ``Verification``, layer by layer, or a ``Cannot`` with the reason
(``check``).  The code of the target is executed in a process of its own (``process`` starts it, ``worker`` is what it
runs, ``record`` watches torch), so that nothing of it, torch included, is loaded here.
"""
