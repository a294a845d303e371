/**
 * `git clone` and `git fetch` over HTTP, with an API token as the password
 * (https://support.atlassian.com/bitbucket-cloud/docs/using-api-tokens/). Bitbucket speaks Git's smart protocol, this
 * the older one, in which each object is a file
 * (https://git-scm.com/docs/http-protocol): a client notices only that it cannot fetch shallowly. Nothing can be pushed.
 */
import { Hono } from "hono";
import { deflateSync } from "node:zlib";
import type { Commit } from "../code";
import type { Account, Repository, State } from "../entities";
import { objectsOf, stored, type GitObjects } from "../gitObjects";
import { tokenHash } from "../identifiers";
import { repositoryPermission } from "../permissionRules";

/** What stands in place of a user's name. */
const anyUser = "x-bitbucket-api-token-auth";

/** Whoever may not read a repository gets the 404 of one that is not there. */
export function gitApp(state: () => State): Hono {
  const app = new Hono();
  const known = new WeakMap<Commit, GitObjects>();
  const path = "/:workspace/:repository{[^/]+\\.git}";

  app.use(`${path}/*`, async (context, next) => {
    const account = accountOf(state(), context.req.header("authorization"));
    if (account === undefined) {
      return context.text("Authentication is required.", 401, {
        "www-authenticate": 'Basic realm="Bitbucket"',
      });
    }
    const repository = repositoryOf(state(), context.req.param("workspace"), context.req.param("repository"));
    const held = repository && repositoryPermission(state(), repository, account.uuid);
    // What one may not see is not there.
    if (held === undefined) return context.text("Repository not found.", 404);
    await next();
    return undefined;
  });
  const repositoryAt = (workspace: string, repository: string): Repository => {
    const found = repositoryOf(state(), workspace, repository);
    if (found === undefined) throw new Error(`no repository ${repository}`);
    return found;
  };

  app.get(`${path}/info/refs`, (context) => {
    const { branches } = repositoryAt(context.req.param("workspace"), context.req.param("repository"));
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
  app.all(`${path}/*`, (context) => context.text("not found", 404));
  return app;
}

function accountOf(state: State, header = ""): Account | undefined {
  const [, encoded = ""] = /^Basic (\S+)$/i.exec(header) ?? [];
  const [, user, token = ""] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString()) ?? [];
  const hash = tokenHash(token);
  return state.accounts.find(({ email, tokens, disabled }) => {
    const isUser = (user === anyUser || user === email) && !disabled;
    return (
      isUser && tokens.some((each) => each.hash === hash && each.scopes.includes("read:repository:bitbucket"))
    );
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
