"""How a contradiction is told, and mended."""
