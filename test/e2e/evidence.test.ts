/**
 * Eleven weeks of Acme on the real engine and the real Keycloak: people join, move and leave, a secret leaks, a grant and an
 * exception end. Then the evidence is asked for, and has to say just that; and who can do what has to be what the
 * workspace itself answers.
 */
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { acmeSeed } from "../../toolchain/acme";
import { deploy } from "../../commands/deploy/deploy";
import { driftOf } from "../../commands/drift/drift";
import { readStack } from "../../checkout/stack";
import { checkFolder } from "../../evidence/check";
import { parseCsv } from "../../evidence/csv";
import { gather } from "../../commands/evidence/gather";
import type { Manifest } from "../../evidence/manifest";
import { produce } from "../../evidence/produce";
import { sync } from "../../commands/sync/sync";
import { offboard } from "../../commands/offboard/offboard";
import { rotate } from "../../commands/rotate/rotate";
import { Progress } from "../../toolchain/progress";
import { root } from "../../toolchain/places";
import { World } from "./world";
import { sharedWorld } from "./world/shared";

jest.setTimeout(900_000);

const asOf = new Date("2026-11-10T18:00:00Z");
const since = new Date("2026-09-01T00:00:00Z");
const key = generateKeyPairSync("ed25519");
const quiet = new Progress({ write: () => undefined });

const acme = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8");
const person = /\n {2}hana: .*/;
const beforeHana = changed(acme, [person, ""], ["members: [goran, hana]", "members: [goran]"]).concat(
  "  - { team: support, can: [trigger], on: SHOP/shop-web, until: 2026-10-15, reason: Rebuilds the status page }\n",
);
const withHana = changed(
  beforeHana,
  [/\n {2}goran: .*/, (line: string) => `${line}${person.exec(acme)?.[0] ?? ""}`],
  ["members: [goran]", "members: [goran, hana]"],
);
const afterGoran = changed(
  withHana,
  ["members: [goran, hana]", "members: [hana]"],
  ["[dora, emil]", "[dora, emil, goran]"],
);
const afterEmil = changed(afterGoran, [/\n {2}emil: .*/, ""], ["[dora, emil, goran]", "[dora, goran]"]);

/** A text that is not there is a mistake of this test. */
function changed(
  text: string,
  ...changes: readonly (readonly [string | RegExp, string | ((found: string) => string)])[]
): string {
  return changes.reduce((all, [found, put]) => {
    const next = typeof put === "string" ? all.replace(found, () => put) : all.replace(found, put);
    if (next === all) throw new Error(`access.yaml has no ${String(found)}`);
    return next;
  }, text);
}

let world: World;
let folder: string;
let manifest: Manifest;

const engine = () => ({ command: sharedWorld().toolchain.pulumi, env: world.env, cwd: world.folder });

/** From now on it is this moment: for the commands, and by the setting for the engine. */
function at(moment: string): void {
  jest.setSystemTime(new Date(moment));
  const file = join(world.folder, "stacks/Pulumi.local.yaml");
  const text = readFileSync(file, "utf8").replace(/\n {2}bitbucket-keycloak:asOf: .*/, "");
  writeFileSync(file, text.replace("\nconfig:", `\nconfig:\n  bitbucket-keycloak:asOf: "${moment}"`));
}

async function deployed(access: string): Promise<void> {
  world.writeAccess(access);
  const options: { show: (report: { number: string }) => void; approve?: string } = {
    show: ({ number }) => {
      options.approve = number;
    },
  };
  const { outcome, reasons } = await deploy("local", engine(), options, quiet);
  expect([outcome, reasons]).toEqual(["deployed", []]);
}

async function synced(): Promise<void> {
  const { failures } = await sync("local", world.env, { apply: true }, world.folder, quiet);
  expect(failures).toEqual([]);
}

beforeAll(async () => {
  jest.useFakeTimers({
    now: new Date("2026-08-31T08:00:00Z"),
    // Only what time it is; it goes on by itself.
    advanceTimers: true,
    doNotFake: [
      "hrtime",
      "nextTick",
      "performance",
      "queueMicrotask",
      "setImmediate",
      "clearImmediate",
      "setInterval",
      "clearInterval",
      "setTimeout",
      "clearTimeout",
    ],
  });
  world = await World.start({
    access: beforeHana,
    seed: (administratorToken) => acmeSeed({ administratorToken }),
  });
  Object.assign(world.env, {
    // Eleven weeks pass within minutes: for the plugins, all of it is one hour.
    BITBUCKET_REQUEST_LIMIT: "10000",
    BITBUCKET_KEYCLOAK_AUDIT_KEY: key.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  });
  writeFileSync(
    join(world.folder, "exceptions.yaml"),
    `exceptions:
  - { rule: events-kept, on: realm, owner: ana, reason: The log moves to the archive, until: 2026-10-15 }
`,
  );
  at("2026-08-31T08:00:00Z");
  await deployed(beforeHana);
  await synced();

  at("2026-09-14T09:00:00Z");
  await deployed(withHana);
  at("2026-09-14T11:00:00Z");
  await synced();

  at("2026-09-28T09:00:00Z");
  await deployed(afterGoran);
  at("2026-09-29T09:00:00Z");
  await synced();

  at("2026-10-10T22:00:00Z");
  const now = { name: "payments-api.dev", reason: "printed into a log" };
  await rotate("local", engine(), { now }, quiet);

  at("2026-10-16T02:00:00Z");
  await deployed(afterGoran);

  at("2026-11-02T22:00:00Z");
  await offboard("emil", "local", world.env, { reason: "left the company" }, world.folder, quiet);
  at("2026-11-03T09:00:00Z");
  await deployed(afterEmil);
  await synced();

  at(asOf.toISOString());
  const drift = join(world.folder, ".local", "drift", "local.report.json");
  mkdirSync(dirname(drift), { recursive: true });
  writeFileSync(drift, JSON.stringify(await driftOf("local", engine(), {}, quiet)));
  const declared = readStack(world.folder, "local", world.env, { asOf });
  const facts = await gather("local", engine(), { declared, since, drift }, quiet);
  folder = join(world.folder, "evidence");
  manifest = produce(facts, folder, { madeAt: asOf }, key.privateKey);
});

afterAll(async () => {
  jest.useRealTimers();
  await world.stop();
});

function rowsOf(part: string): Record<string, string>[] {
  const [head = [], ...rows] = parseCsv(readFileSync(join(folder, `${part}.csv`), "utf8"));
  return rows.map((row) => Object.fromEntries(head.map((column, index) => [column, row[index] ?? ""])));
}

test("nothing is missing, and the folder is what was written", () => {
  expect(manifest.parts.filter(({ missing }) => missing !== undefined)).toEqual([]);
  expect(checkFolder(folder, [key.publicKey])).toMatchObject({ problems: [], notes: [] });
});

test("no secret is in it", async () => {
  await world.watchSecrets();
  const all = manifest.files.map(({ name }) => readFileSync(join(folder, name), "utf8")).join("\n");
  expect(world.seenIn(all)).toEqual([]);
});

test("what people can do is what the workspace answers, person by person and repository by repository", async () => {
  const { json } = await world.bitbucket("GET", "/2.0/workspaces/acme/permissions/repositories?pagelen=100");
  type Page = { values: Held[]; next?: string };
  type Held = { permission: string; user: { display_name: string }; repository: { full_name: string } };
  const held: Held[] = [];
  for (let page = json as Page | undefined; page !== undefined;) {
    held.push(...page.values);
    const { next } = page;
    page =
      next === undefined
        ? undefined
        : ((await world.bitbucket("GET", next.slice(new URL(next).origin.length))).json as Page);
  }
  const names = new Map(rowsOf("people").map((row) => [row.name, row["user name"]]));
  const answered = held
    .filter(({ user }) => names.has(user.display_name))
    .map(({ permission, user, repository }) =>
      [names.get(user.display_name), repository.full_name.split("/")[1], permission].join(" "),
    );
  // Bitbucket knows three permissions: the capability that needs each tells which somebody has.
  const strongest = new Map<string, string>();
  for (const [capability, permission] of [
    ["read", "read"],
    ["trigger", "write"],
    ["administer", "admin"],
  ] as const)
    for (const row of rowsOf("rights"))
      if (row.can === capability && row.kind === "person")
        strongest.set(`${row.who ?? ""} ${(row.on ?? "").split("/")[1] ?? ""}`, permission);
  expect([...strongest].map((one) => one.join(" ")).sort()).toEqual(answered.sort());
  expect(answered.length).toBeGreaterThan(80);
});

test("who joined, moved and left, and how long it took", () => {
  expect(
    rowsOf("movers").map((row) => [
      row.who,
      row.what,
      row["teams before"],
      row["teams after"],
      (row["done at"] ?? "").slice(0, 10),
      Math.round(Number(row.hours)),
    ]),
  ).toEqual([
    ["hana", "joined", "", "storefront", "2026-09-14", 2],
    ["goran", "moved", "storefront", "payments", "2026-09-29", 24],
    ["emil", "left", "payments", "", "2026-11-02", 0],
  ]);
});

test("the leak is in the ages and in the trail, with its reason", () => {
  const leaked = rowsOf("secrets").find((row) => row.name === "payments-api.dev");
  expect([leaked?.result, Number(leaked?.["age in days"]) < 31]).toEqual(["in time", true]);
  const rotations = rowsOf("trail").filter((row) => row.what === "rotate begins");
  expect(
    rotations.some((row) => `${row.why ?? ""} ${row.changes ?? ""}`.includes("printed into a log")),
  ).toBe(true);
});

test("what has ended is told as ended, and gives nothing any more", () => {
  expect(rowsOf("exceptions").map((row) => [row.rule, row.until, row.state])).toEqual([
    ["events-kept", "2026-10-15", "ended"],
  ]);
  const grant = rowsOf("grants").find((row) => row.until === "2026-10-15");
  expect([grant?.who, grant?.state]).toEqual(["support", "ended"]);
  expect(rowsOf("rights").filter((row) => row.who === "june" && row.can === "trigger")).toEqual([]);
});

test("verification, guardrails and drift were really looked at", () => {
  expect(rowsOf("verification").filter((row) => row.result === "does not hold")).toEqual([]);
  expect(rowsOf("verification").length).toBeGreaterThan(20);
  expect(new Set(rowsOf("policy").map((row) => row.rule)).size).toBeGreaterThanOrEqual(29);
  expect(rowsOf("drift")).toEqual([]);
  expect(rowsOf("accounts").map((row) => row.system)).toEqual(["Keycloak", "Bitbucket", "Bitbucket"]);
});
