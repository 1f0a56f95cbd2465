"""Where code and comments disagree: one rule a file, whose docstring is its documentation page."""
