/**
 * `verify` against a realm as the program makes it: everything holds, and nobody is left behind. In exhaustive mode
 * each setting is then broken by hand, once: the check that should find it does, and after the mending all hold again.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { acmeSeed } from "../../toolchain/acme";
import { renderJunit, renderVerified } from "../../commands/verify/report";
import { verify, type VerifyOptions } from "../../commands/verify/verify";
import { root } from "../../toolchain/places";
import { World } from "./world";
import { breaks, type Broken } from "./world/breaks";
import { type Verified } from "../../evidence/reports/verify";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE !== undefined;
jest.setTimeout(exhaustive ? 1_800_000 : 240_000);

let world: World;

beforeAll(async () => {
  const acme = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8");
  world = await World.start({
    // Nobody asks for its keys here: the agent's own is not at hand.
    access: acme.replace(
      /( {2}release-bot:\n)/,
      `$1    jwks: "https://release-bot.acme.example/jwks.json"\n`,
    ),
    seed: (administratorToken) => acmeSeed({ administratorToken }),
    settings: { "lifetimes.accessToken": "6 seconds" },
  });
  await world.up();
});

afterAll(async () => {
  await world.stop();
});

const run = (options: VerifyOptions = {}): Promise<Verified> =>
  verify("local", world.env, options, world.folder);
const failures = ({ checks }: Verified) => checks.filter(({ ok }) => !ok).map(({ name }) => name);
const usernames = async () =>
  ((await world.keycloak("GET", `/${world.realm}/users?max=100`)).json as { username: string }[]).map(
    ({ username }) => username,
  );

test("everything that the program brought up holds, and nobody is left behind", async () => {
  const verified = await run();
  console.log(renderVerified(verified));
  expect(verified.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect([verified.passed, verified.skipped]).toEqual([34, []]);
  expect(verified.notApplicable).toEqual([
    "saml-metadata",
    "saml-assertion",
    "saml-acs-exact",
    "saml-disabled-person",
  ]);
  expect((await usernames()).filter((name) => name.startsWith("verify-"))).toEqual([]);
  expect(renderJunit(verified)).toContain('tests="34" failures="0"');
  const { json: clients } = await world.keycloak(
    "GET",
    `/${world.realm}/clients?search=true&clientId=verify-`,
  );
  expect(clients).toEqual([]);
});

test("the event log keeps whatever Keycloak would keep by itself, and more", async () => {
  const typesOf = async (realm: string) =>
    ((await world.keycloak("GET", `/${realm}/events/config`)).json as { enabledEventTypes: string[] })
      .enabledEventTypes;
  const [usual, ours] = [await typesOf("master"), await typesOf(world.realm)];
  expect(usual.filter((type) => !ours.includes(type))).toEqual([]);
  expect(ours.filter((type) => !usual.includes(type)).sort()).toEqual([
    "INTROSPECT_TOKEN_ERROR",
    "REFRESH_TOKEN_ERROR",
    "USER_INFO_REQUEST_ERROR",
  ]);
});

test("read only, it makes nothing; production is refused otherwise", async () => {
  const before = (await world.keycloak("GET", `/${world.realm}/admin-events?max=1000`)).json as unknown[];
  const verified = await run({ readOnly: true });
  expect([failures(verified), verified.passed, verified.skipped.length]).toEqual([[], 15, 19]);
  expect((await world.keycloak("GET", `/${world.realm}/admin-events?max=1000`)).json).toHaveLength(
    before.length,
  );

  world.writeStack("prod", {
    environment: "prod",
    "keycloak.realm": world.realm,
    "bitbucket.governing": false,
  });
  await expect(verify("prod", world.env, {}, world.folder)).rejects.toThrow("--read-only");
});

test("who was left by a run that was killed is removed after an hour, and nobody else", async () => {
  const username = `verify-${randomBytes(5).toString("hex")}`;
  const make = (name: string, email: string, createdTimestamp: number) =>
    world.keycloak("POST", `/${world.realm}/users`, { username: name, email, createdTimestamp });
  await make(username, `${username}@verify.invalid`, Date.now() - 7_200_000);
  await make("verify-by-name", "verify@acme.example", Date.now() - 7_200_000);
  const before = new Date(Date.now() - 7_200_000).toISOString();
  const client = (clientId: string, description: string) =>
    world.keycloak("POST", `/${world.realm}/clients`, { clientId, description });
  await client("verify-left", `Made by verify at ${before}`);
  await client("verify-now", `Made by verify at ${new Date().toISOString()}`);
  await client("verify-other", "Made by somebody");
  await run({ only: ["discovery"] });
  const left = await usernames();
  expect([left.includes(username), left.includes("verify-by-name")]).toEqual([false, true]);
  const { json } = await world.keycloak("GET", `/${world.realm}/clients?search=true&clientId=verify-`);
  const clients = json as { id: string; clientId: string }[];
  expect(clients.map(({ clientId }) => clientId).sort()).toEqual(["verify-now", "verify-other"]);
  for (const { id } of clients) await world.keycloak("DELETE", `/${world.realm}/clients/${id}`);
});

/** One of each kind, and a few that are easily missed. */
const sample = [
  "a wildcard is among the redirect URIs",
  "a spent refresh token is taken once more",
  "a team loses a role",
  "an agent's right brings another",
];
const table: string[] = [];
afterAll(() => {
  console.log(["what was broken | found by | seconds", ...table].join("\n"));
});

test.each(exhaustive ? breaks : breaks.filter(({ what }) => sample.includes(what)))(
  "$what",
  async ({ what, breakIt, mendIt, found }: Broken) => {
    await breakIt(world);
    const broken = await run();
    await mendIt(world);
    table.push([what, failures(broken).join(", ") || "nothing", broken.seconds.toFixed(1)].join(" | "));
    const reasons = broken.checks.filter(({ ok }) => !ok).map((check) => `${check.name}: ${check.found}`);
    expect({ found: failures(broken).sort(), reasons }).toEqual({ found: [...found].sort(), reasons });
  },
);

(exhaustive ? test : test.skip)("mended, all hold again", async () => {
  expect(failures(await run())).toEqual([]);
});
