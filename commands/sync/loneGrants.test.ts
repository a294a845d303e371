import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readAccess, type Model } from "../../access";
import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { labSeed, people, tokenOf } from "@bitbucket-keycloak/bitbucket-emulator/testing/lab";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { accessFrom } from "@pulumi/bitbucket/api/credentials";
import { answerable, grantsToTake, present, takeAway } from "./loneGrants";

const asOf = new Date("2026-11-25T12:00:00Z");
const account = "{11111111-1111-4111-8111-111111111111}";

function acme(): Model {
  const text = readFileSync(join(__dirname, "../../test/fixtures/acme.yaml"), "utf8")
    .replace("email: dora@acme.example", `email: dora@acme.example, account: "${account}"`)
    .replace(
      "grants:\n",
      `grants:
  - { person: dora, can: [merge], on: [SHOP, PLAT/runbooks], until: 2026-12-31, reason: Audit }
  - { person: dora, can: [read], on: PAY/payments-docs, until: 2026-11-01, reason: Has ended }
`,
    );
  const read = readAccess(text, "access.yaml");
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.model;
}

test("the rights of one account alone go with whoever answers for it, those that have ended left out", () => {
  expect(answerable(acme(), asOf)).toEqual(["ben", "dora"]);
  expect(
    grantsToTake(acme(), asOf, (name) => (name === "dora" ? "is disabled in Keycloak" : undefined)),
  ).toEqual(
    ["PLAT/runbooks", "SHOP"].map((target) => ({
      subject: "person dora",
      account,
      target,
      why: "is disabled in Keycloak",
    })),
  );
  expect(grantsToTake(acme(), asOf, (name) => (name === "ben" ? "is not in the realm" : undefined))).toEqual([
    expect.objectContaining({
      subject: "agent release-bot",
      target: "SHOP/shop-mobile",
      why: "its owner ben is not in the realm",
    }),
  ]);
});

describe("in Bitbucket", () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator({ seed: labSeed() });
  });
  afterEach(() => emulator.close());

  test("only what is there is taken, and nothing else", async () => {
    const env = { BITBUCKET_EMAIL: people.admin, BITBUCKET_API_TOKEN: tokenOf("admin") };
    const session = new Bitbucket(
      emulator.url,
      accessFrom(env),
      new AbortController().signal,
      undefined,
      env,
    ).session(new AbortController().signal);
    const members = await session.list("/workspaces/{workspace}/members", { workspace: "lab" });
    const bob = members.find(({ user }) => user?.display_name === "bob")?.user?.uuid ?? "";
    const grant = (target: string) => ({ subject: "person bob", account: bob, target, why: "is gone" });
    const asked = [grant("ONE"), grant("TWO"), grant("ONE/alpha")];
    const found = await present(session, "lab", asked);
    expect(found.map(({ target }) => target)).toEqual(["ONE"]);
    for (const one of found) await takeAway(session, "lab", one);
    expect(await present(session, "lab", asked)).toEqual([]);
    expect(emulator.log.strict()).toEqual([]);
    expect(emulator.log.since().filter(({ method }) => method === "DELETE")).toHaveLength(1);
  });
});
