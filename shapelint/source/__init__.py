"""Source files: text, syntax trees with positions, comments, suppressions.  The only room that knows libcst's whitespace."""
