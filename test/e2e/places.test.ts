/**
 * Repositories, projects and environments get other names and places, in Bitbucket and then in `access.yaml`, under the real
 * engine, Keycloak and the emulated workspace: what people and pipelines have stays, and what is another one gets nothing.
 */
import { scopes } from "@bitbucket-keycloak/bitbucket-emulator/contract";
import { administratorScopes } from "../../toolchain/acme";
import { administrator } from "./world";
import { companyText, SmallCompany, smallSeed } from "./world/smallCompany";

jest.setTimeout(600_000);

const owner = "boss@small.example";
const token = "token of the boss, long enough";
const as = { email: owner, token };

const text = companyText
  .replace("  dev: { type: test }\n", "")
  .replaceAll("prod", "qa")
  .replace("type: qauction", "type: staging")
  .replace(
    "grants:\n",
    "  TWO:\n    name: Second\n    owner: hands\n    repositories: {}\ngrants:\n  - { team: hands, can: [trigger], on: TWO }\n",
  );

let company: SmallCompany;
beforeAll(async () => {
  company = await SmallCompany.start({
    access: text,
    seed: (administratorToken) => {
      const small = smallSeed(administratorToken);
      return {
        ...small,
        workspace: { slug: "acme", plan: "premium", owner },
        accounts: [
          ...(small.accounts ?? []),
          { name: "boss", email: owner, tokens: [{ token, scopes: [...scopes] }] },
        ],
        administrators: [administrator, owner],
        projects: [...(small.projects ?? []), { key: "TWO", name: "Second" }],
      };
    },
    settings: { environment: "qa", "rotation.runner": "none", "pipelines.credential": "rotated" },
  });
  await company.publish();
});
afterAll(() => company.stop());

/** What people do in Bitbucket's pages. */
async function inBitbucket(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await company.world.bitbucket(method, `/2.0/${path}`, body, as);
  expect([path, answer.status < 300]).toEqual([path, true]);
  return answer.json as Record<string, unknown>;
}
const valuesOf = async (path: string) => (await inBitbucket("GET", path)).values as Record<string, unknown>[];

/** Everything of a repository that the stack has made, and the clients that its pipelines sign in by. */
async function has(repository: string) {
  const at = `repositories/acme/${repository}`;
  const holders = (await valuesOf(`${at}/permissions-config/groups`)).map(
    ({ group, permission }) => `${(group as { slug: string }).slug} ${permission as string}`,
  );
  const restrictions = (await valuesOf(`${at}/branch-restrictions`)).map(
    ({ id, kind }) => `${id as number} ${kind as string}`,
  );
  const [environment] = await valuesOf(`${at}/environments`);
  const uuid = environment?.uuid as string;
  const variables =
    environment === undefined
      ? []
      : (await valuesOf(`${at}/deployments_config/environments/${encodeURIComponent(uuid)}/variables`)).map(
          (one) => `${one.uuid as string} ${one.key as string}`,
        );
  return {
    holders: holders.sort(),
    restrictions: restrictions.sort(),
    environment: uuid,
    variables: variables.sort(),
  };
}

interface Client {
  readonly id: string;
  readonly clientId: string;
  readonly secret?: string;
}
async function clients() {
  const { realm } = company.world;
  const all = (await company.world.keycloak("GET", `/${realm}/clients?max=500`)).json as Client[];
  const ours = all.filter(({ clientId }) => /^pipeline-/.test(clientId));
  return Promise.all(
    ours.map(async ({ id, clientId }) => {
      const { value } = (await company.world.keycloak("GET", `/${realm}/clients/${id}/client-secret`))
        .json as { value: string };
      return { id, clientId, secret: value };
    }),
  );
}
/** By what a token carries that a client gets now. */
async function rolesOf({ clientId, secret }: Client): Promise<readonly string[]> {
  const url = `${company.env.KEYCLOAK_URL ?? ""}/realms/${company.world.realm}/protocol/openid-connect/token`;
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: secret ?? "",
  });
  const answer = (await (await fetch(url, { method: "POST", body })).json()) as { access_token?: string };
  const [, claims = ""] = (answer.access_token ?? "").split(".");
  const { resource_access: access = {} } = JSON.parse(
    Buffer.from(claims, "base64url").toString() || "{}",
  ) as {
    resource_access?: Record<string, { roles: string[] }>;
  };
  return access.bitbucket?.roles ?? [];
}

const written = () =>
  company.world.emulator.log
    .since()
    .filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${path}`);
const quiet = () => {
  company.world.emulator.log.clear();
};

/** Somebody proposes it, all who may approve do, it is merged and deployed. */
async function deployed(next: string, author = "cem") {
  const others = ["ana", "ben", "cem"].filter((name) => name !== author);
  const commit = await company.merged(author, others, next);
  quiet();
  const outcome = await company.run(
    "deploy",
    "main",
    "--yes",
    "--commit",
    commit,
    "--repository",
    "acme/access",
  );
  expect([outcome.code, outcome.code === 0 ? "" : outcome.text]).toEqual([0, ""]);
  return outcome;
}
/** Twice, the second time with what a refresh finds. */
async function nothingLeft() {
  for (const more of [[], ["--refresh"]]) {
    const { code, text: said } = await company.run(
      "pulumi",
      "up",
      "-s",
      "main",
      "--yes",
      "--skip-preview",
      "--expect-no-changes",
      ...more,
    );
    expect([code, code === 0 ? "" : said]).toEqual([0, ""]);
  }
}
const refused = async (sentence: string) => {
  quiet();
  const { code, text: said } = await company.run("preview", "main");
  expect([code, said]).toEqual([1, expect.stringContaining(sentence)]);
  expect(written()).toEqual([]);
};

let before: Awaited<ReturnType<typeof has>>;
let signing: readonly Client[];
const core = text.replace("      api: { deploys: [qa] }", "      core: { previously: api, deploys: [qa] }");

test("what stands before anything is renamed", async () => {
  const { code, text: said } = await company.run("deploy", "main", "--yes");
  expect([code, code === 0 ? "" : said]).toEqual([0, ""]);
  before = await has("api");
  signing = await clients();
  expect(before.variables).toHaveLength(2);
  expect(before.restrictions.length).toBeGreaterThan(3);
  expect(signing.map(({ clientId }) => clientId).sort()).toEqual(["pipeline-a.api.qa", "pipeline-b.api.qa"]);
  expect(await rolesOf(signing[0]!)).toEqual(["deploy:ONE/api"]);
});

describe("a repository that is renamed in Bitbucket", () => {
  test("is said by both names, and nothing is written to it meanwhile", async () => {
    await inBitbucket("PUT", "repositories/acme/api", { name: "core" });
    await refused(
      'projects.ONE.repositories.api: found repository api, which is called core now; call it "core" here, with "previously: api"',
    );
    const { code, text: said } = await company.run(
      "pulumi",
      "up",
      "--refresh",
      "-s",
      "main",
      "--yes",
      "--skip-preview",
    );
    expect([code, said]).toEqual([1, expect.stringContaining("acme/core now")]);
    expect(written()).toEqual([]);
  });

  test("keeps rights, branches, environment, variables and credentials under its new name", async () => {
    await deployed(core);
    expect(written()).toEqual([]);
    expect(await has("core")).toEqual(before);
    expect(await clients()).toEqual(signing);
    for (const client of signing) expect(await rolesOf(client)).toEqual(["deploy:ONE/core"]);
    await nothingLeft();
  });

  test("a rotation gives the client that it changes the new name", async () => {
    const { code, text: said } = await company.run(
      "rotate",
      "main",
      "--now",
      "core.qa",
      "--reason",
      "a leak",
    );
    expect([code, code === 0 ? "" : said]).toEqual([0, ""]);
    const now = await clients();
    expect(now.map(({ id }) => id).sort()).toEqual(signing.map(({ id }) => id).sort());
    expect(now.map(({ clientId }) => clientId).sort()).toEqual(["pipeline-a.api.qa", "pipeline-b.core.qa"]);
    // What leaked is ended.
    signing = now.filter(({ clientId }) => clientId === "pipeline-b.core.qa");
    expect(await rolesOf(signing[0]!)).toEqual(["deploy:ONE/core"]);
  });
});

const moved = core
  .replace("      core: { previously: api, deploys: [qa] }\n", "")
  .replace("    repositories:\nteams", "")
  .replace(/(ONE:[\s\S]*?)repositories:\n(?= {2}TWO)/, "$1repositories: {}\n")
  .replace(
    "    owner: hands\n    repositories: {}\n",
    "    owner: hands\n    protected: { main: { approvals: 1 } }\n    repositories:\n      core: { deploys: [qa] }\n",
  );

describe("a repository that moves to another project", () => {
  test("is said with both projects", async () => {
    await inBitbucket("PUT", "repositories/acme/core", { project: { key: "TWO" } });
    await refused("found repository core in project ONE, which is in project TWO; declare it under TWO");
  });

  test("keeps what is its own, and its pipelines their credentials, with the role of the new place", async () => {
    await deployed(moved);
    expect(written().filter((line) => line.includes("/variables") || line.startsWith("DELETE"))).toEqual([]);
    const after = await has("core");
    expect([after.environment, after.variables]).toEqual([before.environment, before.variables]);
    expect(await clients()).toEqual(expect.arrayContaining([...signing]));
    for (const client of signing) expect(await rolesOf(client)).toEqual(["deploy:TWO/core"]);
    await nothingLeft();
  });
});

const live = moved
  .replace("  qa: {", "  live: { previously: qa,")
  .replace("deploys: [qa]", "deploys: [live]");

test("an environment by another name keeps its gate, its variables and its credentials", async () => {
  const file = "stacks/Pulumi.main.yaml";
  company.write(file, company.written(file).replace("environment: qa", "environment: live"));
  await deployed(live);
  const [environment] = await valuesOf("repositories/acme/core/environments");
  expect(environment).toMatchObject({
    name: "live",
    uuid: before.environment,
    restrictions: { admin_only: true },
  });
  expect((await has("core")).variables).toEqual(before.variables);
  expect(await clients()).toEqual(expect.arrayContaining([...signing]));
  await nothingLeft();
});

const rekeyed = live.replace("  TWO:\n", "  SECOND:\n    previously: TWO\n").replace("on: TWO", "on: SECOND");

test("a project by another key keeps its permissions", async () => {
  await inBitbucket("PUT", "workspaces/acme/projects/TWO", { key: "SECOND", name: "Second" });
  await refused('found project TWO, whose key is SECOND now; call it "SECOND" here, with "previously: TWO"');
  await deployed(rekeyed);
  expect(written()).toEqual([]);
  for (const client of signing) expect(await rolesOf(client)).toEqual(["deploy:SECOND/core"]);
  await nothingLeft();
});

const without = rekeyed.replace(
  "    repositories:\n      core: { deploys: [live] }\n",
  "    repositories: {}\n",
);

describe("a repository that was deleted, and one that was made anew under its name", () => {
  test("the new one is said to be another one, and gets nothing by itself", async () => {
    await inBitbucket("DELETE", "repositories/acme/core");
    await inBitbucket("POST", "repositories/acme/core", { scm: "git", project: { key: "SECOND" } });
    await refused("found repository core, which is another one than the stack has");
    await company.run("pulumi", "up", "--refresh", "-s", "main", "--yes", "--skip-preview");
    expect(written()).toEqual([]);
    expect(await has("core")).toMatchObject({ holders: [], restrictions: [], variables: [] });
  });

  test("taken out, nothing of it is touched; declared again, it has what is declared", async () => {
    const file = "stacks/Pulumi.main.yaml";
    company.write(file, company.written(file).replace(/rotations:\n(?: {4,}.*\n)+/, "rotations: {}\n"));
    // Cem answers for the project.
    await deployed(without, "ana");
    expect(written()).toEqual([]);
    await deployed(rekeyed, "ana");
    const after = await has("core");
    expect(after.variables).toHaveLength(2);
    expect(after.environment).not.toBe(before.environment);
    await nothingLeft();
  });
});

test("the scopes of the administrator's token are those that are documented", () => {
  expect(administratorScopes).not.toContain("delete:repository:bitbucket");
});
