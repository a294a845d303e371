import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { driftFile, verifiedFile } from "./files";
import { acme, factsFor } from "../../evidence/testing/facts";

const facts = factsFor(acme());
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bitbucket-keycloak-files-"));
  file = join(folder, "report.json");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("a report is read as it was written; one of another stack, or something else, is not", () => {
  if (!facts.drift.ok || !facts.verified.ok) throw new Error("the fixture has no reports");
  expect(() => driftFile(file, "prod")).toThrow('run "npm run drift -- prod" first');
  writeFileSync(file, JSON.stringify(facts.drift.value));
  expect(driftFile(file, "prod")).toEqual(facts.drift.value);
  expect(() => driftFile(file, "dev")).toThrow("is about stack prod, not about dev");
  expect(() => verifiedFile(file)).toThrow(/found something else at "realm"; allowed: what npm run verify/);
  writeFileSync(file, JSON.stringify(facts.verified.value));
  expect(verifiedFile(file)).toEqual(facts.verified.value);
  writeFileSync(file, "<html>");
  expect(() => verifiedFile(file)).toThrow(/allowed: what npm run verify/);
});
