from __future__ import annotations


def print_families(paths, listed): ...
