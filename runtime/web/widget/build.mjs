/**
 * Builds dist/widget.js: one classic script with everything in it, so that a page needs a single tag and no other file.
 */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minifiedCss } from "./css.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [here("src/main.ts")],
  outfile: here("dist/widget.js"),
  bundle: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  minify: true,
  legalComments: "none",
  plugins: [minifiedCss],
  logLevel: "info",
});
