/**
 * How often a deploy looks at the workspace and exports the state, by the emulator's log and by what it starts: once
 * before the question, and once under the plan. Real engine, real Keycloak, emulated workspace.
 */
import { appendFileSync, chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { uuidOf } from "@bitbucket-keycloak/bitbucket-emulator/identifiers";
import { deploy } from "../../commands/deploy/deploy";
import { Progress } from "../../toolchain/progress";
import { World } from "./world";
import { sharedWorld } from "./world/shared";
import { companyText, smallSeed, withGrant } from "./world/smallCompany";

jest.setTimeout(600_000);

let world: World;

beforeAll(async () => {
  world = await World.start({ access: companyText, seed: smallSeed });
  await world.up();
});

afterAll(async () => {
  await world.stop();
});

/** The engine, with a list of what it is told to do. */
function watched() {
  const [command, list] = [join(world.folder, "watched-pulumi"), join(world.folder, "commands")];
  rmSync(list, { force: true });
  appendFileSync(list, "");
  writeFileSync(
    command,
    `#!/bin/sh\necho "$1 $2" >> '${list}'\nexec '${sharedWorld().toolchain.pulumi}' "$@"\n`,
  );
  chmodSync(command, 0o700);
  const commands = () => readFileSync(list, "utf8").trim().split("\n");
  return { engine: { command, env: world.env, cwd: world.folder }, commands };
}

/** Deploys a grant more on project ONE. */
async function deployed(line: string, agrees?: () => Promise<boolean>) {
  world.writeAccess(withGrant(line));
  const { engine, commands } = watched();
  world.emulator.log.clear();
  const how = { show: () => undefined, ...(agrees && { agrees }) };
  const { outcome } = await deploy("local", engine, how, new Progress({ write: () => undefined }));
  const log = world.emulator.log.since();
  const reads = new Map<string, number>();
  for (const { method, path } of log) if (method === "GET") reads.set(path, (reads.get(path) ?? 0) + 1);
  return {
    outcome,
    reads,
    writes: log.filter(({ method }) => method !== "GET").length,
    commands: commands(),
  };
}

const onProject = "/2.0/workspaces/acme/projects/ONE/permissions-config";
/** By its UUID, as the provider asks for it. */
const api = `/2.0/repositories/acme/${encodeURIComponent(uuidOf("repository acme/api"))}`;
const lists = [
  `${onProject}/groups`,
  `${onProject}/users`,
  "/1.0/groups/acme",
  api,
  `${api}/branch-restrictions`,
  `${api}/permissions-config/groups`,
  `${api}/permissions-config/users`,
];

test("a deploy reads the workspace twice, what it writes once more, and exports the state once", async () => {
  const { outcome, reads, writes, commands } = await deployed("team: hands, can: [read], on: ONE");
  expect([outcome, writes]).toEqual(["deployed", 1]);
  // The program asks for these, to know before it begins that it may.
  const first = ["/1.0/groups/acme", "branch-restrictions", "permissions-config/groups"].map((path) =>
    path.startsWith("/") ? path : `/2.0/repositories/acme/api/${path}`,
  );
  // The preview looks here, once, for what Bitbucket would refuse; keys of projects are read like a list, too.
  const around = {
    "/2.0/repositories/acme": 1,
    "/2.0/workspaces/acme/permissions": 1,
    "/2.0/workspaces/acme/projects": 3,
  };
  expect(Object.fromEntries(reads)).toEqual({
    ...around,
    ...Object.fromEntries(first.map((path) => [path, 1])),
    ...Object.fromEntries(
      lists.map((path) => [path, 2 + (path.startsWith(onProject) ? 1 : 0) + (first.includes(path) ? 1 : 0)]),
    ),
  });
  expect(commands).toEqual(["stack export", "preview --json", "up --stack"]);
});

test("where somebody was asked, the state is exported once more, and only what is about to change is read", async () => {
  const { outcome, reads, commands } = await deployed("team: hands, can: [trigger], on: ONE", () =>
    Promise.resolve(true),
  );
  expect(outcome).toBe("deployed");
  expect(reads.get(`${onProject}/groups`)).toBe(4);
  expect(reads.get(`${api}/permissions-config/users`)).toBe(2);
  expect(commands).toEqual([
    "stack export",
    "preview --json",
    "stack export",
    "refresh --preview-only",
    "up --stack",
  ]);
});

test("what somebody changes by hand during the question, just where the change is made, is not written over", async () => {
  const { outcome, commands } = await deployed("team: hands, can: [read], on: ONE", async () => {
    const { status } = await world.bitbucket("PUT", `${onProject}/groups/hands`, { permission: "admin" });
    return status < 300;
  });
  expect(outcome).toBe("moved");
  expect(commands).not.toContain("up --stack");
});
