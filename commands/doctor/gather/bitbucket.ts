/** What is read of Bitbucket. Nothing is changed, and nothing secret goes to a server that is not the stack's. */
import { once, send } from "@bitbucket-keycloak/http";
import { Bitbucket, type Session } from "@pulumi/bitbucket/api/client";
import { credentialsFrom } from "@pulumi/bitbucket/api/credentials";
import { BitbucketError } from "@pulumi/bitbucket/api/explain";
import type { Settings } from "../../../access";
import { administrationOf } from "../../../clients/look/groups";
import { readFor } from "../../../clients/look/look";
import { Reader } from "../../../clients/look/reader";
import { accountOf, scopesOfToken, type TokenAccount } from "../../../clients/look/token";
import { whyUnread, type Seen } from "../../../clients/look/workspace";
import { after, ask, given, go, is, know, unlessWrong, type Asked } from "../asked";
import type { BitbucketFacts } from "../facts";
import { premiumIn, refusedIn, type Declared } from "./declared";
import { organizationOf } from "./organization";
import type { State } from "./state";

/** Repositories that are each asked for something; a deploy asks for all. */
const most = 150;

export interface BitbucketLook extends Omit<BitbucketFacts, "unmatched"> {
  /** Where the workspace is to be seen. */
  readonly session: Asked<Session>;
}

/** @param declared undefined where access.yaml cannot be read */
export async function bitbucketOf(
  settings: Settings,
  declared: Declared | undefined,
  { addresses, resources }: State,
  env: NodeJS.ProcessEnv,
): Promise<BitbucketLook> {
  const { url, workspace, governing } = settings.bitbucket;
  const { runner } = settings.rotation;
  const elsewhere = "nothing is sent to another address";
  const reached = await unlessWrong(addresses, elsewhere, () => reach(url));
  const silent = "Bitbucket does not answer";
  const mayAsk = await after(given(reached, addresses, elsewhere), silent, is);
  const credentials = await ask(() => credentialsFrom(env));
  const session =
    "problem" in credentials ? credentials : await go(mayAsk, () => is(Bitbucket.session(url, env)));
  const account = await go(session, tokenAccount);
  const taken = given(session, "problem" in account ? account : is(true), "the API token is not taken");
  const asked = await after(taken, "there is no API token", is);
  const named = await go(asked, (one) => workspaceOf(one, workspace));
  const inside = given(asked, named, `workspace ${workspace} is not to be seen`);
  const scopes = await go(asked, (one) => know(() => scopesOfToken(one, workspace)));
  const seen = await go(inside, (one): Asked<Seen> | Promise<Asked<Seen>> =>
    declared === undefined
      ? { unknown: "access.yaml cannot be read" }
      : know(() => readFor({ ...declared, settings, resources }, new Reader(one, workspace), most)),
  );
  const who = await after(account, "the API token is not taken", is);
  const isAdministrator = await go(given(who, seen, ""), ({ uuid }) => administers(uuid, seen));
  const mayWrite = isTrue(isAdministrator) && hasScope(scopes, "admin:workspace:bitbucket");
  return {
    url,
    reached,
    session: inside,
    account,
    scopes,
    workspace: named,
    isAdministrator: governing ? isAdministrator : is(true),
    administration: governing
      ? await go(inside, (one) => know(() => administrationOf(one, workspace, mayWrite)))
      : is(undefined),
    organization: await organizationOf(asked, url, who, env),
    refused: refusedIn(seen, declared, settings, resources),
    premium: declared === undefined ? [] : premiumIn(declared.model, settings),
    pipelines:
      governing && runner !== "none"
        ? await go(inside, (one) => know(() => pipelinesIn(one, workspace, runner)))
        : is(true),
  };
}

/** Whether a server answers as Bitbucket does: nothing secret is sent. */
async function reach(url: string): Promise<true> {
  const answer = await send(`${url}/2.0/user`, { patience: once, redirect: "manual" });
  const { type } = (answer.value() ?? {}) as { readonly type?: unknown };
  if (typeof type === "string") return true;
  throw new Error(`${url} answered ${answer.status} to /2.0/user, as Bitbucket does not`);
}

/** Who lacks the scope for it does not know, which is another question. */
async function tokenAccount(session: Session): Promise<Asked<TokenAccount>> {
  const may403 = (thrown: unknown) => thrown instanceof BitbucketError && thrown.status === 403;
  return problemUnless(may403, () => accountOf(session));
}

async function workspaceOf(session: Session, workspace: string): Promise<Asked<string>> {
  const may403 = (thrown: unknown) => thrown instanceof BitbucketError && thrown.status === 403;
  return problemUnless(
    may403,
    async () => (await session.get("/workspaces/{workspace}", { workspace })).name ?? workspace,
  );
}

async function problemUnless<T>(
  isOther: (thrown: unknown) => boolean,
  question: () => Promise<T>,
): Promise<Asked<T>> {
  try {
    return is(await question());
  } catch (thrown) {
    const { message } = thrown as Error;
    return isOther(thrown) ? { unknown: message } : { problem: message };
  }
}

function administers(uuid: string, seen: Asked<Seen>): Asked<boolean> {
  if (!("is" in seen)) return { unknown: "the members of the workspace were not read" };
  const { members } = seen.is;
  return members === undefined ? { unknown: whyUnread(seen.is, "members") } : is(members.get(uuid) === true);
}

async function pipelinesIn(session: Session, workspace: string, runner: string): Promise<boolean> {
  const path = "/repositories/{workspace}/{repo_slug}/pipelines_config";
  return (await session.get(path, { workspace, repo_slug: runner })).enabled === true;
}

const isTrue = (asked: Asked<boolean>) => "is" in asked && asked.is;
const hasScope = (scopes: BitbucketFacts["scopes"], scope: string) =>
  "is" in scopes && (scopes.is?.includes(scope) ?? false);
