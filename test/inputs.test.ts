/**
 * Every input of the table, by itself: an accepted one is read without a problem, and a refused one is one problem with its
 * place, which is told before anything is asked of a server. `e2e/inputs.test.ts` brings up what is accepted.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readDeclared, readSettings } from "../access/read";
import { renderProblem, shown } from "../access/problem";
import { withSettings } from "./e2e/world";
import { root } from "../toolchain/places";
import { companyOf, settingsOf, type Entry } from "./inputs/company";
import { rowsOf, type Kind } from "./inputs/kind";
import { table } from "./inputs/table";

const asOf = new Date("2026-11-01T00:00:00Z");
const local = readFileSync(join(root, "stacks/Pulumi.local.yaml"), "utf8");

const stackOf = (entry: Entry, used: boolean) =>
  withSettings(local, { "pipelines.credential": "rotated", ...settingsOf([entry], used) });

function problemsOf(entry: Entry, used: boolean): string[] {
  const texts = new Map([
    ["access.yaml", companyOf([entry], used)],
    ["stacks/Pulumi.local.yaml", stackOf(entry, used)],
  ]);
  const { problems } = readDeclared(texts, readSettings(texts, "local", {}), asOf);
  return problems.map(renderProblem);
}

/** File, line and column of an input, as somebody would look them up. */
function placeOf(kind: Kind, behind: number): string {
  const marked = { kind, input: "\u0001", n: 0 };
  const access = companyOf([marked]);
  const isThere = access.includes(marked.input);
  const [file, text] = isThere
    ? ["access.yaml", access]
    : ["stacks/Pulumi.local.yaml", stackOf(marked, false)];
  const [before = ""] = text.split(marked.input);
  const lines = before.split("\n");
  return `${file}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1 + behind}`;
}

/** As problems name it: a key that is no word in quotes. */
function pathOf({ path = "", settings }: Kind, input: string): string {
  const key = String(parse(input) ?? "");
  const shownKey = /^[\w:/*-]+$/.test(key) ? key : JSON.stringify(key);
  const filled = path.replaceAll("#", "0").replace("$", () => shownKey);
  return settings && !path.startsWith("people") ? `config.bitbucket-keycloak:${filled}` : filled;
}

describe.each([...table])("%s", (_, kind) => {
  test.each(rowsOf(kind.accepted))("$input is accepted", ({ input }) => {
    expect(problemsOf({ kind, input, n: 0 }, true)).toEqual([]);
  });

  test.each(rowsOf(kind.refused))("$input is refused", ({ input, found, behind }) => {
    const [problem = "", ...more] = problemsOf({ kind, input, n: 0 }, false);
    expect(more).toEqual([]);
    const [, place, path, said = ""] = /^(\S+) {2}(?:(.+): )?found (.*)$/su.exec(problem) ?? [];
    expect(place).toBe(placeOf(kind, behind));
    if (kind.path !== undefined) expect(path).toBe(pathOf(kind, input));
    expect(said.startsWith(found ?? shown(parse(input)))).toBe(true);
    // Then what is allowed, and what to do.
    if (found === undefined) expect(problem).toContain(kind.allowed);
    expect(problem).toMatch(/; [a-z][^;]+$/);
  });
});

test("the table has inputs at each boundary, of each script, and of each kind", () => {
  const kinds = [...table.values()];
  const rows = (of: "accepted" | "refused") => kinds.flatMap((kind) => rowsOf(kind[of]));
  process.stdout.write(`${rows("accepted").length} inputs are accepted, ${rows("refused").length} refused\n`);
  expect(rows("accepted").length + rows("refused").length).toBeGreaterThanOrEqual(120);
  for (const kind of kinds)
    expect([rowsOf(kind.accepted).length > 0, rowsOf(kind.refused).length > 0]).toEqual([true, true]);
});
