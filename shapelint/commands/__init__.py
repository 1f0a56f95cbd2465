"""The commands, one per file; ``command`` is what click runs.

In: the options and arguments of a command line.  Out: text on standard output, complaints on standard error, and an exit
code: 0 nothing found, 1 findings, 2 the tool could not do its job.  A command imports what it needs when it is called,
since every hook and every save starts the program anew.
"""
