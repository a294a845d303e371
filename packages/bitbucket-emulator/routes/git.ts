/**
 * `git clone`, `git fetch` and `git push` over HTTP, by Git itself, on the same bare repositories that the API reads. Who
 * asks proves it as in the API, or with the token alone; what a push may do is judged by the rules that the API has.
 */
import { Hono } from "hono";
import type { Scope } from "../contract";
import { checkScopes, identifyGit } from "../credentials";
import type { World } from "../endpoint";
import type { Account, Repository, State } from "../entities";
import { ApiError } from "../errors";
import { askGit } from "../git/backend";
import { opened } from "../git/bare";
import type { ReferenceChange } from "../git/hooks";
import { repositoryPermission, suffices } from "../permissionRules";
import { pushed } from "../reviews";
import { deleteRefusal, pushRefusal, rewriteRefusal } from "../rules";
import { say } from "@bitbucket-keycloak/output";

const heads = "refs/heads/";

/** What Git asks of the repository: the rest is Git's. */
export function gitApp(world: Pick<World, "store" | "clock">): Hono {
  const app = new Hono();
  const path = "/:workspace/:repository{[^/]+\\.git}";

  app.all(`${path}/*`, async ({ req }) => {
    const { pathname, search, searchParams } = new URL(req.url);
    const rest = pathname.slice(`/${req.param("workspace")}/${req.param("repository")}`.length);
    const service = searchParams.get("service") ?? rest.slice(1);
    const { state } = world.store;
    const { account } = admitted(state, req.header("authorization"), service === "git-receive-pack");
    const repository = repositoryAt(state, req.param("workspace"), req.param("repository"), account);
    const current = `/${state.workspace.slug}/${repository.slug}.git`;
    if (!pathname.startsWith(`${current}/`))
      return new Response(null, { status: 301, headers: { location: `${current}${rest}${search}` } });
    if (service === "git-receive-pack" && !mayPush(state, repository, account))
      throw new ApiError(403, "Permission denied.");
    const { method, headers } = req.raw;
    const body = new Uint8Array(await req.arrayBuffer());
    const request = { method, path: rest, query: search.slice(1), headers, body };
    const answer = await askGit(opened(repository), request, {
      before: (changes) => changes.flatMap((each) => refusalOf(state, repository, account, each) ?? []),
      after: async (changes) => {
        for (const { name, old, kind } of changes) {
          if (!name.startsWith(heads) || kind === "gone") continue;
          const branch = name.slice(heads.length);
          const before = kind === "new" ? undefined : old;
          pushed(state, repository, { branch, before, account: account.uuid, date: world.clock.next() });
        }
        await world.store.saved();
      },
    });
    return new Response(new Uint8Array(answer.body), { status: answer.status, headers: answer.headers });
  });

  // As text: Git shows it to whoever waits for it.
  app.onError((error, context) => {
    if (!(error instanceof ApiError)) {
      say(error.message);
      return context.text(error.message, 500);
    }
    const headers = error.status === 401 ? { "www-authenticate": 'Basic realm="Bitbucket"' } : undefined;
    return context.text(error.message, error.status, headers);
  });
  return app;
}

function admitted(state: State, authorization: string | undefined, pushes: boolean) {
  const caller = identifyGit(state, authorization);
  const scope: Scope = pushes ? "write:repository:bitbucket" : "read:repository:bitbucket";
  checkScopes(caller, [scope]);
  return caller;
}

/** Whoever may not read a repository gets the 404 of one that is not there. */
function repositoryAt(state: State, owner: string | undefined, name: string, { uuid }: Account): Repository {
  const slug = name.replace(/\.git$/, "");
  const { workspace, repositories } = state;
  const found =
    repositories.find((each) => each.slug === slug) ??
    repositories.find(({ formerly }) => formerly?.includes(slug));
  if (owner === workspace.slug && found && repositoryPermission(state, found, uuid)) return found;
  throw new ApiError(404, "Repository not found.");
}

function mayPush(state: State, repository: Repository, { uuid }: Account): boolean {
  return suffices(repositoryPermission(state, repository, uuid), "write");
}

/** Why a reference may not be changed so. */
function refusalOf(
  state: State,
  repository: Repository,
  { uuid }: Account,
  { name, kind }: ReferenceChange,
): string | undefined {
  if (name.startsWith("refs/tags/")) return undefined;
  if (!name.startsWith(heads)) return `${name}: only branches and tags are emulated`;
  const branch = name.slice(heads.length);
  const refusal =
    kind === "gone"
      ? deleteRefusal(state, repository, uuid, branch)
      : (pushRefusal(state, repository, uuid, branch) ??
        (kind === "rewritten" ? rewriteRefusal(repository, branch) : undefined));
  return refusal && `Permission denied to update branch ${branch}: ${refusal}`;
}
