/**
 * Bundles the given test files for Node and runs them with its own test runner: `node test/run.mjs FILE…`.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minifiedCss } from "../css.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
// Inside the package, so that the bundles find its node_modules.
const bundles = await mkdtemp(join(root, "node_modules", ".tests-"));

await build({
  entryPoints: process.argv.slice(2),
  outdir: bundles,
  outExtension: { ".js": ".mjs" },
  entryNames: "[name]",
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  sourcemap: "inline",
  plugins: [minifiedCss],
  logLevel: "warning",
});

const files = (await readdir(bundles)).map((name) => join(bundles, name));
const runner = spawn(process.execPath, ["--enable-source-maps", "--test", "--test-reporter=spec", ...files], { cwd: root, stdio: "inherit" });
runner.on("exit", async (code) => {
  await rm(bundles, { recursive: true, force: true });
  process.exit(code ?? 1);
});
