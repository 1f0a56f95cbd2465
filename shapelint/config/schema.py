"""The JSON schema of the configuration, as SchemaStore takes it: draft 7, closed, each key described."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .key_table import KEYS, SEVERITIES
from .key_values import NAMED

__all__ = ["schema"]

_ID = "https://json.schemastore.org/shapelint.json"
_RULE = {"$ref": "#/definitions/rule"}
_RULES = {"type": "array", "uniqueItems": True, "items": _RULE}
_INPUT = {"$ref": "#/definitions/input"}
_STRING = {"type": "string"}

_KINDS: Mapping[str, Mapping[str, Any]] = {
    "file": {"type": "string", "minLength": 1},
    "flag": {"type": "boolean"},
    "inputs": {
        "type": "object",
        "additionalProperties": {"anyOf": [_INPUT, {"type": "array", "items": _INPUT}]},
    },
    "patterns": {"type": "array", "uniqueItems": True, "items": _STRING},
    "rules": _RULES,
    "rules by pattern": {"type": "object", "propertyNames": {"pattern": "^[^!]"}, "additionalProperties": _RULES},
    "severities": {
        "type": "object",
        "propertyNames": _RULE,
        "additionalProperties": {"type": "string", "enum": list(SEVERITIES)},
    },
    "sizes": {
        "type": "object",
        "propertyNames": {"pattern": NAMED},
        "additionalProperties": {"type": "integer", "minimum": 0},
    },
}


def schema() -> dict[str, Any]:
    """The schema of ``shapelint.toml``, and of the table ``[tool.shapelint]``.

    >>> list(schema()["properties"])[:3]
    ['extend', 'select', 'ignore']
    """
    from ..rules.registry import names

    beginnings = sorted({code[:end] for code in names() for end in range(len("SHP"), len(code))})
    known = ["ALL", *beginnings, *(word for pair in names().items() for word in pair)]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": _ID,
        "title": "shapelint configuration",
        "description": "Settings of shapelint, a static shape linter for PyTorch",
        "type": "object",
        "additionalProperties": False,
        "definitions": {
            "rule": {
                "description": "The code or name of a rule, or the beginning of a code",
                "type": "string",
                "enum": known,
            },
            "input": {
                "description": "One input, such as 1x3x96x96, tokens=2x7:int64 or (2x7, 2x5)",
                "type": "string",
                "pattern": r"\S",
            },
        },
        "properties": {name: _property(name) for name in KEYS},
    }


def _property(name: str) -> dict[str, Any]:
    key = KEYS[name]
    default = {} if key.default is None else {"default": key.default}
    return {"description": key.description, **_KINDS[key.kind], **default}
