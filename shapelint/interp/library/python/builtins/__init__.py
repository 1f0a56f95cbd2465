"""Python's built-in functions, types and constants."""

from . import constants, numbers, objects, sequences, types  # noqa: F401  # they declare
