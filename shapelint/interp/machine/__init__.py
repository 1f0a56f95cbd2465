"""The state of one execution: memory, branches, what is recorded."""
