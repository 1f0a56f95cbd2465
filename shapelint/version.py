"""The version of shapelint and where it is at home, in a file that imports nothing."""

__all__ = ["HOMEPAGE", "__version__"]

__version__ = "0.2.0"

HOMEPAGE: str | None = None
"""The address of the project, as ``[project.urls]`` of pyproject.toml has it; None as long as there is none."""
