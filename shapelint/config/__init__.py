"""The configuration: ``shapelint.toml``, or ``[tool.shapelint]`` in a ``pyproject.toml``.

In: paths, and what the command line says of settings.  Out: a :class:`Config` for each file, that of the nearest folder above
it.  ``key_table`` lists the keys; the reader, the JSON schema and the reference all follow it.
"""

from .configuration import Config, ConfigError
from .nearest import Configurations

__all__ = ["Config", "ConfigError", "Configurations"]
