import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "../toolchain/places";
import { anchorsIn, linksIn } from "./testing/markdown";

const files = (...patterns: readonly string[]) =>
  spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns], {
    cwd: root,
    encoding: "utf8",
  })
    .stdout.split("\n")
    .filter((file) => file !== "" && existsSync(join(root, file)));

const textOf = (file: string) => readFileSync(join(root, file), "utf8");

/** What is wrong with a link of a page; nothing of one that leads out of the project. */
function wrong(page: string, to: string): string | undefined {
  if (/^[a-z]+:/.test(to)) return undefined;
  const [path = "", anchor] = decodeURIComponent(to).split("#");
  const file = path === "" ? page : relative(root, join(root, dirname(page), path));
  if (file.startsWith("..") || !existsSync(join(root, file))) return `there is no ${file}`;
  if (anchor === undefined) return undefined;
  if (statSync(join(root, file)).isDirectory() || !file.endsWith(".md")) return `${file} has no anchors`;
  return anchorsIn(textOf(file)).has(anchor) ? undefined : `${file} has no heading #${anchor}`;
}

const pages = files("*.md");

test("every link of every page leads to a file, and to a heading in it", () => {
  const links = pages.flatMap((page) => linksIn(textOf(page)).map((link) => ({ page, ...link })));
  expect(links.length).toBeGreaterThan(300);
  const found = links.flatMap(({ page, line, to }) => {
    const problem = wrong(page, to);
    return problem === undefined ? [] : [`${page}:${line}: ${to}: ${problem}`];
  });
  expect(found).toEqual([]);
});

test("every page that the code names is there, with the heading that it names", () => {
  const code = files("*.ts", "*.mjs", "*.cjs", "*.sh", "*.yaml", "*.yml");
  const named = code
    .filter((file) => !/\/testing\/|\.test\.ts$/.test(file))
    .flatMap((file) =>
      [...textOf(file).matchAll(/(?<![\w/-])docs\/[\w/-]+\.md(?:#[\w-]+)?/g)].map(([to]) => ({ file, to })),
    );
  expect(named.length).toBeGreaterThan(50);
  const found = named.flatMap(({ file, to }) => {
    const problem = wrong("README.md", to);
    return problem === undefined ? [] : [`${file}: ${to}: ${problem}`];
  });
  expect(found).toEqual([]);
});

test("every page of docs can be reached from its index", () => {
  const reached = new Set<string>();
  const follow = (page: string) => {
    if (reached.has(page)) return;
    reached.add(page);
    for (const { to } of linksIn(textOf(page))) {
      const [path = ""] = decodeURIComponent(to).split("#");
      const file = relative(root, join(root, dirname(page), path));
      if (path !== "" && pages.includes(file)) follow(file);
    }
  };
  follow("docs/README.md");
  expect(pages.filter((page) => page.startsWith("docs/") && !reached.has(page))).toEqual([]);
});

test("a heading's anchor is what a reader's browser asks for", () => {
  const text = [
    "# Who `may`, and who may not?",
    "## Off-boarding\n## Off-boarding",
    "```md\n# not a heading [nor](a.link)\n```",
    "[a](b.md#c) ![d](e.png) `[f](g.md)`\nand <https://h.example>",
  ].join("\n\n");
  expect([...anchorsIn(text)]).toEqual(["who-may-and-who-may-not", "off-boarding", "off-boarding-1"]);
  expect(linksIn(text)).toEqual([
    { line: 10, to: "b.md#c" },
    { line: 10, to: "e.png" },
    { line: 10, to: "https://h.example" },
  ]);
});
