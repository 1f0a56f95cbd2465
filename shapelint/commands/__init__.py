"""The commands, one a file: ``command`` is what click runs."""
