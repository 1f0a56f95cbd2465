"""Shapes in docstrings and annotations, held against calls."""
