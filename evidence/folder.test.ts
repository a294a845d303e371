/** A folder of evidence, written, checked, and tampered with. */
import { generateKeyPairSync } from "node:crypto";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkFolder, renderChecked } from "./check";
import { parseCsv } from "./csv";
import { acme, factsFor } from "./testing/facts";
import { manifestFile, signatureFile, type Manifest } from "./manifest";
import { produce } from "./produce";

const own = generateKeyPairSync("ed25519");
const other = generateKeyPairSync("ed25519");
const madeAt = new Date("2026-11-25T18:01:00Z");

let base: string;
let folder: string;
let manifest: Manifest;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "bitbucket-keycloak-evidence-"));
  folder = join(base, "evidence");
  manifest = produce(factsFor(acme()), folder, { madeAt, commit: "1f0c9d2" }, own.privateKey);
});

afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

const check = (key = own.publicKey) => checkFolder(folder, [key]);

test("each part is two files that say the same, with as many rows as the manifest counts", () => {
  expect(manifest.parts.map(({ name, rows }) => `${name} ${rows}`)).toEqual([
    "rights 260",
    "people 10",
    "memberships 10",
    "owners 14",
    "privileged 26",
    "grants 12",
    "separation 0",
    "exceptions 2",
    "accounts 3",
    "movers 2",
    "secrets 6",
    "verification 2",
    "policy 31",
    "drift 1",
    "trail 9",
    "not-examined 2",
  ]);
  for (const { name, rows, files } of manifest.parts) {
    expect(files).toEqual([`${name}.csv`, `${name}.json`]);
    const [head = [], ...lines] = parseCsv(readFileSync(join(folder, `${name}.csv`), "utf8"));
    const json = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as {
      source: string;
      rows: Record<string, string | number | boolean>[];
    };
    expect(json.source).not.toBe("");
    expect(lines).toHaveLength(rows);
    const again = json.rows.map((row) => head.map((column) => String(row[column] ?? "")));
    expect(again).toEqual(lines);
  }
  expect(readdirSync(folder).sort()).toEqual(
    [...manifest.files.map(({ name }) => name), manifestFile, signatureFile].sort(),
  );
  expect(readdirSync(base)).toEqual(["evidence"]);
  expect(statSync(folder).mode & 0o077).toBe(0);
});

test("what is as it was handed out is, by whomever's key it is", () => {
  expect(check()).toMatchObject({ problems: [], notes: [], intact: manifest.files.length });
  expect(checkFolder(folder, []).notes).toEqual([
    expect.stringMatching(/^signed by the key [0-9a-f]{16}, which nobody has said to be the right one$/),
  ]);
  expect(renderChecked(check())).toContain("is what was handed out: 34 files");
});

test("a changed, a missing and an added file are found, and what is not whole is said", () => {
  const rights = join(folder, "rights.csv");
  writeFileSync(rights, readFileSync(rights, "utf8").replace("merge", "peace"));
  appendFileSync(join(folder, "drift.csv"), "x");
  rmSync(join(folder, "trail.json"));
  writeFileSync(join(folder, "more.csv"), "");
  const { problems, intact } = check();
  expect(problems).toEqual([
    "rights.csv: is not what it was",
    expect.stringMatching(/^drift.csv: has \d+ bytes, and had \d+$/),
    "trail.json: is missing",
    "more.csv: is not in the manifest",
  ]);
  expect(intact).toBe(manifest.files.length - 3);
  expect(renderChecked(check())).toContain("is not what was handed out: 4 problems");
});

test("a manifest that was made to fit is not signed by the key", () => {
  const file = join(folder, manifestFile);
  writeFileSync(file, readFileSync(file, "utf8").replace('"rows": 260', '"rows": 259'));
  expect(check().problems).toEqual(["the signature of the manifest is wrong"]);
});

test("another key, and no signature, are told", () => {
  expect(check(other.publicKey).problems).toEqual([
    expect.stringMatching(/^the manifest is signed by the key [0-9a-f]{16}, not by [0-9a-f]{16}$/),
  ]);
  rmSync(join(folder, signatureFile));
  expect(check().problems).toEqual(["the manifest is not signed, though a key is known"]);
  expect(checkFolder(folder, []).notes[0]).toContain("is not signed");
  rmSync(join(folder, manifestFile));
  expect(check().problems).toEqual(["manifest.json is missing"]);
});

test("nothing is written over", () => {
  expect(() => produce(factsFor(acme()), folder, { madeAt }, undefined)).toThrow(/with something in it/);
  expect(check().problems).toEqual([]);
});

test("what could not be had is named with its cause, and its files are there", () => {
  const cause = "Keycloak at https://keycloak.acme.example does not answer";
  const none = { ok: false, cause, source: "somewhere" } as const;
  const facts = factsFor(acme(), { realm: none, verified: none, trail: none, log: none, drift: none });
  const { parts } = produce(facts, join(base, "less"), { madeAt }, undefined);
  const missing = parts.filter((part) => part.missing !== undefined);
  expect(missing.map(({ name }) => name)).toEqual([
    "rights", // engineering names no members
    "people",
    "memberships",
    "movers",
    "verification",
    "drift",
    "trail",
  ]);
  expect(missing.every((part) => part.missing?.includes(cause))).toBe(true);
  expect(checkFolder(join(base, "less"), []).problems).toEqual([]);
});
