/**
 * `git clone`, `git fetch` and `git push` over HTTP, with an API token as the password
 * (https://support.atlassian.com/bitbucket-cloud/docs/using-api-tokens/). Bitbucket speaks Git's smart protocol. What is
 * fetched comes by the older one here, in which each object is a file (https://git-scm.com/docs/http-protocol): a client
 * notices only that it cannot fetch shallowly.
 */
import { Hono } from "hono";
import { deflateSync, gunzipSync } from "node:zlib";
import type { Commit } from "../code";
import { moveBranch } from "../commits";
import type { Scope } from "../contract";
import type { World } from "../endpoint";
import type { Account, Repository, State } from "../entities";
import { branchesOf, PushFolder } from "../gitPush";
import { objectsOf, stored, type GitObjects } from "../gitObjects";
import { tokenHash } from "../identifiers";
import { repositoryPermission, suffices } from "../permissionRules";
import { pushed } from "../reviews";
import { deleteRefusal, pushRefusal, restrictionsOn } from "../rules";

/** What stands in place of a user's name. */
const anyUser = "x-bitbucket-api-token-auth";

const service = "git-receive-pack";

interface GitEnv {
  Variables: { account: Account };
}
type GitApp = Hono<GitEnv>;

/** Whoever may not read a repository gets the 404 of one that is not there. */
export function gitApp(world: Pick<World, "store" | "clock">): GitApp {
  const state = () => world.store.state;
  const app = new Hono<GitEnv>();
  const known = new WeakMap<Commit, GitObjects>();
  const path = "/:workspace/:repository{[^/]+\\.git}";

  app.use(`${path}/*`, async (context, next) => {
    const pushes = context.req.path.endsWith("/git-receive-pack") || context.req.query("service") === service;
    const scope = pushes ? "write:repository:bitbucket" : "read:repository:bitbucket";
    const account = accountOf(state(), context.req.header("authorization"), scope);
    if (account === undefined) {
      return context.text("Authentication is required.", 401, {
        "www-authenticate": 'Basic realm="Bitbucket"',
      });
    }
    const repository = repositoryOf(state(), context.req.param("workspace"), context.req.param("repository"));
    const held = repository && repositoryPermission(state(), repository, account.uuid);
    // What one may not see is not there.
    if (held === undefined) return context.text("Repository not found.", 404);
    if (pushes && !suffices(held, "write")) return context.text("Permission denied.", 403);
    context.set("account", account);
    await next();
    return undefined;
  });
  const repositoryAt = (workspace: string, repository: string): Repository => {
    const found = repositoryOf(state(), workspace, repository);
    if (found === undefined) throw new Error(`no repository ${repository}`);
    return found;
  };

  app.get(`${path}/info/refs`, async (context) => {
    const repository = repositoryAt(context.req.param("workspace"), context.req.param("repository"));
    const { branches } = repository;
    if (context.req.query("service") === service) {
      const told = await inFolder(repository, (folder) => folder.advertisement());
      const body = Buffer.concat([Buffer.from(`001f# service=${service}\n0000`), told]);
      return context.body(new Uint8Array(body), 200, {
        "content-type": `application/x-${service}-advertisement`,
      });
    }
    return context.text(branches.map(({ name, commit }) => `${commit}\trefs/heads/${name}\n`).join(""));
  });
  app.get(`${path}/HEAD`, (context) => {
    const { mainBranch } = repositoryAt(context.req.param("workspace"), context.req.param("repository"));
    return context.text(`ref: refs/heads/${mainBranch}\n`);
  });
  app.get(`${path}/objects/:start{[0-9a-f]{2}}/:rest{[0-9a-f]{38}}`, (context) => {
    const { commits } = repositoryAt(context.req.param("workspace"), context.req.param("repository"));
    const hash = context.req.param("start") + context.req.param("rest");
    for (const commit of commits) {
      const objects = known.get(commit) ?? objectsOf(commit);
      known.set(commit, objects);
      const object = objects.get(hash);
      if (object) return context.body(new Uint8Array(deflateSync(stored(object))));
    }
    return context.text("no such object", 404);
  });
  app.post(`${path}/${service}`, async (context) => {
    const repository = repositoryAt(context.req.param("workspace"), context.req.param("repository"));
    const sent = Buffer.from(await context.req.arrayBuffer());
    const body = context.req.header("content-encoding") === "gzip" ? gunzipSync(sent) : sent;
    const answer = await take(world, repository, context.get("account"), body);
    return context.body(new Uint8Array(answer), 200, { "content-type": `application/x-${service}-result` });
  });
  app.all(`${path}/*`, (context) => context.text("not found", 404));
  return app;
}

async function inFolder<T>(repository: Repository, act: (folder: PushFolder) => Promise<T>): Promise<T> {
  const folder = new PushFolder();
  try {
    return await act(await folder.fill(repository));
  } finally {
    folder.remove();
  }
}

/** Takes a push in, as far as the restrictions let it. @returns what Git tells the client */
async function take(
  { store, clock }: Pick<World, "store" | "clock">,
  repository: Repository,
  { uuid }: Account,
  body: Buffer,
): Promise<Buffer> {
  const { state } = store;
  const refusals = branchesOf(body).flatMap(({ name, removes }) => {
    const refusal = (removes ? deleteRefusal : pushRefusal)(state, repository, uuid, name);
    const rewrite = restrictionsOn(repository, "force", name).length > 0 ? "rewrite" : undefined;
    const why = refusal ?? rewrite;
    return why === undefined ? [] : [[name, why] as const];
  });
  return inFolder(repository, async (folder) => {
    const answer = await folder.take(body, new Map(refusals));
    const { branches, commits } = await folder.read(state, repository);
    repository.commits.push(...commits);
    for (const { name } of branchesOf(body)) {
      const before = repository.branches.find((each) => each.name === name)?.commit;
      const now = branches.get(name);
      if (before === now) continue;
      moveBranch(repository, name, now);
      if (now !== undefined)
        pushed(state, repository, { branch: name, before, account: uuid, date: clock.next() });
    }
    await store.saved();
    return answer;
  });
}

function accountOf(state: State, header = "", scope: Scope): Account | undefined {
  const [, encoded = ""] = /^Basic (\S+)$/i.exec(header) ?? [];
  const [, user, token = ""] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString()) ?? [];
  const hash = tokenHash(token);
  return state.accounts.find(({ email, tokens, disabled }) => {
    const isUser = (user === anyUser || user === email) && !disabled;
    return isUser && tokens.some((each) => each.hash === hash && each.scopes.includes(scope));
  });
}

function repositoryOf(
  state: State,
  workspace: string | undefined,
  name: string | undefined,
): Repository | undefined {
  if (workspace !== state.workspace.slug) return undefined;
  return state.repositories.find(({ slug }) => `${slug}.git` === name);
}
