"""Which side of a contradiction is wrong."""
