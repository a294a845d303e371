/**
 * What Bitbucket would refuse is known before anything is written: a preview names all of it at once, a deploy does not
 * begin, and once it is mended the deploy goes through. Real engine, real Keycloak, emulated workspace.
 */
import type { Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { uuidOf } from "@bitbucket-keycloak/bitbucket-emulator/identifiers";
import { administrator } from "./world";
import { smallSeed, SmallCompany } from "./world/smallCompany";

jest.setTimeout(600_000);

const account = (name: string) => uuidOf(`account ${name}@small.example`);

/** Of the plan Free; everybody else is in the way of something. */
const text = `company: Small
owners: [ana, ben]
environments:
  dev: { type: test }
people:
  ana: { name: ana, email: ana@small.example }
  ben: { name: ben, email: ben@small.example }
  left: { name: left, email: left@small.example, account: "${account("left")}" }
  waits: { name: waits, email: waits@small.example, account: "${account("waits")}" }
  boss: { name: boss, email: boss@small.example, account: "${account("boss")}" }
teams:
  leads: { owner: ana, members: [ben] }
projects:
  ONE:
    owner: leads
    repositories:
      api: { deploys: [dev] }
      web: { deploys: [dev] }
      old: { deploys: [dev] }
      elsewhere: {}
      nowhere: {}
  GONE: { owner: leads, repositories: {} }
grants:
  - { team: leads, can: [merge], on: ONE }
  - { person: left, can: [read], on: ONE/api, reason: R, until: 2099-01-01 }
  - { person: waits, can: [read], on: ONE/api, reason: R, until: 2099-01-01 }
  - { person: boss, can: [read], on: ONE, reason: R, until: 2099-01-01 }
`;
const mended = text
  .replace(/^ {2}- \{ person: (left|boss).*\n/gm, "")
  .replace("      elsewhere: {}\n      nowhere: {}\n", "")
  .replace(/^ {2}GONE.*\n/m, "")
  .replace("old: {", "new: {");

const member = (name: string, more = {}) => ({ name, email: `${name}@small.example`, ...more });

function seed(token: string): Seed {
  const small = smallSeed(token);
  const [admin, ...others] = small.accounts ?? [];
  const dev = (type: "Test" | "Staging") => [{ name: "Dev", type }];
  return {
    ...small,
    workspace: { slug: "acme", plan: "free", owner: "boss@small.example" },
    accounts: [
      admin!,
      ...others,
      member("left", { member: false }),
      member("waits", { invited: true }),
      member("boss"),
      member("one more"),
    ],
    administrators: [administrator, "boss@small.example"],
    repositories: [
      ...(small.repositories ?? []).filter(({ slug }) => slug !== "api"),
      { slug: "api", project: "ONE", environments: dev("Test") },
      { slug: "web", project: "ONE", environments: dev("Staging") },
      { slug: "new", project: "ONE", formerly: ["old"] },
      { slug: "elsewhere", project: "OPS" },
      { slug: "runner", project: "OPS", mainBranch: "master" },
    ],
  };
}

let company: SmallCompany;
beforeAll(async () => {
  company = await SmallCompany.start({ access: text, seed, settings: { "bitbucket.plan": "free", "rotation.runner": "runner" } }); // prettier-ignore
});
afterAll(() => company.stop());

const writes = () => company.world.emulator.log.since().filter(({ method }) => method !== "GET");
const realm = async () => (await company.world.keycloak("GET", `/${company.world.realm}`)).status;

/** What stands in the output of a command that refuses. */
const refusals = [
  `access.yaml:8:59  people.left.account: found "${account("left")}", which is no member of workspace acme: it has left, or its invitation waits (see line 25); invite it and wait until it has accepted, or take the grant out`,
  `access.yaml:9:62  people.waits.account: found "${account("waits")}", which is no member of workspace acme: it has left, or its invitation waits (see line 26); invite it and wait until it has accepted, or take the grant out`,
  `access.yaml:10:59  people.boss.account: found "${account("boss")}", which administers workspace acme, and takes no permission of its own (see line 27); take the grant out: it may do everything there anyway`,
  'access.yaml:18:24  projects.ONE.repositories.web.deploys[0]: found environment "Dev" of repository web, which is there already, of the type Staging; allowed: Test; declare its type, or remove it in Bitbucket: a type cannot change',
  'access.yaml:19:7  projects.ONE.repositories.old: found repository old, which is called new now; write "new"',
  "access.yaml:20:7  projects.ONE.repositories.elsewhere: found repository elsewhere in project ONE, which is in project OPS; declare it under OPS, or move it to ONE in Bitbucket",
  "access.yaml:21:7  projects.ONE.repositories.nowhere: found repository nowhere, which workspace acme has not, or this account may not see; correct the name, or make the repository in Bitbucket",
  "access.yaml:22:3  projects.GONE: found project GONE, which workspace acme has not, or this account may not see; correct the key, or make the project in Bitbucket",
  'stacks/Pulumi.main.yaml  bitbucket.plan: found the plan "free" and 6 members in workspace acme, where all but administrators only read then; allowed: 5 members; remove members, or change the plan and the setting "bitbucket.plan"',
  'stacks/Pulumi.main.yaml  rotation.runner: found repository runner, whose main branch is "master"; allowed: a repository whose main branch is "main", which the schedules start; rename its main branch, or name another repository, or none',
];

test.each([
  ["a preview", ["preview", "main"]],
  ["a deploy", ["deploy", "main", "--yes"]],
])("%s names all of it at once, and writes nothing", async (_, args) => {
  company.world.emulator.log.clear();
  const { code, text: output } = await company.run(...args);
  const said = output
    .split("\n")
    .flatMap((line) => /(access\.yaml|stacks\/).*found .*/.exec(line)?.[0] ?? []);
  expect(said.map((line) => line.replace(/(Pulumi\.main\.yaml):\d+:\d+/, "$1").replace("config.bitbucket-keycloak:", ""))).toEqual(refusals); // prettier-ignore
  expect(code).toBe(1);
  expect(writes()).toEqual([]);
  expect(await realm()).toBe(404);
});

test("once it is mended the deploy goes through, and an environment in another case is taken over", async () => {
  const { accounts = [], repositories = [], workspace, ...rest } = seed(company.world.administratorToken);
  const mendedSeed = {
    ...rest,
    workspace: { ...workspace, plan: "standard" },
    accounts: accounts.map((one) => ({ ...one, invited: false })),
    repositories: repositories.map((one) => (one.slug === "web" ? { ...one, environments: [] } : one)),
  };
  const post = { method: "POST", body: JSON.stringify(mendedSeed) };
  expect((await fetch(`${company.world.emulator.url}/emulator/seed`, post)).status).toBe(204);
  company.declare(mended);
  const file = "stacks/Pulumi.main.yaml";
  company.write(file, company.written(file).replace(/^( +plan:) free$/m, "$1 standard").replace(/^( +runner:) runner$/m, "$1 access")); // prettier-ignore

  const previewed = await company.run("preview", "main");
  expect([previewed.code, previewed.text]).toEqual([
    2,
    expect.stringContaining(
      "taken over as they are in Bitbucket:\n  environment Dev of repository api, as dev\n",
    ),
  ]);
  const deployed = await company.run("deploy", "main", "--yes");
  expect([deployed.code, deployed.text]).toEqual([0, expect.stringMatching(/\ndeployed: \d+ created/)]);
  const as = { email: administrator, token: company.world.administratorToken };
  const { json } = await company.world.bitbucket("GET", "/2.0/repositories/acme/api/environments", undefined, as); // prettier-ignore
  expect((json as { values: unknown }).values).toMatchObject([{ name: "Dev" }]);
  const again = await company.run("preview", "main");
  expect([again.code, again.text]).toEqual([0, expect.stringContaining("nothing changes")]);
});

test("without credentials of Bitbucket's a preview goes on, and says that it was not looked at", async () => {
  company.declare(mended.replace("can: [merge]", "can: [trigger]"));
  const { code, text: output } = await company.checkout.run(["preview", "main"], {
    ...company.env,
    BITBUCKET_EMAIL: "",
    BITBUCKET_API_TOKEN: "",
  });
  expect([code, output]).toEqual([
    2,
    expect.stringContaining(
      "not looked at for what Bitbucket would refuse:\n  anything in the workspace: neither BITBUCKET_EMAIL nor BITBUCKET_API_TOKEN is set\n",
    ),
  ]);
});
