"""Repairs: from the edits of findings to a changed file."""
