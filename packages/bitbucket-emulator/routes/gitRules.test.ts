/**
 * What Git may do is what the API lets do: every account, in every state, with every token, on every branch, under every
 * restriction, by both ways, and the same answer.
 */
import { createHash } from "node:crypto";
import { Hono } from "hono";
import { addApi, type App } from "../app";
import { Clock } from "../clock";
import { addCommit, commitOf, filesOf } from "../commits";
import { scopes, type Scope } from "../contract";
import type { World } from "../endpoint";
import type { Repository, Restriction } from "../entities";
import { Faults } from "../faults";
import { moveBranch, tipOf } from "../git/bare";
import { noCommit } from "../git/hooks";
import { tokenHash } from "../identifiers";
import { Meter } from "../limits";
import { readingsOf } from "../readings";
import { RequestLog } from "../requestLog";
import { restrictionsOn } from "../rules";
import { Runner } from "../runner";
import { stateOf } from "../seed";
import { Store } from "../store";
import { labSeed, people, tokenOf, type Person } from "../testing/lab";
import { gitApp } from "./git";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
jest.setTimeout(exhaustive ? 900_000 : 120_000);

const branches = ["main", "release/1", "topic"] as const;
const acts = ["read", "forward", "rewrite", "create", "delete"] as const;
type Act = (typeof acts)[number];
const states = ["as usual", "disabled", "suspended"] as const;
const [reads, writes]: Scope[] = ["read:repository:bitbucket", "write:repository:bitbucket"];
const others = scopes.filter((scope) => !/^(read|write):repository/.test(scope));
const tokens: Readonly<Record<string, readonly Scope[] | undefined>> = {
  "reads and writes": [reads!, writes!],
  reads: [reads!],
  writes: [writes!],
  "all else": others,
  unknown: undefined,
};
const holders = (state: Store["state"]): readonly Partial<Restriction>[] => [
  { users: [], groups: [] },
  { users: [state.accounts.find(({ name }) => name === "ann")!.uuid], groups: [] },
  { users: [], groups: ["writers"] },
];
const matches: readonly Restriction["match"][] = [
  ...["main", "release/*", "*"].map((pattern) => ({ kind: "glob", pattern }) as const),
  { kind: "branching_model", type: "development" },
  { kind: "branching_model", type: "release" },
];

/** Every restriction that has to do with who may push, and one that has not, alone; and two at once. */
function restrictions(state: Store["state"]): readonly (readonly Restriction[])[] {
  const some = (kind: Restriction["kind"], more: readonly Partial<Restriction>[] = [{}]) =>
    matches.flatMap((match) =>
      more.map((each): Restriction => ({ id: 1, kind, match, users: [], groups: [], ...each })),
    );
  const single = [
    ...some("push", holders(state)),
    ...some("restrict_merges", holders(state)),
    ...some("force"),
    ...some("delete"),
    ...some("require_approvals_to_merge"),
  ];
  return [[], ...single.map((each) => [each]), [...some("push").slice(1, 2), ...some("force")]];
}

let store: Store;
let app: App;
let alpha: Repository;
/** Commits: on top of the tip of each branch, and beside it. */
let next: Record<string, string>;
let beside: string;

beforeAll(() => {
  const seed = labSeed();
  const files = Object.fromEntries(branches.map((branch) => [branch, { "README.md": branch }]));
  seed.repositories![0]!.branches = files;
  seed.accessTokens = Object.entries({ one: [reads!, writes!], two: [reads!] }).map(([name, only]) => ({
    name,
    token: `access-token-${name}-0123`,
    scopes: only,
    ...(name === "one" ? { repository: "alpha" } : { project: "ONE" }),
  }));
  store = new Store(undefined, () => stateOf(seed));
  const clock = new Clock();
  const world: World = {
    store,
    clock,
    url: "http://lab.example",
    manner: "strict",
    merges: "git",
    meter: new Meter(undefined, () => clock.now()),
    readings: () => readingsOf({}),
    runner: new Runner(store, { url: () => "", readings: () => readingsOf({}), stepTimeout: 1 }),
    ...{ environmentDelay: 0, changeDelay: 0, organizationDelay: 0 },
  };
  app = new Hono({ strict: false });
  app.route("/", gitApp(world));
  addApi(app, world, new RequestLog(), new Faults());
  [alpha] = store.state.repositories as [Repository];
  const account = store.state.accounts[0]!;
  const add = (branch: string, on: string, message: string, parents: string[]): string => {
    const content = {
      account,
      message,
      parents,
      date: clock.text(),
      files: filesOf(alpha, commitOf(alpha, on)),
    };
    return addCommit(alpha, branch, content);
  };
  next = Object.fromEntries(branches.map((each) => [each, add("kept", each, "Next", [tipOf(alpha, each)!])]));
  beside = add("kept", "main", "Beside", []);
});
afterAll(() => store.close());

const basic = (user: string, secret: string): string =>
  `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`;
const line = (text: string): Buffer =>
  Buffer.from((Buffer.byteLength(text) + 4).toString(16).padStart(4, "0") + text);
const head = Buffer.from("PACK\0\0\0\x02\0\0\0\0", "latin1");
const emptyPack = Buffer.concat([head, createHash("sha1").update(head).digest()]);

interface Verdict {
  readonly status: number;
  readonly text: string;
  readonly done: boolean;
}

/** As Git speaks: what it asks first, and if it is let in, the push. */
async function byGit(authorization: string, act: Act, branch: string): Promise<Verdict> {
  const headers = { authorization };
  const service = act === "read" ? "git-upload-pack" : "git-receive-pack";
  const first = await app.request(`/lab/alpha.git/info/refs?service=${service}`, { headers });
  if (first.status !== 200) return { status: first.status, text: await first.text(), done: false };
  if (act === "read")
    return { status: 200, text: "", done: (await first.text()).includes("refs/heads/main") };
  const name = act === "create" ? `${branch}-new` : branch;
  const old = act === "create" ? noCommit : tipOf(alpha, branch)!;
  const now = { forward: next[branch]!, rewrite: beside, create: beside, delete: noCommit }[act];
  const command = line(`${old} ${now} refs/heads/${name}\0report-status side-band-64k delete-refs`);
  const body = Buffer.concat([command, Buffer.from("0000"), ...(act === "delete" ? [] : [emptyPack])]);
  const type = "application/x-git-receive-pack-request";
  const answer = await app.request(`/lab/alpha.git/${service}`, {
    method: "POST",
    headers: { ...headers, "content-type": type },
    body: new Uint8Array(body),
  });
  const text = await answer.text();
  return { status: answer.status, text, done: text.includes(`ok refs/heads/${name}\n`) };
}

async function byApi(authorization: string, act: Act, branch: string): Promise<Verdict> {
  const at = "/2.0/repositories/lab/alpha";
  const [path, method] =
    act === "read"
      ? [`${at}/src/main/README.md`, "GET"]
      : act === "delete"
        ? [`${at}/refs/branches/${branch}`, "DELETE"]
        : [`${at}/src`, "POST"];
  const name = act === "create" ? `${branch}-new` : branch;
  const body = method === "POST" ? new URLSearchParams({ branch: name, "a.txt": "a" }) : undefined;
  const answer = await app.request(path, { method, headers: { authorization }, ...(body && { body }) });
  return { status: answer.status, text: await answer.text(), done: answer.ok };
}

interface Credentials {
  readonly api: string;
  readonly git: string;
}

/** Both ways, the branches being the same before each; and that what is refused has changed nothing. */
async function compare({ api, git }: Credentials, act: Act, branch: string): Promise<void> {
  const made = `${branch}-new`;
  const tips = () => JSON.stringify([branch, made].map((each) => tipOf(alpha, each)));
  const [before, was] = [tipOf(alpha, branch), tips()];
  const verdicts: (Verdict & { changed: boolean })[] = [];
  for (const ask of [() => byApi(api, act, branch), () => byGit(git, act, branch)]) {
    const verdict = await ask();
    verdicts.push({ ...verdict, changed: tips() !== was });
    if (tips() !== was) moveBranch(alpha, branch, before);
    if (tipOf(alpha, made)) moveBranch(alpha, made, undefined);
  }
  const [byApiDone, byGitDone] = verdicts as [(typeof verdicts)[0], (typeof verdicts)[0]];
  // The API replaces no history: it would be a push to a branch whose history is not protected.
  const isProtected = act === "rewrite" && restrictionsOn(alpha, "force", branch).length > 0;
  const done = byApiDone.done && !isProtected;
  expect(byGitDone).toMatchObject({ done, changed: done && act !== "read" });
  expect(byApiDone.changed).toBe(byApiDone.done && act !== "read");
  // Let in, and refused by a restriction: for the same reason.
  if (byGitDone.status !== 200) expect(byGitDone.status).toBe(byApiDone.status);
  else if (byApiDone.status === 403) {
    const { error } = JSON.parse(byApiDone.text) as { error: { detail: string } };
    expect(byGitDone.text).toContain(error.detail);
  }
}

test("Git and the API give the same answer", async () => {
  const { accounts } = store.state;
  let count = 0;
  const both = async (credentials: Credentials, what: readonly unknown[]): Promise<void> => {
    for (const branch of branches)
      for (const act of acts) {
        await compare(credentials, act, branch).catch((error: unknown) => {
          throw new Error(`${JSON.stringify([...what, branch, act])}: ${(error as Error).message}`);
        });
        count += 1;
      }
  };
  for (const [index, some] of restrictions(store.state).entries()) {
    // Each kind with one branch or another; the exhaustive test, with each.
    if (!exhaustive && index % 4 > 0) continue;
    alpha.restrictions = [...some];
    for (const [name, token] of Object.entries({
      alpha: "access-token-one-0123",
      ONE: "access-token-two-0123",
    }))
      await both({ api: `Bearer ${token}`, git: basic("x-token-auth", token) }, [name, some]);
    for (const person of Object.keys(people) as Person[])
      for (const state of states)
        for (const [token, only] of Object.entries(tokens)) {
          // Whoever is refused before any restriction is asked is so under each.
          if (!exhaustive && index > 0 && !(person === "ann" && state === "as usual" && token === "writes"))
            continue;
          const account = accounts.find(({ name }) => name === person)!;
          account.tokens = only ? [{ hash: tokenHash(tokenOf(person)), scopes: only }] : [];
          const [disabled, suspended] = [
            state === "disabled" || undefined,
            state === "suspended" || undefined,
          ];
          Object.assign(account, { disabled, suspended });
          const user = index % 2 === 0 ? people[person] : "x-bitbucket-api-token-auth";
          const credentials = {
            api: basic(people[person], tokenOf(person)),
            git: basic(user, tokenOf(person)),
          };
          await both(credentials, [person, state, token, some]);
          Object.assign(account, { disabled: undefined, suspended: undefined });
        }
  }
  // Of account, state, token, restrictions, branch and act.
  expect(count).toBe(exhaustive ? 54_285 : 1650);
});
