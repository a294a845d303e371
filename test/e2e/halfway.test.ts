/**
 * Runs that stop half way, as people see them: what stands, the line that the failure comes from, its cause, and what the
 * next run does, which then comes to its end.
 */
import type { Outcome } from "./world";
import { companyText, SmallCompany } from "./world/smallCompany";

jest.setTimeout(600_000);

let company: SmallCompany;

beforeAll(async () => {
  company = await SmallCompany.start();
});

afterAll(async () => {
  await company.stop();
});

const run = (...args: string[]) => company.run(...args);
const deploy = (...args: string[]) => run("deploy", "main", "--yes", ...args);
const next = (command: string) =>
  `next: put right what is named, then run "npm run ${command} -- main" again; it goes on from here, and does what was not begun`;

/** From the error on, but for what was asked of Bitbucket. */
function errorOf({ text }: Outcome): string[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("asked Bitbucket"));
  return lines.slice(lines.findIndex((line) => line.startsWith("error: ")));
}

test("a write that Bitbucket refuses: the line of the grant; the next deploy comes to its end", async () => {
  const { faults } = company.world.emulator;
  faults.add({ method: "PUT", path: "*/projects/ONE/permissions-config/*", status: 403, times: "always" });

  const stopped = await deploy();

  expect([stopped.code, errorOf(stopped)]).toEqual([
    1,
    [
      expect.stringMatching(/^error: stack main stopped half way; done, and stays: \d+ created$/),
      expect.stringMatching(
        /^access\.yaml:21:5 {2}grants\[0\]: cannot create ProjectPermissions ONE in Bitbucket: cannot write the permission of group leads on project acme\/ONE: bitbucket answered 403 \(Forbidden\); .+$/,
      ),
      next("deploy"),
    ],
  ]);
  faults.clear();
  expect((await deploy()).code).toBe(0);
});

test("a write that Keycloak refuses: the line of the address, for a script, too; the next deploy comes to its end", async () => {
  const { realm } = company.world;
  const users = `/${realm}/users`;
  await company.world.keycloak("POST", users, { username: "other", email: "eva@small.example" });
  const eva = "eva: { name: Eva, email: eva@small.example }";
  company.declare(companyText.replace("teams:", `  ${eva}\nteams:`));

  const stopped = await deploy("--json");

  expect([stopped.code, errorOf(stopped)]).toEqual([
    1,
    [
      expect.stringMatching(/^error: stack main stopped half way; done, and stays: (nothing|1 created)$/),
      "access.yaml:10:21  people.eva.email: cannot create User eva in Keycloak: keycloak answered 409 (User exists with same email) to POST /users; something of this name is there already; choose another name, or remove what is there",
      `what is there already and is this stack's own: "npm run recover -- main" takes it over`,
      next("deploy"),
    ],
  ]);
  const { verdict, failures } = JSON.parse(stopped.stdout) as Record<string, unknown>;
  expect([verdict, failures]).toEqual([
    "half way",
    [expect.objectContaining({ file: "access.yaml", line: 10, column: 21, op: "create" })],
  ]);

  const byHand = await run("pulumi", "up", "-s", "main", "--yes", "--skip-preview");
  expect(byHand.code).not.toBe(0);
  expect(errorOf(byHand).slice(-4)).toEqual([
    "error: stack main stopped half way; done, and stays: nothing",
    errorOf(stopped)[1],
    errorOf(stopped)[2],
    'next: put right what is named, then run "npm run pulumi -- up -s main" again; it goes on from here, and does what was not begun',
  ]);

  const { json } = await company.world.keycloak("GET", `${users}?username=other`);
  const [{ id = "" } = {}] = json as { id?: string }[];
  await company.world.keycloak("DELETE", `${users}/${id}`);
  expect((await deploy()).code).toBe(0);
});

test("a rotation that cannot be published: the line of what deploys; the next rotation comes to its end", async () => {
  company.declare(companyText.replace("deploys: [prod]", "deploys: [dev, prod]"));
  expect((await deploy()).code).toBe(0);
  const { faults } = company.world.emulator;
  faults.add({ method: "PUT", path: "*/variables/*", status: 403, times: "always" });

  const stopped = await run("rotate", "main", "--now", "api.dev", "--reason", "a leak");

  expect([stopped.code, errorOf(stopped)]).toEqual([
    1,
    [
      expect.stringMatching(/^error: stack main stopped half way; done, and stays: .*changed.*$/),
      expect.stringMatching(
        /^access\.yaml:19:14 {2}projects\.ONE\.repositories\.api\.deploys: cannot change DeploymentVariables api\.dev in Bitbucket: .*bitbucket answered 403/,
      ),
      next("rotate"),
    ],
  ]);
  faults.clear();
  const again = await run("rotate", "main");
  expect([again.code, again.text]).toEqual([0, expect.stringMatching(/api\.dev/)]);
});
