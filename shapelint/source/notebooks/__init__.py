"""Notebooks of every kind: the text of a file in, its Python as modules out, and changes of those back into the file."""
