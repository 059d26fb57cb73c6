/** The weight of the window on every page that carries it. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

test("the built file stays under 20 kB compressed", async () => {
  const size = gzipSync(await readFile("dist/widget.js")).length;
  assert.ok(size < 20_000, `${size} bytes`);
});
