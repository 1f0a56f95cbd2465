"""Which paths of a file are executed."""
