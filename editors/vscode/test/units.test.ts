import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { htmlOf, isModelPage } from "../src/page";
import { adviceFor, launchOf } from "../src/serverCommand";
import { statusOf } from "../src/status";

test("a command of the settings is taken as it is", () => {
  assert.deepEqual(launchOf(["uvx", "shapelint", "server"], "/usr/bin/python3"), { command: "uvx", args: ["shapelint", "server"] });
});

test("an interpreter runs the module", () => {
  const expected = { command: "/venv/bin/python", args: ["-m", "shapelint", "server", "--stdio"] };
  assert.deepEqual(launchOf([], "/venv/bin/python"), expected);
  assert.deepEqual(launchOf([" "], "/venv/bin/python"), expected);
});

test("without settings it is the one on the search path", () => {
  assert.deepEqual(launchOf([], "  "), { command: "shapelint", args: ["server", "--stdio"] });
});

test("advice says what is missing", () => {
  const launch = launchOf([], "");
  assert.match(adviceFor(launch, new Error("spawn shapelint ENOENT")), /install shapelint with its extra lsp/);
  assert.match(adviceFor(launch, "exit 2"), /'shapelint server --stdio' did not start: exit 2/);
});

test("a page shows text as text", () => {
  const html = htmlOf({ title: "<Net>", text: 'a <script>alert("x")</script> & b' });
  assert.ok(!html.includes("<script>"));
  assert.ok(html.includes("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; b"));
  assert.ok(html.includes("default-src 'none'"));
});

test("only what the server sends for a model is a page", () => {
  assert.ok(isModelPage({ title: "Net", text: "", record: null }));
  assert.ok(!isModelPage(null) && !isModelPage("Net") && !isModelPage({ title: "Net" }));
});

test("each phase has a text of its own", () => {
  const texts = (["starting", "running", "stopped"] as const).map((phase) => statusOf(phase, "shapelint server").text);
  assert.equal(new Set(texts).size, 3);
});

test("every command that is registered is declared, and the other way round", () => {
  const declared = JSON.parse(readFileSync("package.json", "utf-8")).contributes.commands.map((each: { command: string }) => each.command);
  const source = readFileSync("src/extension.ts", "utf-8");
  const registered = [...source.matchAll(/register\("([\w.]+)"/g)].map((match) => match[1]);
  assert.deepEqual(declared.sort(), registered.sort());
});
