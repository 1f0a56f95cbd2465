"""The keys of the configuration.

The reader (``key_values``), the JSON schema (``schema``) and the configuration reference are made from this table: a new key is
a row here and a field of :class:`~shapelint.config.Config`.
"""

from __future__ import annotations

from ..records import dataclass

__all__ = ["KEYS", "SEVERITIES", "Key"]

SEVERITIES = ("error", "warning")


@dataclass(frozen=True, slots=True)
class Key:
    """One key.  ``kind``: what its value is, a name in ``key_values``.  ``default``: None if there is none.  ``example``: as TOML
    writes it."""

    name: str
    kind: str
    default: object
    example: str
    description: str


KEYS: dict[str, Key] = {
    key.name: key
    for key in (
        Key("extend", "file", None, '"../shapelint.toml"',
            "Another configuration, relative to this file. Its keys count as if they were written here, except for those that "
            "are; tables are joined entry by entry."),
        Key("select", "rules", ["ALL"], '["SHP2", "broken-same"]',
            "The rules to report: codes, names or beginnings of codes."),
        Key("ignore", "rules", [], '["unused-suppression"]', "Rules that are not reported, even if they are selected."),
        Key("per-file-ignores", "rules by pattern", {}, '{ "tests/" = ["SHP2"], "*_old.py" = ["ALL"] }',
            "Rules that are not reported in files whose paths match a pattern, as .gitignore writes patterns."),
        Key("severity", "severities", {}, '{ stale-comment = "error", SHP3 = "warning" }',
            "How severe findings of a rule are, in place of what the rule says: error or warning. A code or name outranks the "
            "beginning of a code, and a longer beginning a shorter one."),
        Key("exclude", "patterns", [], '["third_party/", "*_pb2.py"]',
            "Files and folders to leave out, as .gitignore writes them; relative to the folder of the configuration."),
        Key("extend-include", "patterns", [], '["*.qmd", "book/*.md"]',
            "Files in folders that are checked besides *.py and *.ipynb, as .gitignore writes them; relative to the folder of the "
            "configuration."),
        Key("baseline", "file", None, '"shapelint-baseline.json"',
            "A file of known findings, which are not reported; --write-baseline writes it."),
        Key("symbols", "sizes", {}, "{ ngf = 64, \"opt.nz\" = 100 }",
            "Sizes of names that have no value in the code: parameters without a default, attributes of options."),
        Key("inputs", "inputs", {}, '{ NetD = "1x3x96x96", "models/two.py::Two" = ["1x3x8x8", "tokens=1x10:int64"] }',
            "What a class, or a class of one file, is called with, written as for --input: one, or a list for several inputs."),
        Key("python", "file", None, '".venv"',
            "The interpreter, or the folder of the environment, in which what the files import is installed; by default, and "
            "where that is missing, the active one, or .venv beside the configuration."),
        Key("cache", "flag", True, "false", "Whether results of unchanged files are kept in .shapelint_cache."),
    )
}  # fmt: skip
"""The keys by name, in the order in which they are documented."""
