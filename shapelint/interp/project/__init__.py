"""The files that the linted one may import: found, parsed and executed as far as their names are asked for.

In: a function that reads a path, and import statements or names that a run asks for.  Out: modules, and the values of their
names; a name outside the project gets the meaning that ``library/`` gives it, or stays an ``External``.
"""
