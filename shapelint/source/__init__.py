"""Source files: text, syntax trees with positions, comments, suppressions, notebooks."""
