/** Repositories that are renamed, transferred, deleted and made anew, as each resource of one lives through it. */
import type { Held } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import type { ValueObject } from "@bitbucket-keycloak/pulumi-plugin/values";
import { eachTest, type Started } from "../testing/eachTest";

jest.setTimeout(60_000);

const uuid = "{00000000-0000-4000-8000-00000000000b}";
const other = "{00000000-0000-4000-8000-00000000000c}";
const environment = "{22222222-2222-4222-8222-222222222222}";
const old = { workspace: "acme", repository: "payments-api", repositoryUuid: uuid };
const now = { ...old, repository: "payments-core" };

/** Each resource of a repository, and the list by which it is seen. */
const ofRepository: readonly (readonly [string, string, ValueObject])[] = [
  ["RepositoryPermissions", "permissions-config/groups", { holders: [{ group: "a", permission: "read" }] }],
  ["BranchRestrictions", "branch-restrictions", { restrictions: [{ kind: "push", pattern: "main" }] }],
  ["RepositoryVariables", "pipelines_config/variables", { variables: [{ key: "A", value: "secret-a" }] }],
  ["Deployment", "environments", { name: "prod", type: "Production" }],
  ["DeploymentVariables", `deployments_config/environments/${environment}/variables`, { environment, variables: [{ key: "A", value: "secret-a" }] }], // prettier-ignore
  ["PipelineSchedule", "pipelines_config/schedules", { branch: "main", cron: "0 30 2 * * ? *" }],
];
const path = (repository: string, list: string) => `/2.0/repositories/acme/${repository}/${list}`;

let started: Started;
eachTest([], (its) => {
  started = its;
  const { lists } = started.server;
  for (const [, list] of ofRepository) lists.set(path(uuid, list), []);
  lists.set(path(uuid, "permissions-config/users"), []);
});

const make = async (type: string, args: ValueObject): Promise<Held> => {
  const { inputs, failures } = await started.engine.check(type, args);
  expect(failures).toEqual([]);
  return started.engine.create(type, inputs);
};
const requests = () => started.server.log.splice(0).map((line) => line.split(" "));
const written = () => requests().filter(([method]) => method !== "GET");

test.each(ofRepository)(
  "%s: another slug of the same repository is a change in place, and writes nothing",
  async (type, list, args) => {
    const { engine, server } = started;
    const made = await make(type, { ...old, ...args });
    const there = structuredClone(server.lists.get(path(uuid, list)));
    requests();
    const { inputs } = await engine.check(type, { ...now, ...args });
    expect(await engine.diff(type, made, inputs)).toEqual({ repository: "UPDATE" });
    const changed = await engine.update(type, made, inputs);
    expect(written()).toEqual([]);
    expect(server.lists.get(path(uuid, list))).toEqual(there);

    // The id is the old one; what a refresh finds has the new name, and differs in nothing.
    const read = await engine.read(type, changed.id, changed);
    expect(read?.inputs.repository).toBe("payments-core");
    expect(await engine.diff(type, read!, inputs)).toEqual({});
  },
);

test.each(ofRepository)(
  "%s: another repository is another resource; a UUID that is learned later is a change",
  async (type, _, args) => {
    const { engine } = started;
    const made = await make(type, { ...old, ...args });
    const { inputs } = await engine.check(type, { ...old, ...args, repositoryUuid: other });
    expect(await engine.diff(type, made, inputs)).toEqual({ repositoryUuid: "UPDATE_REPLACE" });
    const without = Object.fromEntries(
      Object.entries(made.inputs).filter(([key]) => key !== "repositoryUuid"),
    );
    const before = { ...made, inputs: without, properties: { ...made.properties } };
    delete (before.properties as Record<string, unknown>).repositoryUuid;
    expect(await engine.diff(type, before, made.inputs)).toEqual({ repositoryUuid: "ADD" });
    const elsewhere = { ...without, repository: "payments-core" };
    expect(await engine.diff(type, before, elsewhere)).toEqual({ repository: "UPDATE_REPLACE" });
  },
);

test.each(ofRepository)(
  "%s: of a repository that is gone, one under its name gets and loses nothing",
  async (type, list, args) => {
    const { engine, server } = started;
    const made = await make(type, { ...old, ...args });
    // Deleted, and another one made under its name.
    for (const each of [...server.lists.keys()]) server.lists.delete(each);
    server.lists.set(path("payments-api", list), [{ uuid: other, id: 9, key: "A", name: "prod" }]);
    requests();
    expect(await engine.read(type, made.id, made)).toBeUndefined();
    await engine.delete(type, made);
    expect(requests().filter(([, asked]) => !asked?.startsWith(`/2.0/repositories/acme/${uuid}/`))).toEqual(
      [],
    );
    await expect(make(type, { ...old, ...args })).rejects.toThrow(/payments-api/);
    expect(server.lists.get(path("payments-api", list))).toHaveLength(1);
  },
);

describe("the identity of a repository", () => {
  const repositories = "/2.0/repositories/acme";
  const is = (...there: readonly (readonly [slug: string, uuid: string])[]) =>
    started.server.lists.set(
      repositories,
      there.map(([slug, id]) => ({ slug, uuid: id, full_name: `acme/${slug}` })),
    );
  const moved = (asked: string, to: string) => {
    started.server.fault = (request) => (request === `GET /2.0/repositories/acme/${asked}` ? 301 : undefined);
    started.server.location = `${started.server.url}/2.0/repositories/${to}`;
  };
  const type = "RepositoryIdentity";
  const [before, after] = [{ workspace: "acme", repository: "payments-api" }, { workspace: "acme", repository: "payments-core" }]; // prettier-ignore
  const identity = async () => {
    is(["payments-api", uuid]);
    return make(type, before);
  };

  test("is read by its UUID under another name, and changed in place to that", async () => {
    const { engine } = started;
    const made = await identity();
    is(["payments-core", uuid]);
    expect(await engine.read(type, made.id, made)).toMatchObject({ id: "acme/payments-core", inputs: after, properties: { uuid } }); // prettier-ignore
    expect(await engine.diff(type, made, after)).toEqual({ repository: "UPDATE" });
    const changed = await engine.update(type, made, after);
    expect(changed.properties).toEqual({ ...after, uuid });
  });

  // The engine compares so where a refresh has found another name, before it hears what is declared.
  test("under a name of before it is the same one; but no run declares it so", async () => {
    const made = await identity();
    is(["payments-core", uuid]);
    const read = await started.engine.read(type, made.id, made);
    moved("payments-api", "acme/payments-core");
    expect(await started.engine.diff(type, read!, before)).toEqual({ repository: "UPDATE" });
    await expect(started.engine.update(type, read!, before)).rejects.toThrow("is acme/payments-core now");
  });

  test("under a name that leads to another one it is that one", async () => {
    const made = await identity();
    is(["payments-core", other]);
    moved("payments-old", "acme/payments-core");
    const old = { ...before, repository: "payments-old" };
    expect(await started.engine.diff(type, made, old)).toEqual({ repository: "UPDATE_REPLACE" });
  });

  test("is another one under another UUID: replaced, and never changed to it", async () => {
    const made = await identity();
    is(["payments-core", other]);
    expect(await started.engine.diff(type, made, after)).toEqual({ repository: "UPDATE_REPLACE" });
    await expect(started.engine.update(type, made, after)).rejects.toThrow(
      `repository acme/payments-core is ${other}, and not ${uuid}, which this stack knows as acme/payments-api`,
    );
  });

  test("keeps the one that is gone where another one has its name, until it is no longer declared", async () => {
    const made = await identity();
    is(["payments-api", other]);
    expect(await started.engine.read(type, made.id, made)).toEqual(made);
    is();
    expect(await started.engine.read(type, made.id, made)).toBeUndefined();
  });

  test("keeps the one that was transferred, which is another workspace's", async () => {
    const made = await identity();
    moved(uuid, "elsewhere/payments-api");
    expect(await started.engine.read(type, made.id, made)).toEqual(made);
  });

  test("is believed where nobody may be asked; the update asks", async () => {
    const made = await identity();
    started.server.fault = () => 401;
    expect(await started.engine.diff(type, made, after)).toEqual({ repository: "UPDATE" });
    await expect(started.engine.update(type, made, after)).rejects.toThrow("401");
  });
});

describe("a project by another key", () => {
  const projects = "/2.0/workspaces/acme/projects";
  const permissions = (key: string, who: string) => `${projects}/${key}/permissions-config/${who}`;
  const holders = [{ group: "a", permission: "write" }];
  const keyIs = (key: string) => {
    const { lists } = started.server;
    for (const who of ["groups", "users"]) {
      const list = lists.get(permissions("PAY", who)) ?? [];
      lists.delete(permissions("PAY", who));
      lists.set(permissions(key, who), list);
    }
    lists.set(projects, [{ key, uuid }]);
  };

  test("keeps its permissions: in place, and nothing is written; a refresh finds it, too", async () => {
    const { engine, server } = started;
    keyIs("PAY");
    const [was, is] = ["PAY", "PAYMENTS"].map((project) => ({ workspace: "acme", project }));
    const identity = await make("ProjectIdentity", was!);
    const made = await make("ProjectPermissions", { ...was!, projectUuid: uuid, holders });
    keyIs("PAYMENTS");
    requests();
    expect(await engine.diff("ProjectIdentity", identity, is!)).toEqual({ project: "UPDATE" });
    expect((await engine.update("ProjectIdentity", identity, is!)).properties).toEqual({ ...is, uuid });
    const { inputs } = await engine.check("ProjectPermissions", { ...is!, projectUuid: uuid, holders });
    expect(await engine.diff("ProjectPermissions", made, inputs)).toEqual({ project: "UPDATE" });
    const read = await engine.read("ProjectPermissions", made.id, made);
    expect([read?.id, read?.inputs.project]).toEqual(["acme/PAYMENTS", "PAYMENTS"]);
    await engine.update("ProjectPermissions", made, inputs);
    expect(written()).toEqual([]);
    expect(server.lists.get(permissions("PAYMENTS", "groups"))).toHaveLength(1);
  });
});
