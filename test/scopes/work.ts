/** What each part does in Bitbucket, by the functions that do it. Each throws what Bitbucket refuses. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Bitbucket, type Session } from "@pulumi/bitbucket/api/client";
import { bitbucket } from "@pulumi/bitbucket/provider";
import { startEngine, type Engine, type Held } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import type { ValueObject } from "@bitbucket-keycloak/pulumi-plugin/values";
import { Tree, type Model } from "../../access";
import type { PartName } from "../../access/tokens";
import { AccessFiles } from "../../clients/accessFiles";
import { AccessRepository } from "../../clients/accessRepository";
import { partsOf } from "../../commands/drift/bitbucket";
import type { Scene } from "../../commands/drift/part";
import { Reader } from "../../clients/look/reader";
import { readWorkspace } from "../../clients/look/workspace";
import { accountOf } from "../../commands/offboard/account";
import { takeFromAccount, type Take } from "../../commands/offboard/fromAccount";
import { PullRequests } from "../../commands/pull-request/bitbucket";
import { Addresses } from "../../clients/addresses";
import { carryOut } from "../../commands/sync/carryOut";
import { present, takeAway } from "../../commands/sync/loneGrants";
import { rightsOfAccount } from "../../commands/why/live";
import { root } from "../../toolchain/places";
import { account, administrator } from "./company";

export interface Site {
  readonly url: string;
  readonly env: NodeJS.ProcessEnv;
  readonly session: Session;
  /** The merge commit of pull request 1; pull request 2 is open. */
  readonly merged: { readonly hash: string; readonly message: string };
  readonly pipeline: string;
}

export type Work = (site: Site) => Promise<unknown>;

export function siteOf(url: string, token: string, known: Pick<Site, "merged" | "pipeline">): Site {
  const env = {
    ...process.env,
    BITBUCKET_EMAIL: administrator,
    BITBUCKET_API_TOKEN: token,
    // Given, so that off-boarding asks who the account is to Atlassian.
    BITBUCKET_ORGANIZATION_ID: "o",
    BITBUCKET_ORGANIZATION_API_KEY: "key-of-the-organisation",
  };
  return { url, env, session: Bitbucket.session(url, env), ...known };
}

const web = { workspace: "acme", repository: "web" };
const repository = { workspace: "acme", repo_slug: "web" };
const [ana, ben] = [account("ana"), account("ben")];

/** What the program declares: as it is at first, and after a change. */
const resources: readonly (readonly [type: string, first: ValueObject, second?: ValueObject])[] = [
  ["Group", { workspace: "acme", name: "new" }],
  [
    "ProjectPermissions",
    { workspace: "acme", project: "PAY", holders: [{ group: "payments", permission: "read" }, { user: ana, permission: "read" }, { user: ben, permission: "read" }] }, // prettier-ignore
    { workspace: "acme", project: "PAY", holders: [{ user: ana, permission: "write" }, { user: ben, permission: "read" }] }, // prettier-ignore
  ],
  [
    "RepositoryPermissions",
    { ...web, holders: [{ group: "payments", permission: "read" }, { user: ana, permission: "write" }, { user: ben, permission: "read" }] }, // prettier-ignore
    {
      ...web,
      holders: [
        { user: ana, permission: "read" },
        { user: ben, permission: "read" },
      ],
    },
  ],
  [
    "BranchRestrictions",
    {
      ...web,
      restrictions: [
        { kind: "push", pattern: "main" },
        { kind: "force", pattern: "main" },
      ],
    },
    { ...web, restrictions: [{ kind: "push", pattern: "main", groups: ["payments"] }] },
  ],
  [
    "Deployment",
    { ...web, name: "prod", type: "Production", adminOnly: true },
    { ...web, name: "prod", type: "Production", adminOnly: false },
  ],
  ["PipelineSchedule", { ...web, branch: "main", cron: "0 30 2 * * ? *" }, { ...web, branch: "main", cron: "0 30 2 * * ? *", enabled: false }], // prettier-ignore
  ["PipelinesIssuer", { workspace: "acme" }],
  ["RepositoryIdentity", web],
];
const environmentVariables = (environment: string): (typeof resources)[number] => [
  "DeploymentVariables",
  { ...web, environment, variables: [{ key: "A", value: "secret-a" }, { key: "B", value: "secret-b" }] }, // prettier-ignore
  { ...web, environment, variables: [{ key: "A", value: "secret-c" }] },
];

async function withEngine(site: Site, work: (engine: Engine) => Promise<void>): Promise<void> {
  const before = { ...process.env };
  const engine = await startEngine(bitbucket);
  try {
    Object.assign(process.env, site.env);
    await engine.configure({ apiUrl: site.url });
    await work(engine);
  } finally {
    engine.stop();
    process.env = before;
  }
}

const insights = { title: "t", details: "d", report_type: "SECURITY", reporter: "r", result: "PASSED", data: [] }; // prettier-ignore

/** What a preview looks for, and a deploy before it begins. */
const look: Work = async ({ session }) => {
  const wanted = { governing: true, repositories: ["web", "gone"], environmentsOf: ["web"], most: 10 };
  const { unread } = await readWorkspace(new Reader(session, "acme"), wanted);
  if (unread.length > 0) throw new Error(unread.map(({ why }) => why).join("\n"));
};

/** Creates, reads, changes and deletes each resource. */
const program: Work = async (site) => {
  await look(site);
  await withEngine(site, async (engine) => {
    const live = async ([type, first, second]: (typeof resources)[number]): Promise<void> => {
      const { inputs } = await engine.check(type, first);
      let held: Held = await engine.create(type, inputs);
      held = (await engine.read(type, held.id, held)) ?? held;
      if (second !== undefined) held = await engine.update(type, held, (await engine.check(type, second)).inputs); // prettier-ignore
      await engine.delete(type, held);
    };
    for (const one of resources) await live(one);
    await live(environmentVariables(await testEnvironment(site)));
    await engine.invoke("getProjects", { workspace: "acme" });
    await engine.invoke("getRepositories", { workspace: "acme" });
  });
  const at = { ...repository, commit: site.merged.hash, reportId: "rotation-main" };
  await site.session.put("/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}", at, {
    type: "report",
    ...insights,
  } as never);
};

async function testEnvironment({ session }: Site): Promise<string> {
  const all = await session.list("/repositories/{workspace}/{repo_slug}/environments", repository);
  return all.find(({ name }) => name === "test")?.uuid ?? "";
}

/** Reads each resource, as a refresh does. */
const preview: Work = async (site) => {
  await look(site);
  await withEngine(site, async (engine) => {
    await engine.read("Group", "acme/payments");
    await engine.read("ProjectPermissions", "acme/PAY");
    for (const type of ["RepositoryPermissions", "BranchRestrictions", "RepositoryIdentity"])
      await engine.read(type, "acme/web");
    await engine.read("PipelinesIssuer", "acme");
    await engine.read("PipelineSchedule", "acme/web/{00000000-0000-4000-8000-000000000000}");
    const environment = await testEnvironment(site);
    await engine.read("Deployment", `acme/web/${environment}`);
    await engine.read("DeploymentVariables", `acme/web/${environment}`);
  });
};

const pullRequest: Work = async (site) => {
  await preview(site);
  await fetchByGit(site);
  const requests = new PullRequests(site.session, repository);
  await requests.open();
  await requests.get(1);
  const marked = "<!-- bitbucket-keycloak a b -->";
  await requests.say(2, marked, await requests.comment(2));
  await requests.say(2, `${marked} more`, { id: 1, raw: marked });
  const annotation = { external_id: "a", annotation_type: "VULNERABILITY", summary: "s", severity: "LOW" };
  await requests.report(site.merged.hash, insights as never, [annotation as never]);
};

/** As the steps of the runner repository do. */
async function fetchByGit({ url, env }: Site): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), "program-"));
  const given = { ...env, ACCESS_SERVER: url, ACCESS_REPOSITORY: "acme/web", GIT_TERMINAL_PROMPT: "0" };
  try {
    await promisify(execFile)("sh", ["-e", join(root, "pipelines/program.sh")], { cwd, env: given });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

const approvals: Work = async ({ url, env, merged }) => {
  const access = new AccessRepository(url, "acme/web", env);
  const commit = await access.commit(merged.hash);
  await access.mergedAs(commit);
  await access.mainBranch();
  await access.changedPaths(commit.parent ?? "", commit.hash);
  await access.file(merged.hash, "access.yaml");
  await access.accountOf("ana@acme.example");
};

const sync: Work = async ({ session }) => {
  await session.list("/1.0/groups/{workspace}", { workspace: "acme" });
  await new Addresses(session, "acme").accountOf("ben@acme.example");
  const grants = ["PAY", "PAY/web"].map((target) => ({ subject: "person ana", account: ana, target, why: "x" })); // prettier-ignore
  for (const grant of await present(session, "acme", grants)) await takeAway(session, "acme", grant);
  const [add, remove] = [[{ account: ben, why: "x" }], [{ account: ana, why: "x" }]];
  const { failures } = await carryOut(session, "acme", [{ group: "payments", add, remove }], new Set(), () => undefined); // prettier-ignore
  if (failures.length > 0) throw new Error(failures[0]);
};

const drift: Work = async ({ session }) => {
  const [none, repositories] = [[], [{ slug: "web", project: "PAY", deploys: ["test"] }]];
  const model = { teams: none, people: none, agents: none, projects: none, environments: none, repositories };
  const now = { model, tree: new Tree(model as unknown as Model), placed: none };
  const settings = { environment: "test", bitbucket: { governing: true } };
  const known = { repositories: new Map(), projects: new Map() };
  const scene = { read: new Reader(session, "acme"), settings, now, then: now, known } as unknown as Scene;
  for (const part of (await partsOf(scene)).parts) await part.look();
};

const offboard: Work = async ({ url, env, session }) => {
  const declared = { email: "ana@acme.example" };
  const found = await accountOf(session, "acme", { declared: declared as never });
  const take: Take = async (steps) => {
    for (const step of steps) {
      await step.act();
      if ((await step.prove()) !== undefined) throw new Error(`not taken: ${step.what}`);
    }
  };
  const left = await takeFromAccount({ session, url, workspace: "acme", account: found ?? "", env }, take);
  if (left.length > 0) throw new Error(left.join("; "));
};

const why: Work = async ({ session }) => {
  const declared = { email: "ana@acme.example" };
  const found = await accountOf(session, "acme", { declared: declared as never });
  const cells = [{ capability: "merge", target: "PAY/web" }];
  await rightsOfAccount(session, "acme", found ?? "", cells);
};

const proposal: Work = async ({ url, env, session }) => {
  const files = new AccessFiles(session, url, "acme/web", env);
  const main = await files.main();
  await files.text(main.commit, "access.yaml");
  await files.open(main.name, () => true);
  const edit = { parent: main.commit, path: "access.yaml", text: "teams: {b: {}}\n" };
  await files.commit("offboard", edit, "Take ana out");
  const me = await files.account();
  await files.propose("offboard", main.name, { title: "Take ana out", description: "", me });
};

const trail: Work = async (site) => {
  await fetchByGit(site);
  const at = { ...repository, pipeline_uuid: site.pipeline };
  await site.session.get("/repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}", at);
};

const webhook: Work = async ({ url, env }) => {
  const relay: string = join(root, "pipelines/relay.mjs");
  const { start } = (await import(relay)) as {
    start: (pullRequest: number, settings: object) => Promise<void>;
  };
  const token = env.BITBUCKET_API_TOKEN;
  await start(1, { url, runner: "acme/web", email: administrator, token });
};

export const works: Readonly<Record<PartName, Work>> = {
  program,
  approvals,
  sync,
  preview,
  "pull-request": pullRequest,
  drift,
  offboard,
  why,
  proposal,
  trail,
  webhook,
};
