/** An access token that reads beside the account, against the emulator: who was asked what. */
import {
  labSeed,
  people,
  startLab,
  tokenOf,
  type Lab,
} from "@bitbucket-keycloak/bitbucket-emulator/testing/lab";
import { Bitbucket } from "./api/client";

const token = "access-token-0123456789";
const at = { workspace: "lab", repo_slug: "alpha" };
let lab: Lab;
afterEach(() => lab.emulator.close());

/** What reads a repository and its surroundings ask, and of whom. */
async function asked(more: object): Promise<string[]> {
  const scopes = ["read:repository:bitbucket", "read:project:bitbucket", "read:pipeline:bitbucket"];
  lab = await startLab({
    limits: {},
    seed: { ...labSeed(), accessTokens: [{ name: "reader", token, scopes, ...more } as never] },
  });
  const session = Bitbucket.session(lab.emulator.url, {
    BITBUCKET_EMAIL: people.admin,
    BITBUCKET_API_TOKEN: tokenOf("admin"),
    BITBUCKET_ACCESS_TOKEN: token,
  });
  const environments = "/repositories/{workspace}/{repo_slug}/environments";
  expect(await session.list("/repositories/{workspace}", { workspace: "lab" })).toHaveLength(2);
  await session.get("/repositories/{workspace}/{repo_slug}", at);
  await session.list("/repositories/{workspace}/{repo_slug}/permissions-config/groups", at);
  await session.list("/repositories/{workspace}/{repo_slug}/permissions-config/users", at);
  await session.list("/repositories/{workspace}/{repo_slug}/branch-restrictions", at);
  await session.post(environments, at, {
    type: "deployment_environment",
    name: "qa",
    environment_type: { type: "deployment_environment_type", name: "Test" },
  } as never);
  await session.list(environments, at);
  await session.get("/workspaces/{workspace}/projects/{project_key}", {
    workspace: "lab",
    project_key: "ONE",
  });
  return lab.emulator.log
    .since()
    .map(
      ({ account, method, path, status }) => `${account?.split("@")[0] ?? ""} ${method} ${path} ${status}`,
    );
}

test("one of the workspace reads what it may; the account writes, and reads the rest", async () => {
  expect(await asked({})).toEqual([
    "admin GET /2.0/repositories/lab 200",
    "access token reader GET /2.0/repositories/lab/alpha 200",
    "access token reader GET /2.0/repositories/lab/alpha/permissions-config/groups 403",
    "admin GET /2.0/repositories/lab/alpha/permissions-config/groups 200",
    "access token reader GET /2.0/repositories/lab/alpha/permissions-config/users 403",
    "admin GET /2.0/repositories/lab/alpha/permissions-config/users 200",
    "access token reader GET /2.0/repositories/lab/alpha/branch-restrictions 403",
    "admin GET /2.0/repositories/lab/alpha/branch-restrictions 200",
    "admin POST /2.0/repositories/lab/alpha/environments 201",
    "access token reader GET /2.0/repositories/lab/alpha/environments 200",
    "access token reader GET /2.0/workspaces/lab/projects/ONE 200",
  ]);
});

test("one of another repository hides nothing", async () => {
  const log = await asked({ repository: "beta" });
  expect(log.filter((line) => line.startsWith("access") && / 2\d\d$/.test(line))).toEqual([]);
  expect(log.filter((line) => line.startsWith("admin"))).toHaveLength(8);
});
