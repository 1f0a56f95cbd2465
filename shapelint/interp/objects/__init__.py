"""Python's data model: calls, attributes, iteration, operators, classes."""
