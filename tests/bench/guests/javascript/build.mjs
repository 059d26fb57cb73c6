// Makes a component of `faq.js`: node build.mjs WIT OUTPUT

import { readFile, writeFile } from "node:fs/promises";
import { componentize } from "@bytecodealliance/componentize-js";

const [wit, output] = process.argv.slice(2);
const { component } = await componentize(await readFile("faq.js", "utf8"), {
  witPath: wit,
  worldName: "skill-plugin",
  // A plugin is a function of its arguments.
  disableFeatures: ["clocks", "fetch-event", "http", "random", "stdio"],
});
await writeFile(output, component);
