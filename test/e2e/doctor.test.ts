/**
 * A company's first contact, and what goes wrong later: in each world one thing is missing, doctor finds just that, what it
 * says is done, and doctor is content. Real Keycloak, engine and HTTP; nothing is written to either system.
 */
import { Progress } from "../../toolchain/progress";
import { diagnose, type Diagnosis } from "../../commands/doctor/doctor";
import { deputy, lacking, organizationEnv, roles, shellOf, startCompany } from "./doctor/company";
import { bitbucketWorlds } from "./doctor/bitbucketWorlds";
import type { BrokenWorld } from "./doctor/broken";
import { firstWorlds } from "./doctor/firstWorlds";
import { laterWorlds } from "./doctor/laterWorlds";
import type { SmallCompany } from "./world/smallCompany";
import { companyText } from "./world/smallCompany";

jest.setTimeout(240_000);

let company: SmallCompany;
let written = "";
beforeAll(async () => {
  company = await startCompany();
  written = company.written("stacks/Pulumi.main.yaml");
});
afterAll(async () => {
  await roles(company.world).remove(`doctor-${company.world.realm}`);
  await company.stop();
});

const shell = () => ({ ...shellOf(company), ...organizationEnv });

function doctor(env: NodeJS.ProcessEnv = {}): Promise<Diagnosis> {
  const quiet = new Progress({ write: () => undefined });
  return diagnose("main", { ...shell(), ...env }, company.checkout.folder, quiet);
}
const missingOf = ({ checks }: Diagnosis) =>
  checks.flatMap((one) => (one.state === "missing" ? [[one.name, one.found]] : []));
const unknownOf = ({ checks }: Diagnosis) =>
  checks.flatMap(({ name, state }) => (state === "unknown" ? [name] : []));

/** A sample by default; BITBUCKET_KEYCLOAK_EXHAUSTIVE=1 tries all. */
const tried = (worlds: readonly BrokenWorld[]) =>
  worlds
    .filter(({ isRare }) => isRare !== true || process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1")
    .map((one) => [one.what, one] as const);

/** What nobody can know without writing. */
const inherent = ["plan"];

async function holds({ found, fix, breakIt }: BrokenWorld): Promise<void> {
  const { env, mendIt } = await breakIt(company);
  const broken = await doctor(env);
  // Whatever was found: the next world begins well.
  const mended = mendIt && (await doctor(await mendIt()));
  const lines = broken.checks.filter(({ state }) => state === "missing");
  expect([lines.map(({ name }) => name), broken.verdict]).toEqual([[found], "missing"]);
  expect(lines).toMatchObject([{ fix: expect.stringContaining(fix) as string }]);
  if (mended) isReady(mended);
}

function isReady(found: Diagnosis): void {
  expect([missingOf(found), unknownOf(found), found.verdict]).toEqual([[], inherent, "ready"]);
}

/** What either system holds, and what was asked of them. */
async function watched() {
  const state = await (await fetch(`${company.world.emulator.url}/emulator/state`)).text();
  const { json } = await company.world.keycloak("GET", `/${company.world.realm}/admin-events?max=1000`);
  return { state, events: Array.isArray(json) ? json.length : 0 };
}

/** Nothing was written: whatever could have been is refused, and nothing is another. */
async function writesNothing(look: () => Promise<unknown>): Promise<void> {
  const before = await watched();
  company.world.emulator.log.clear();
  await look();
  const log = company.world.emulator.log.since().filter(({ path }) => !path.startsWith("/emulator/"));
  expect(log.filter(({ method, status }) => method !== "GET" && status < 400)).toEqual([]);
  expect(company.world.emulator.log.strict()).toEqual([]);
  expect(await watched()).toEqual(before);
}

describe("before the first run", () => {
  test("a good world is ready, and nothing is written", async () => {
    await writesNothing(async () => {
      isReady(await doctor());
    });
  });

  test.each(tried([...firstWorlds, ...bitbucketWorlds]))("%s", async (_, one) => {
    await holds(one);
  });

  test("the scopes that are missing are named, each with what needs it", async () => {
    const { checks } = await doctor({ BITBUCKET_API_TOKEN: "a token without two scopes" });
    expect(checks.find(({ name }) => name === "token-scopes")).toMatchObject({
      found: `the token lacks ${lacking.join(", ")}`,
      details: [
        expect.stringContaining("admin:pipeline:bitbucket, for program"),
        expect.stringContaining("write:permission:bitbucket, for program"),
      ],
    });
  });
});

describe("once it was brought up", () => {
  beforeAll(async () => {
    company.declare(companyText);
    company.write("stacks/Pulumi.main.yaml", written);
    // The deputy is an administrator by now.
    for (const key of ["ONE", "OPS"]) {
      const users = `/2.0/workspaces/acme/projects/${key}/permissions-config/users`;
      const { json } = await company.world.bitbucket("GET", users);
      const { values } = json as { values: { user: { uuid: string; display_name: string } }[] };
      const uuid = values.find(({ user }) => deputy.startsWith(user.display_name.toLowerCase()))?.user.uuid;
      await company.world.bitbucket("DELETE", `${users}/${encodeURIComponent(uuid ?? "")}`);
    }
    const up = ["pulumi", "up", "--stack", "main", "--yes", "--skip-preview"];
    const { code, text } = await company.runWith(organizationEnv, ...up);
    if (code !== 0) throw new Error(text);
  });

  test("by the command line it is ready with exit code 0, and nothing is written", async () => {
    await writesNothing(async () => {
      const { code, stdout } = await company.runWith(organizationEnv, "doctor", "main");
      console.log(stdout);
      expect([code, stdout.match(/^ {2}(FAIL|\?).*/gm)]).toEqual([0, [expect.stringContaining("plan")]]);
    });
  });

  test("what is missing ends it with exit code 2; a script reads it as JSON", async () => {
    const env = { ...organizationEnv, BITBUCKET_API_TOKEN: "revoked" };
    const { code, stdout } = await company.runWith(env, "doctor", "main", "--json");
    const found = JSON.parse(stdout) as Diagnosis;
    expect([code, found.verdict, missingOf(found).map(([name]) => name)]).toEqual([2, "missing", ["token"]]);
  });

  test.each(tried(laterWorlds))("%s", async (_, one) => {
    await holds(one);
  });
});
