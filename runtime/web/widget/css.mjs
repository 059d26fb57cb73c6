/**
 * Lets a module import a style sheet as minified text. esbuild's own text loader would take the file as it stands,
 * comments and indentation included.
 */
import { readFile } from "node:fs/promises";
import { transform } from "esbuild";

/** @type {import("esbuild").Plugin} */
export const minifiedCss = {
  name: "minified-css",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: "es2022" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};
