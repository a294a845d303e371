/**
 * The numbers in the evidence are what Bitbucket's rules give: whatever the company, its evidence is written, and the
 * rows of `rights.csv` are read back as an auditor's spreadsheet would and held against what the emulator lets each
 * person do. So does the page, cell by cell.
 */
import fc from "fast-check";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asOf } from "../access/testing/anyCompany";
import { settingsFor } from "../access/testing/company";
import { compile, targetOf, type Model, entitlementsOf } from "../access";
import { parseCsv } from "../evidence/csv";
import { factsFor } from "../evidence/testing/facts";
import type { PageData } from "../evidence/page/data";
import { Rights } from "../evidence/page/decode";
import { pageFile } from "../evidence/page/page";
import { produce } from "../evidence/produce";
import { actorsOf, allowed, company, workspaceOf } from "./testing/rights";

const numRuns = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1" ? 1_000 : 60;

let folder: string;
let written = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bitbucket-keycloak-evidence-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What the evidence of a company says, by `who target`: read from its files. */
function evidenceOf(model: Model): {
  csv: Map<string, string[]>;
  page: Map<string, string[]>;
  rows: number;
  counted: number;
} {
  const place = join(folder, String(written++));
  const facts = factsFor(model, {
    asOf,
    settings: settingsFor("dev"),
    entitlements: entitlementsOf(model, asOf),
  });
  const { parts } = produce(facts, place, { madeAt: asOf }, undefined);
  const [head = [], ...rows] = parseCsv(readFileSync(join(place, "rights.csv"), "utf8"));
  const at = (row: string[], column: string) => row[head.indexOf(column)] ?? "";
  const csv = new Map<string, string[]>();
  for (const row of rows) {
    const key = `${at(row, "who")} ${at(row, "on")}`;
    csv.set(key, [...(csv.get(key) ?? []), at(row, "can")]);
  }
  const html = readFileSync(join(place, pageFile), "utf8");
  const data = JSON.parse(/id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? "") as PageData;
  const rights = new Rights(data);
  const page = new Map<string, string[]>();
  for (const holder of rights.holders)
    for (const [index, target] of rights.targets.entries()) {
      const can = rights.namesOf(rights.at(holder.index, index));
      if (can.length > 0) page.set(`${holder.who} ${target}`, can);
      // And each has a way that begins with whom it is told of.
      const ways = rights.ways(holder, index);
      expect([...new Set(ways.map(({ capability }) => capability))].sort()).toEqual([...can].sort());
      expect(ways.every(({ path }) => path[0] === holder.who)).toBe(true);
    }
  rmSync(place, { recursive: true });
  return { csv, page, rows: rows.length, counted: parts.find(({ name }) => name === "rights")?.rows ?? -1 };
}

test("each row of the evidence is a right that the workspace gives, and each that it gives is a row", () => {
  const total = { held: 0, asked: 0 };
  fc.assert(
    fc.property(company, (model) => {
      const desired = compile(model, settingsFor("dev"), asOf);
      const state = workspaceOf(model, desired);
      const { csv, page, rows, counted } = evidenceOf(model);
      let held = 0;
      for (const { id, account } of actorsOf(model)) {
        for (const declared of model.repositories) {
          const repository = state.repositories.find(({ slug }) => slug === declared.slug)!;
          const can = [...allowed(state, repository, account)].sort();
          const key = `${id} ${targetOf(declared)}`;
          expect([key, [...(csv.get(key) ?? [])].sort()]).toStrictEqual([key, can]);
          expect([key, [...(page.get(key) ?? [])].sort()]).toStrictEqual([key, can]);
          held += can.length;
          total.asked += 4 + declared.deploys.length;
        }
      }
      expect([rows, counted]).toEqual([held, held]);
      total.held += held;
    }),
    { numRuns },
  );
  // So that it cannot become true by asking nothing.
  expect(total.held).toBeGreaterThan(numRuns * 10);
  expect(total.asked - total.held).toBeGreaterThan(numRuns * 10);
});
