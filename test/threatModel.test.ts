/** The threat model names a test for each attack: each has to be there, or the page promises what nothing shows. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../toolchain/places";

const rows = readFileSync(join(root, "docs/threat-model.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (they want|-)/.test(line))
  .map((line) => line.split(" | "));

test("there are sixty attacks at least, and each has a test", () => {
  expect(rows.length).toBeGreaterThanOrEqual(60);
  expect(rows.filter((cells) => cells.length !== 5 || !/`[^`]+: [^`]+`/.test(cells[3] ?? ""))).toEqual([]);
});

const named = rows.flatMap((cells) =>
  [...(cells[3] ?? "").matchAll(/`([\w/-]+): ([^`]+)`/g)].map(([, file = "", title = ""]) => [file, title]),
);

test.each(named)("%s: %s", (file = "", title = "") => {
  const path = ["", "test/"].map((folder) => join(root, `${folder}${file}.test.ts`)).find(existsSync);
  expect([file, path]).toEqual([file, expect.any(String)]);
  expect(readFileSync(path ?? "", "utf8")).toContain(title);
});
