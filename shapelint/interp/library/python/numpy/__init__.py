"""``numpy``: what of it is not an operator."""
