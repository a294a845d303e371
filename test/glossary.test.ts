import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../toolchain/places";

const glossary = readFileSync(join(root, "docs/glossary.md"), "utf8");
const rows = glossary
  .split("\n")
  .filter((line) => line.startsWith("| **"))
  .map((line) => {
    const [words = "", , code = ""] = line.split(" | ");
    return {
      words: [...words.matchAll(/\*\*(.+?)\*\*/g)].map(([, word = ""]) => word),
      file: /\]\(\.\.\/(.+?)\)/.exec(code)?.[1] ?? "",
    };
  });

const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((page) => `docs/${page}`),
]
  .filter((page) => page.endsWith(".md") && page !== "docs/glossary.md")
  .map((page) => readFileSync(join(root, page), "utf8"))
  .join("\n")
  .toLowerCase();

/** `branchrestriction`, of "branch restriction", `branchRestriction` and "branch-restriction" */
const bare = (text: string) => text.toLowerCase().replace(/[^a-z]/g, "");

test.each(rows)("$words: stands in the code that the glossary names", ({ words, file }) => {
  const code = bare(readFileSync(join(root, file), "utf8"));
  expect(words.filter((word) => !code.includes(bare(word)))).toEqual([]);
});

test("each word stands on another page, too", () => {
  const words = rows.flatMap((row) => row.words);
  expect(words.length).toBeGreaterThan(70);
  expect(words.filter((word) => !pages.includes(word))).toEqual([]);
});

test("no word stands there twice", () => {
  const words = rows.flatMap((row) => row.words);
  expect(words.filter((word, index) => words.indexOf(word) < index)).toEqual([]);
});
