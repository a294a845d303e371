/** Whose rights evidence counts where somebody has moved repositories by hand: against the emulator, over HTTP. */
import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { scopes } from "@bitbucket-keycloak/bitbucket-emulator/contract";
import { uuidOf } from "@bitbucket-keycloak/bitbucket-emulator/identifiers";
import { entitlementsOf } from "../../access";
import { modelOf, settingsFor, withGrants } from "../../access/testing/company";
import { realPlacesOf } from "./realPlaces";

const email = "admin@small.example";
const token = "token-with-every-scope";
const model = modelOf(
  withGrants("team: makers, can: [trigger], on: ONE", "team: guests, can: [read], on: TWO"),
);
const asOf = new Date("2026-06-15T12:00:00Z");

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({
    seed: {
      workspace: { slug: "small" },
      accounts: [{ name: "Administrator", email, tokens: [{ token, scopes: [...scopes] }] }],
      administrators: [email],
      groups: [{ name: "hands" }, { name: "others" }],
      projects: [
        { key: "ONE", name: "First" },
        { key: "TWO", name: "Second" },
        { key: "OLD", name: "Old", grants: { groups: { hands: "admin", others: "write" } } },
      ],
      repositories: [
        { slug: "api", project: "ONE" },
        { slug: "web", project: "ONE" },
        { slug: "docs", project: "TWO" },
      ],
    },
  });
});
afterEach(() => emulator.close());

const put = (slug: string, body: object) =>
  fetch(`${emulator.url}/2.0/repositories/small/${slug}`, {
    method: "PUT",
    headers: { authorization: `Basic ${btoa(`${email}:${token}`)}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const known = {
  projects: new Map<string, string>(),
  repositories: new Map(["api", "web", "docs"].map((slug) => [slug, uuidOf(`repository small/${slug}`)])),
};

async function counted() {
  const settings = settingsFor("dev", { url: emulator.url });
  const env = { BITBUCKET_EMAIL: email, BITBUCKET_API_TOKEN: token };
  const real = await realPlacesOf(model, settings, known, env);
  const rights = entitlementsOf(real.model, asOf).filter(({ target }) => target.endsWith("/web"));
  return {
    said: real.said,
    rights: rights.map(({ subject, capability, target }) => `${subject.name} ${capability} ${target}`),
  };
}

test.each([
  ["project TWO", "  TWO:\n", "  TWO:\n    observed: [permissions]\n"],
  ["repository TWO/docs", "docs: {}", "docs: { observed: [permissions] }"],
])("what %s observes has what Bitbucket says, and is called observed", async (by, from, to) => {
  const observed = modelOf(withGrants("team: makers, can: [trigger], on: ONE").replace(from, to));
  const at = `${emulator.url}/2.0/repositories/small/docs/permissions-config/groups`;
  for (const [group, permission] of [
    ["hands", "admin"],
    ["others", "read"],
  ] as const)
    await fetch(`${at}/${group}`, {
      method: "PUT",
      headers: { authorization: `Basic ${btoa(`${email}:${token}`)}`, "content-type": "application/json" },
      body: JSON.stringify({ permission }),
    });
  const env = { BITBUCKET_EMAIL: email, BITBUCKET_API_TOKEN: token };
  const real = await realPlacesOf(observed, settingsFor("dev", { url: emulator.url }), known, env);
  expect(real.said).toEqual([
    "group others has read on repository TWO/docs, which is observed: who that is, is not told here",
  ]);
  const rights = entitlementsOf(real.model, asOf).filter(({ target }) => target === "TWO/docs");
  expect(
    rights.map(({ subject, capability, reason = "" }) => `${subject.name} ${capability}: ${reason}`),
  ).toEqual(
    ["administer", "merge", "read", "trigger"].map((can) => `hands ${can}: ${by}, which is observed`),
  );
});

test("as declared, nothing is said", async () => {
  const { said, rights } = await counted();
  expect(said).toEqual([]);
  expect(rights).toContain("makers trigger ONE/web");
});

test("in another declared project it has the rights of that one, and no longer of its own", async () => {
  await put("web", { project: { key: "TWO" } });
  expect(await counted()).toEqual({
    said: ["repository web is in project TWO, and declared in ONE: its rights are those of TWO"],
    rights: ["guests read TWO/web"],
  });
});

test("in a project that nobody declares it has what Bitbucket says, and whoever is not known is named", async () => {
  await put("web", { name: "shop", project: { key: "OLD" } });
  const { said, rights } = await counted();
  expect(said).toEqual([
    "repository web is called shop now",
    "repository web is in project OLD, and declared in ONE: its rights are those of OLD",
    "group others has write on project OLD, and is declared nowhere: who that is, is not told here",
  ]);
  expect(rights).toContain("hands administer OLD/web");
  expect(rights.some((line) => line.startsWith("makers"))).toBe(false);
});
