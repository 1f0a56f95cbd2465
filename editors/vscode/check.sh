#!/bin/sh
# Builds the extension from nothing, tests it, packages it, and looks into the package.  Needs Node 20.
set -eu
cd "$(dirname "$0")"
npm ci --no-audit --no-fund --loglevel=error
npm run --silent check
npm test --silent
npm run --silent package >/dev/null
python3 - <<'END'
import json, zipfile
with zipfile.ZipFile("shapelint.vsix") as package:
    names = set(package.namelist())
    manifest = json.loads(package.read("extension/package.json"))
    code = package.read("extension/dist/extension.js").decode()
    wanted = {"package.json", "dist/extension.js", "docs/editors.md", "docs/reading.md"}
    found = {name.removeprefix("extension/") for name in names if name.startswith("extension/")}
missing = wanted - found
others = {name for name in found if not name.lower().startswith(("package.json", "dist/extension.js", "docs/", "license", "readme"))}
assert not missing, f"not in the package: {missing}"
assert not others, f"should not be in the package: {others}"
assert manifest["main"] == "./dist/extension.js"
assert "shapelint.show" in code and "node_modules" not in names
print(f"shapelint.vsix: {len(found)} files, {len(code):,} characters of code")
END
