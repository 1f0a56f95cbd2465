// Bundles the extension, or with --tests its unit tests, which need no editor.
import { build } from "esbuild";
import { cpSync, mkdirSync, readdirSync } from "node:fs";

const shared = { bundle: true, platform: "node", format: "cjs", target: "node18", logLevel: "warning" };

if (process.argv.includes("--tests")) {
  const entryPoints = readdirSync("test").map((name) => `test/${name}`);
  await build({ ...shared, entryPoints, outdir: "dist-test" });
} else {
  await build({ ...shared, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js", external: ["vscode"], minify: true });
  mkdirSync("docs", { recursive: true });
  cpSync("../../docs/editors.md", "docs/editors.md");
  cpSync("../../docs/reading.md", "docs/reading.md");
  cpSync("../../LICENSE", "LICENSE");
}
