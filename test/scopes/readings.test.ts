/** The provider under each reading of what Atlassian's documents leave open. */
import { openReadings, startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { startEngine, type Engine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import type { ValueObject } from "@bitbucket-keycloak/pulumi-plugin/values";
import { bitbucket } from "@pulumi/bitbucket/provider";
import { account, administrator, companySeed, tokenOf } from "./company";

let emulator: Emulator;
let engine: Engine;
const before = { ...process.env };

beforeEach(async () => {
  emulator = await startEmulator({ seed: companySeed() });
  Object.assign(process.env, { BITBUCKET_EMAIL: administrator, BITBUCKET_API_TOKEN: tokenOf("program") });
  engine = await startEngine(bitbucket);
  await engine.configure({ apiUrl: emulator.url });
});
afterEach(async () => {
  engine.stop();
  process.env = { ...before };
  await emulator.close();
});

const play = (readings: object): Promise<Response> =>
  fetch(`${emulator.url}/emulator/readings`, { method: "PUT", body: JSON.stringify(readings) });
const place = { workspace: "acme", repository: "web" };

test.each(openReadings.absentPermission)(
  "a permission that is gone is deleted: %s",
  async (absentPermission) => {
    await play({ absentPermission });
    const holders: ValueObject[] = [{ user: account("ana"), permission: "write" }, { group: "payments", permission: "read" }]; // prettier-ignore
    const { inputs } = await engine.check("RepositoryPermissions", { ...place, holders });
    const held = await engine.create("RepositoryPermissions", inputs);
    // The effect is there, and the answer is lost: the second try finds nothing.
    emulator.faults.add({ method: "DELETE", path: "*/groups/payments", reset: true, when: "after" });
    await engine.delete("RepositoryPermissions", held);
    expect((await engine.read("RepositoryPermissions", "acme/web"))?.inputs.holders).toMatchObject([{ permission: "write" }]); // prettier-ignore
  },
);

test.each(openReadings.secondRestriction)(
  "a restriction whose answer was lost is there once, where a second is %s",
  async (secondRestriction) => {
    await play({ secondRestriction });
    emulator.faults.add({ method: "POST", path: "*/branch-restrictions", reset: true, when: "after" });
    const restrictions = [{ kind: "push", pattern: "main" }];
    const { inputs } = await engine.check("BranchRestrictions", { ...place, restrictions });
    const held = await engine.create("BranchRestrictions", inputs);
    expect((await engine.read("BranchRestrictions", held.id, held))?.inputs.restrictions).toHaveLength(1);
  },
);

test("one schedule too many says so, and who owns the workspace is given no permission", async () => {
  const create = async (type: string, args: object) =>
    engine.create(type, (await engine.check(type, { ...place, ...args })).inputs);
  for (let minute = 0; minute < 10; minute++)
    await create("PipelineSchedule", { branch: "main", cron: `0 ${minute} 2 * * ? *` });
  await expect(create("PipelineSchedule", { branch: "main", cron: "0 30 2 * * ? *" })).rejects.toThrow(
    "the repository has as many schedules as Bitbucket allows",
  );
  const holders = [{ user: account("olga"), permission: "read" }, { user: account("ana"), permission: "write" }]; // prettier-ignore
  await expect(create("RepositoryPermissions", { holders })).rejects.toThrow(
    "who is no member of the workspace, and who owns it, takes no permission of their own",
  );
});
