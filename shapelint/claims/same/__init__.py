"""Declared "same"."""
