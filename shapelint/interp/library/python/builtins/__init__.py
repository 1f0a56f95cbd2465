"""Python's built-in functions, types and constants."""

from . import constants, modules, numbers, objects, sequences, types  # noqa: F401  # they declare
