/**
 * The audit trail of a company as its commands write it: a right that a pull request brings, a change by hand in Keycloak
 * that sync carries on, an off-boarding, a run that died; and grants that a night takes away when they have expired.
 */
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readTrail, runsOf, type AdminEvent, type Entry } from "../../trail";
import type { Answer } from "../../trail/query";
import type { Outcome } from "./world";
import { companyText, SmallCompany, withGrant } from "./world/smallCompany";

jest.setTimeout(600_000);

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
let company: SmallCompany;
let folder: string;

beforeAll(async () => {
  company = await SmallCompany.start();
  folder = join(company.checkout.folder, ".local/audit");
  Object.assign(company.env, { BITBUCKET_KEYCLOAK_AUDIT_KEY: pem.replaceAll("\n", "\\n") });
});

afterAll(async () => {
  await company.stop();
});

const run = (...args: string[]): Promise<Outcome> => company.run(...args);
const trail = () => readTrail(folder, { keys: [publicKey] });
const lastRun = () => runsOf(trail().entries).at(-1);
const of = <A extends Entry["act"]>(act: A) =>
  trail().entries.filter((entry): entry is Extract<Entry, { act: A }> => entry.act === act);
const answered = ({ stdout }: Outcome) =>
  JSON.parse(stdout.slice(stdout.indexOf("{"))) as { answers: Answer[]; problems: string[] };
const succeeds = async (...args: string[]) => {
  const outcome = await run(...args);
  if (outcome.code !== 0) throw new Error(`${args.join(" ")}: ${outcome.code}\n${outcome.text}`);
  return outcome;
};
const admin = async (method: string, path: string, body?: unknown): Promise<unknown> => {
  const { status, json: answer } = await company.world.keycloak(
    method,
    `/${company.world.realm}${path}`,
    body,
  );
  if (status >= 400) throw new Error(`${method} ${path}: ${status}`);
  return answer;
};
const idOf = async (path: string) => ((await admin("GET", path)) as { id: string }[])[0]?.id ?? "";
const groupOf = (name: string) => idOf(`/groups?search=${name}&exact=true`);
const userOf = (name: string) => idOf(`/users?username=${name}&exact=true`);

const deployer = withGrant("team: hands, can: [deploy:prod], on: ONE/api, reason: Releases on Fridays");

test("a deploy keeps who wrote the change, who approved of it, who ran it, and which rights it gives by which way", async () => {
  await succeeds("deploy", "main", "--yes");
  await company.publish();
  const [first] = runsOf(trail().entries);
  expect(first).toMatchObject({
    began: {
      command: "deploy",
      stack: "main",
      keycloakAccount: "admin",
      why: ["files that are in no commit"],
    },
    ended: { result: "succeeded" },
  });

  const commit = await company.merged("cem", ["ben"], deployer);
  Object.assign(company.env, { BITBUCKET_STEP_TRIGGERER_UUID: "{00000000-0000-0000-0000-0000000000ff}" });
  await succeeds("deploy", "main", "--yes", "--repository", "acme/access", "--commit", commit);
  delete company.env.BITBUCKET_STEP_TRIGGERER_UUID;

  const deployed = lastRun();
  expect(deployed?.began).toMatchObject({
    authors: [{ name: "cem" }],
    approvers: [{ username: "ben", email: "ben@small.example" }],
    operator: { account: "{00000000-0000-0000-0000-0000000000ff}" },
    approval: "acme/access: pull request #1 approved by ben for project ONE",
    commit,
    sources: [
      {
        commit: expect.stringMatching(`^${commit}`) as string,
        pullRequest: { repository: "acme/access", id: 1 },
      },
    ],
  });
  expect(deployed?.ended).toMatchObject({ result: "succeeded" });
  const rights = deployed?.what.rights ?? [];
  expect(rights.find(({ capability }) => capability === "deploy:prod")).toEqual({
    change: "gained",
    subject: { kind: "team", name: "hands" },
    people: ["cem"],
    capability: "deploy:prod",
    targets: ["ONE/api"],
    path: ["hands", "ONE/api", "admin"],
    kind: "granted",
    reason: "Releases on Fridays",
  });
  expect(rights.map(({ change, capability }) => `${change} ${capability}`).sort()).toEqual([
    "gained administer",
    "gained deploy:prod",
    "gained merge",
    "gained read",
    "gained trigger",
  ]);
});

test("what somebody does in Keycloak by hand is collected with their name, once, apart from what the runs did", async () => {
  // Here the same account is the program's and a person's: what is done within the tolerance for clocks is the run's.
  await sleep(2_500);
  const password = "a password of gil's own";
  const management = await idOf("/clients?clientId=realm-management");
  const gil = {
    username: "gil",
    email: "gil@small.example",
    firstName: "G",
    lastName: "G",
    emailVerified: true,
    enabled: true,
  };
  await admin("POST", "/users", { ...gil, credentials: [{ type: "password", value: password }] });
  const role = await admin("GET", `/clients/${management}/roles/realm-admin`);
  await admin("POST", `/users/${await userOf("gil")}/role-mappings/clients/${management}`, [role]);
  const url = company.world.keycloakUrl;
  const signIn = await fetch(`${url}/realms/${company.world.realm}/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "password", client_id: "admin-cli", username: "gil", password }),
  });
  const { access_token: token = "" } = (await signIn.json()) as { access_token?: string };
  const byGil = (method: string, path: string, body?: unknown) =>
    fetch(`${url}/admin/realms/${company.world.realm}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const [cem, leads] = [await userOf("cem"), await groupOf("leads")];
  expect((await byGil("PUT", `/users/${cem}/groups/${leads}`)).status).toBe(204);
  const reset = { type: "password", value: "another secret password" };
  expect((await byGil("PUT", `/users/${cem}/reset-password`, reset)).status).toBe(204);

  const { stdout } = await succeeds("audit", "collect", "main");
  expect(stdout).toMatch(
    /collected \d+: \d+ changes in Keycloak, 0 sign-ins of pipelines, 2 runs of the engine/,
  );
  const events = of("event");
  const told = ({ by, operation, resource, subject, names, run: joined }: AdminEvent) =>
    [
      by.username,
      operation,
      resource,
      subject?.name,
      names.join(),
      joined === undefined ? "by hand" : "a run",
    ].join(" ");
  expect(events.filter(({ by }) => by.username === "gil").map(told)).toEqual([
    "gil CREATE GROUP_MEMBERSHIP cem /leads by hand",
    "gil ACTION USER cem  by hand",
  ]);
  // The second deploy gave a right of another environment's realm, and so changed Bitbucket alone.
  const joined = (id: string) => events.filter(({ run: one }) => one === id).length;
  const [first = 0, second] = runsOf(trail().entries).map(({ began }) => joined(began.run));
  expect([first > 0, second]).toEqual([true, 0]);
  const byHand = events.filter(({ by, run: one }) => by.username === "admin" && one === undefined);
  expect(byHand.map(({ resource }) => resource).sort()).toEqual(["CLIENT_ROLE_MAPPING", "USER"]);
  expect(of("update").filter(({ run: joined }) => joined === undefined)).toEqual([]);

  const again = await succeeds("audit", "collect", "main");
  expect(again.stdout).toContain("collected 0:");
  const text = readFileSync(join(folder, "trail.jsonl"), "utf8");
  expect([company.world.seenIn(text), text.includes(password), text.includes("another secret")]).toEqual([
    [],
    false,
    false,
  ]);
});

test("sync, an off-boarding and what was mended after a run that died are in the trail; who did what to cem is one question", async () => {
  await run("sync", "main", "--apply");
  expect(lastRun()).toMatchObject({ began: { command: "sync" }, ended: { result: "succeeded" } });
  const members = (lastRun()?.what.members ?? []).map(
    ({ change, group, username }) => `${change} ${group} ${username ?? ""}`,
  );
  expect(members.sort()).toEqual(["add hands cem", "add leads ben", "add leads cem"]);

  const broken = await company.checkout.run(
    ["pulumi", "up", "-s", "main", "--yes", "--skip-preview", "--refresh"],
    {
      ...company.env,
      BITBUCKET_API_TOKEN: "wrong",
    },
  );
  expect(broken.code).not.toBe(0);
  await succeeds("recover", "main");
  expect(lastRun()).toMatchObject({ began: { command: "recover" }, ended: { result: "succeeded" } });

  await run("offboard", "cem", "--stack", "main", "--reason", "Left the company");
  expect(lastRun()).toMatchObject({ began: { command: "offboard", why: ["Left the company"] } });
  expect((lastRun()?.what.taken ?? []).map(({ person, what, ok }) => [person, what, ok])).toContainEqual([
    "cem",
    "disable the person",
    true,
  ]);

  const asked = await succeeds("audit", "--who", "cem@small.example", "--since", "1d", "--json");
  const { answers, problems } = answered(asked);
  expect(problems).toEqual([]);
  const received = answers.filter(({ parts }) => parts.includes("receiver"));
  const line = ({ how, change, givers, what, targets, approvers }: Answer) =>
    `${how} ${change} ${what} ${targets.join()} by ${givers.map(({ username, name }) => username ?? name).join()}${approvers.length > 0 ? ` approved by ${approvers.map(({ username }) => username).join()}` : ""}`;
  expect(received.map(line)).toEqual(
    expect.arrayContaining([
      "deploy gained deploy:prod ONE/api by cem approved by ben",
      "by hand gained group membership /leads by gil",
      "sync gained membership in Bitbucket's group leads by gil",
    ]),
  );
  const words = await succeeds("audit", "--who", "cem", "--since", "1d");
  expect(words.stdout).toContain("approved by ben");
  console.info(words.stdout);

  const byBen = answered(await succeeds("audit", "--who", "ben", "--target", "ONE/api", "--json"));
  expect(
    byBen.answers.some(({ parts, targets }) => parts.includes("approver") && targets.includes("ONE/api")),
  ).toBe(true);
});

test("a check proves the trail; one letter, or a line less, and it says so with exit code 2", async () => {
  const whole = await succeeds("audit", "check");
  expect(whole.stdout).toMatch(/whole, \d+ entries, the last at .*\n$/);
  const file = join(folder, "trail.jsonl");
  const text = readFileSync(file, "utf8");
  try {
    writeFileSync(file, text.replace("Releases on Fridays", "Releases on Mondays"));
    const changed = await run("audit", "check");
    expect([changed.code, changed.stdout]).toEqual([
      2,
      expect.stringMatching(/NOT WHOLE[^]*does not follow the line before it/),
    ]);
    writeFileSync(file, `${text.trimEnd().split("\n").slice(0, -1).join("\n")}\n`);
    const shorter = await run("audit", "--who", "cem");
    expect([shorter.code, shorter.text]).toEqual([2, expect.stringContaining("the trail is not whole")]);
  } finally {
    writeFileSync(file, text);
  }
});

describe("an hour takes away what has ended, and nothing else", () => {
  const until = "2026-12-31";
  const day = `${deployer}  - { team: leads, can: [administer], on: ONE, until: ${until}, reason: Sets it up }\n`;
  const night = (...args: string[]) => run("deploy", "main", "--yes", "--expired-only", ...args);
  const path = "/2.0/workspaces/acme/projects/ONE/permissions-config/groups";
  const permission = async (team = "leads") =>
    ((await company.world.bitbucket("GET", `${path}/${team}`)).json as { permission?: string }).permission;
  const schedules = async () => {
    const { stdout } = await run("pulumi", "stack", "export", "-s", "main");
    const { deployment } = JSON.parse(stdout) as {
      deployment: { resources: { type: string; inputs: { rotation?: number } }[] };
    };
    return deployment.resources
      .filter(({ type }) => type === "rotation:index:Schedule")
      .map(({ inputs }) => inputs.rotation);
  };
  const later = (text: string) => {
    company.env.BITBUCKET_KEYCLOAK_AS_OF = text;
  };

  beforeAll(async () => {
    company.declare(day);
    later("2026-12-01T00:00:00Z");
    const number =
      /number of this change to stack main: (\d+)/.exec((await run("preview", "main")).text)?.[1] ?? "";
    await succeeds("deploy", "main", "--approve", number);
    expect(await permission()).toBe("admin");
  });

  test("before its last day is over: nothing, without a request to Bitbucket or an entry in the trail", async () => {
    later("2026-12-31T23:59:00Z");
    const entries = trail().entries.length;
    company.world.emulator.log.clear();
    const { code, text } = await night();
    expect([code, text]).toEqual([0, expect.stringMatching(/nothing to deploy\n$/)]);
    expect(company.world.emulator.log.since()).toEqual([]);
    expect(trail().entries).toHaveLength(entries);
  });

  test("a clock that is behind the last deploy gives nothing back", async () => {
    later("2026-11-01T00:00:00Z");
    const { code, text } = await night();
    expect([code, text]).toEqual([1, expect.stringContaining("correct the clock; nothing was changed")]);
  });

  test("then it goes, with the reason in the trail, whatever main says and was changed by hand; secrets that are due and a change that is not deployed go on waiting; and again there is nothing", async () => {
    later("2027-02-20T03:00:00Z");
    const rotations = await schedules();
    const longer = day.replace(until, "2028-02-29");
    company.declare(`${longer}  - { team: hands, can: [trigger], on: ONE, reason: Helps out }\n`);
    await company.world.bitbucket("PUT", `${path}/hands`, { permission: "read" });
    const { code, text } = await night();
    expect([code, text]).toEqual([0, expect.stringMatching(/\ndeployed: /)]);
    expect(await permission()).toBe("write");
    expect(await schedules()).toEqual(rotations);
    expect(lastRun()).toMatchObject({
      began: { command: "expire", why: ["grants have expired"] },
      ended: { result: "succeeded" },
    });
    const rights = lastRun()?.what.rights ?? [];
    const told = rights.map(({ change, people, capability, until: end }) =>
      [change, people.join(), capability, end].join(" "),
    );
    expect(told.sort()).toEqual([`lost ben administer ${until}`, `lost ben deploy:prod ${until}`]);
    expect((await night()).text).toMatch(/nothing to deploy\n$/);
    expect(await permission("hands")).toBe("none");
    expect((await run("preview", "main")).text).toContain("hands");
  });

  test("a list where somebody has taken more by hand is left, and named, each hour until a deploy; all others go", async () => {
    const ends = "until: 2027-03-31, reason: Helps out";
    company.declare(
      `${companyText}  - { team: hands, can: [read], on: ONE, ${ends} }\n  - { team: hands, can: [trigger], on: ONE/api, ${ends} }\n`,
    );
    await succeeds("deploy", "main", "--yes");
    await company.world.bitbucket("PUT", `${path}/leads`, { permission: "read" });
    later("2027-04-01T03:00:00Z");
    const inRepository = async () =>
      (await company.world.bitbucket("GET", "/2.0/repositories/acme/api/permissions-config/groups/hands"))
        .json;
    expect(await inRepository()).toMatchObject({ permission: "write" });
    for (const others of ["go", "are gone"]) {
      const { code, text } = await night();
      expect([others, code, text]).toEqual([
        others,
        4,
        expect.stringMatching(/ProjectPermissions \S+ is left: the engine would not only take there/),
      ]);
      expect(await inRepository()).toMatchObject({ permission: "none" });
      expect([await permission(), await permission("hands")]).toEqual(["read", "read"]);
    }
    await succeeds("deploy", "main", "--yes");
    expect([await permission(), await permission("hands")]).toEqual(["write", "none"]);
    expect((await night()).text).toMatch(/nothing to deploy\n$/);
  });
});
