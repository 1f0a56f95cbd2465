"""The standard library, as far as models need it."""
