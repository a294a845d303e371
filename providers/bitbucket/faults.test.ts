/**
 * Whatever goes wrong once, at whichever request of a life (a 500, a 429, a connection that breaks before or after
 * the effect), the step completes or its repetition does: nothing is doubled, nothing is lost, nothing left behind.
 */
import { type Engine, Failed, type Held, startEngine } from "../plugin/testing";
import type { ValueObject } from "../plugin/values";
import { bitbucket } from "./provider";
import { type Fault, startTestServer } from "./testing";

const repository = "/2.0/repositories/acme/web";
const place = { workspace: "acme", repository: "web" };
const environment = "{22222222-2222-4222-8222-222222222222}";
const [ana, ben] = ["{a0000000-0000-4000-8000-00000000000a}", "{b0000000-0000-4000-8000-00000000000b}"];
const secured = (...values: string[]) => values.map((value, index) => ({ key: `V${index}`, value }));

interface Life {
  readonly type: string;
  readonly lists: readonly string[];
  readonly first: ValueObject;
  /** What an update makes of it; none where nothing can be updated. */
  readonly second?: ValueObject;
}

const lives: readonly Life[] = [
  { type: "Group", lists: ["/1.0/groups/acme"], first: { workspace: "acme", name: "payments" } },
  {
    type: "GroupMembers",
    lists: ["/1.0/groups/acme/payments/members"],
    first: { workspace: "acme", group: "payments", members: [ana] },
    second: { workspace: "acme", group: "payments", members: [ben] },
  },
  {
    type: "ProjectPermissions",
    lists: ["groups", "users"].map((who) => `/2.0/workspaces/acme/projects/PAY/permissions-config/${who}`),
    first: { workspace: "acme", project: "PAY", holders: [{ group: "a", permission: "read" }] },
    second: { workspace: "acme", project: "PAY", holders: [{ user: ana, permission: "create-repo" }] },
  },
  {
    type: "RepositoryPermissions",
    lists: ["groups", "users"].map((who) => `${repository}/permissions-config/${who}`),
    first: { ...place, holders: [{ group: "a", permission: "read" }, { user: ana, permission: "write" }] }, // prettier-ignore
    second: { ...place, holders: [{ group: "a", permission: "write" }, { group: "b", permission: "read" }] }, // prettier-ignore
  },
  {
    type: "BranchRestrictions",
    lists: [`${repository}/branch-restrictions`],
    first: { ...place, restrictions: [{ kind: "push", pattern: "main" }, { kind: "force", pattern: "main" }] }, // prettier-ignore
    second: { ...place, restrictions: [{ kind: "push", pattern: "main", groups: ["a"] }, { kind: "delete", pattern: "main" }] }, // prettier-ignore
  },
  {
    type: "Deployment",
    lists: [`${repository}/environments`],
    first: { ...place, name: "prod", type: "Production", adminOnly: true },
    second: { ...place, name: "live", type: "Production", adminOnly: true },
  },
  {
    type: "DeploymentVariables",
    lists: [`${repository}/deployments_config/environments/${environment}/variables`],
    first: { ...place, environment, variables: secured("a", "b") },
    second: { ...place, environment, variables: secured("c") },
  },
  {
    type: "RepositoryVariables",
    lists: [`${repository}/pipelines_config/variables`],
    first: { ...place, variables: secured("a", "b") },
    second: { ...place, variables: secured("c") },
  },
  {
    type: "WorkspaceVariables",
    lists: ["/2.0/workspaces/acme/pipelines-config/variables"],
    first: { workspace: "acme", variables: secured("a", "b") },
    second: { workspace: "acme", variables: secured("c") },
  },
  {
    type: "PipelineSchedule",
    lists: [`${repository}/pipelines_config/schedules`],
    first: { ...place, branch: "main", cron: "0 30 2 * * ? *" },
    second: { ...place, branch: "main", cron: "0 30 2 * * ? *", enabled: false },
  },
  {
    type: "WorkspaceHook",
    lists: ["/2.0/workspaces/acme/hooks"],
    first: { workspace: "acme", url: "https://a.example", description: "a", events: ["repo:push"] },
    second: { workspace: "acme", url: "https://a.example", description: "b", events: ["repo:fork"] },
  },
];

beforeAll(() => {
  process.env.BITBUCKET_EMAIL = "robot@acme.example";
  process.env.BITBUCKET_API_TOKEN = "ATATT-robot-token";
});

/** One life with one fault, at request `at` from 1; 0 for none. */
async function live({ type, lists, first, second }: Life, at: number, fault: Fault) {
  const server = await startTestServer();
  for (const list of lists) server.lists.set(list, []);
  server.fault = (_, count) => (count === at ? fault : undefined);
  const engine = await startEngine(bitbucket);
  await engine.configure({ apiUrl: server.url });
  const seen: unknown[] = [];
  const look = () => seen.push(lists.map((list) => (server.lists.get(list) ?? []).map(withoutMadeIds)));
  try {
    const inputs = (await engine.check(type, first)).inputs;
    let held = await orAgain(engine, type, inputs, undefined);
    look();
    if (second !== undefined) {
      held = await orAgain(engine, type, (await engine.check(type, second)).inputs, held);
      look();
    }
    await engine.delete(type, held).catch(() => engine.delete(type, held));
    look();
    return { seen, requests: server.log.length };
  } finally {
    engine.stop();
    await server.close();
  }
}

/** As the engine does: what a failed step recorded is updated by the next run. */
async function orAgain(
  engine: Engine,
  type: string,
  news: ValueObject,
  held: Held | undefined,
): Promise<Held> {
  const step = (from: Held | undefined) =>
    from === undefined ? engine.create(type, news) : engine.update(type, from, news);
  try {
    return await step(held);
  } catch (thrown) {
    return step((thrown instanceof Failed ? thrown.held : undefined) ?? held);
  }
}

function withoutMadeIds(item: Record<string, unknown>): unknown {
  const made = String(item.uuid).startsWith("{0000");
  return { ...item, id: "made", ...(made && { uuid: "made" }) };
}

test.each(lives.map((life) => [life.type, life] as const))(
  "%s",
  async (_, life) => {
    const calm = await live(life, 0, 500);
    expect(calm.seen.at(-1)).toEqual(life.lists.map(() => []));
    const requests = Array.from({ length: calm.requests }, (_item, index) => index + 1);
    const faults: Fault[] = [500, 429, "reset", "lose"];
    const cases = requests.flatMap((at) => faults.map((fault) => ({ at, fault })));
    const lived = await Promise.all(
      cases.map(async ({ at, fault }) => ({ at, fault, seen: (await live(life, at, fault)).seen })),
    );
    expect(lived).toEqual(cases.map((each) => ({ ...each, seen: calm.seen })));
  },
  60_000,
);
