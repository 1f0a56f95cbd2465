"""The JSON schema takes what the reader takes, and the pages that are made from the table of keys are current."""

from __future__ import annotations

import importlib.util
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest

from shapelint.config import ConfigError, Configurations
from shapelint.config.key_table import KEYS
from shapelint.config.schema import schema
from shapelint.rules.registry import rules

GENERATOR = Path(__file__).parent.parent / "docs" / "generate_configuration.py"
LOADS = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads
VALIDATOR = jsonschema.Draft7Validator(schema())

TAKEN = [
    *(f"{key.name} = {key.example}" for key in KEYS.values() if key.name != "extend"),
    "",
    'select = ["ALL"]',
    *(
        f'ignore = ["{word}"]'
        for rule in rules().values()
        for word in (rule.code, rule.name, rule.code[:4], rule.code[:5])
    ),
    "select = []",
    "cache = true",
    "symbols = { padding = 0 }",
    'inputs = { Net = "(1, 3, 8, 8)" }',
    'inputs = { Net = "1,3" }',
    'inputs = { Net = ["image=Bx3xHxW", "tokens=2x7:int64", "{a=1x3, b=(2, 3x4)}", "scale=0.5"] }',
    "inputs = { Net = [] }",
    "[severity]\nSHP2 = 'warning'\n[per-file-ignores]\n'*' = ['SHP']",
]
REFUSED = [
    "selekt = []", "select = 'SHP2'", "select = ['SHP99']", "select = [2]", "ignore = { SHP2 = true }", "cache = 1", "exclude = 'a'",
    "baseline = 3", "baseline = ''", "symbols = { 'not a name' = 1 }", "symbols = { 1 = 1 }", "extend = []", "symbols = []", "symbols = { a = 1.5 }", "symbols = { a = -1 }", "symbols = { a = '1' }",
    "symbols = { a = true }", "severity = { SHP2 = 'off' }", "severity = { nothing = 'error' }", "severity = ['SHP2']",
    "per-file-ignores = { a = 'SHP2' }", "per-file-ignores = { '!a' = ['SHP2'] }", "per-file-ignores = { a = ['nothing'] }",
    "inputs = { Net = 3 }", "inputs = { Net = ' ' }", "inputs = { Net = ['1x3', 4] }", "inputs = { Net = '' }", "inputs = 'Net'",
]  # fmt: skip


def is_read(text: str, folder: Path) -> bool:
    """Whether the reader takes it."""
    (folder / "shapelint.toml").write_text(text)
    try:
        Configurations().of_file(str(folder / "net.py"))
    except ConfigError:
        return False
    return True


def test_the_schema_is_a_schema() -> None:
    """Draft 7, closed, every key described, as SchemaStore wants it."""
    made: dict[str, Any] = schema()
    jsonschema.Draft7Validator.check_schema(made)
    assert (made["$schema"], made["additionalProperties"]) == ("http://json-schema.org/draft-07/schema#", False)
    assert list(made["properties"]) == list(KEYS)
    assert all(each["description"].endswith(".") for each in made["properties"].values())


@pytest.mark.parametrize("text", TAKEN)
def test_both_take_it(text: str, tmp_path: Path) -> None:
    """Every example of the table among it."""
    assert [error.message for error in VALIDATOR.iter_errors(LOADS(text))] == []
    assert is_read(text, tmp_path)


@pytest.mark.parametrize("text", REFUSED)
def test_both_refuse_it(text: str, tmp_path: Path) -> None:
    """Wrong keys, types, rules and shapes."""
    assert not VALIDATOR.is_valid(LOADS(text))
    assert not is_read(text, tmp_path)


def test_defaults_are_what_no_configuration_means() -> None:
    """A file that writes them all changes nothing but the file."""
    written = {key.name: key.default for key in KEYS.values() if key.default is not None}
    VALIDATOR.validate(written)
    assert Configurations(file="").of_file("net.py").cache is written["cache"]
    assert {str(value) for name, value in written.items() if name != "cache"} == {"['ALL']", "[]", "{}"}


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_configuration", GENERATOR)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_current() -> None:
    """Whoever changes the table runs ``python docs/generate_configuration.py``."""
    generator = _generator()
    assert generator.PAGE.read_text("utf-8") == generator.render()
    assert generator.SCHEMA.read_text("utf-8") == generator.render_schema()
